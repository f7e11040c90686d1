#!/bin/sh
# Make .venv from the hash-pinned locks. Needs Python 3.11 or newer; everything else it brings along.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

find_python() {
    for candidate in ${PYTHON:-} python3.13 python3.12 python3.11 python3; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    say "setup: no Python 3.11 or newer found; install one (Debian: apt-get install python3 python3-venv) or set PYTHON=..."
    exit 1
}

make_environment() {
    [ -x .venv/bin/python ] && .venv/bin/python -c '' 2>/dev/null && return
    rm -rf .venv
    if ! "$1" -m venv .venv; then
        rm -rf .venv
        say "setup: $1 cannot make virtual environments; install its venv package (Debian: apt-get install python3-venv)"
        exit 1
    fi
}

install_project() {
    # uv installs the same locked files several times faster; pip does it where uv cannot be had.
    if [ -x .venv/bin/uv ] || .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r tools/installer.lock; then
        # Compiled here once: where PYTHONDONTWRITEBYTECODE is set, as in many images, each start would compile it anew.
        .venv/bin/uv pip sync -q --compile-bytecode --python .venv/bin/python --require-hashes requirements.lock tools/installer.lock
        installer=".venv/bin/uv pip install -q --python .venv/bin/python"
    else
        say "setup: no fast installer here, going on with pip"
        .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
        installer=".venv/bin/python -m pip install -q --disable-pip-version-check"
    fi
    $installer --no-deps --no-build-isolation -e .
}

# The oVirt SDK has no wheel and is compiled here. Without it everything but oVirt sources works.
install_ovirt() {
    if ! $installer --no-build-isolation --require-hashes -r requirements-ovirt.lock 2>.venv/ovirt.log; then
        say "setup: going on without the oVirt SDK, so no RHV/oVirt source can be used (details: .venv/ovirt.log)."
        say "       To have it, install a C compiler and headers and run make again with FORCE_SETUP=1:"
        say "         Debian, Ubuntu:  apt-get install gcc python3-dev libxml2-dev"
        say "         Fedora, RHEL:    dnf install gcc python3-devel libxml2-devel"
    fi
}

make_environment "$(find_python)"
install_project
install_ovirt
touch .venv/.complete
