# The suite in an image, for runs in a cluster: see docs/running-in-a-cluster.md.
#
# The base is pinned by its whole version; by digest with --build-arg PYTHON_IMAGE=docker.io/library/python@sha256:...
ARG PYTHON_IMAGE=docker.io/library/python:3.12.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc git libxml2-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
# The locks first: a change of the suite alone installs nothing again.
COPY requirements.lock requirements-ovirt.lock pyproject.toml README.md ./
COPY tools tools
# One file of each package, for their names.
COPY support/__init__.py support/
COPY acceptance/__init__.py acceptance/
COPY lab/__init__.py lab/
RUN tools/setup.sh && .venv/bin/python -c "import ovirtsdk4"
# Commits of these two that are not released yet, instead of what the lock says.
ARG OPENSHIFT_PYTHON_WRAPPER_COMMIT=''
ARG OPENSHIFT_PYTHON_UTILITIES_COMMIT=''
RUN for each in "openshift-python-wrapper@${OPENSHIFT_PYTHON_WRAPPER_COMMIT}" \
                "openshift-python-utilities@${OPENSHIFT_PYTHON_UTILITIES_COMMIT}"; do \
        [ -z "${each#*@}" ] \
            || .venv/bin/uv pip install --python .venv/bin/python "git+https://github.com/RedHatQE/${each%@*}.git@${each#*@}" \
            || exit 1; \
    done
COPY . .
# OpenShift runs images as any user of the group root.
RUN mkdir -p reports && chgrp -R 0 /app && chmod -R g=u /app

FROM ${PYTHON_IMAGE}
RUN apt-get update \
    && apt-get install -y --no-install-recommends libxml2 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /app /app
WORKDIR /app
# Nothing is written below /app: bytecode was compiled when it was installed, caches go to the temporary folder.
ENV PATH=/app/.venv/bin:$PATH HOME=/tmp PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 1001:0
# Lists what there is and touches nothing; a run is asked for by name.
CMD ["behave", "--dry-run"]
