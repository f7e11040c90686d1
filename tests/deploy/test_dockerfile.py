"""What the Dockerfile promises, as far as its text can tell; that it builds is said in docs/fidelity.md."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text())
LINES = [line.split(maxsplit=1) for line in TEXT.splitlines() if line and not line.startswith("#")]


def values(instruction: str) -> list[str]:
    return [rest for word, rest in LINES if word == instruction]


def test_the_base_is_pinned_to_a_whole_version() -> None:
    assert values("FROM") == ["${PYTHON_IMAGE} AS build", "${PYTHON_IMAGE}"]
    (base,) = (each for each in values("ARG") if each.startswith("PYTHON_IMAGE="))
    assert re.fullmatch(r"PYTHON_IMAGE=[\w./-]+:\d+\.\d+\.\d+-[\w-]+", base)


def test_dependencies_are_those_of_the_locks_and_the_ovirt_sdk_must_be_there() -> None:
    assert 'tools/setup.sh && .venv/bin/python -c "import ovirtsdk4"' in values("RUN")


def test_unreleased_commits_of_both_libraries_can_be_put_in() -> None:
    assert {"OPENSHIFT_PYTHON_WRAPPER_COMMIT=''", "OPENSHIFT_PYTHON_UTILITIES_COMMIT=''"} <= set(values("ARG"))
    assert any("openshift-python-wrapper@" in each and "openshift-python-utilities@" in each for each in values("RUN"))


def test_it_runs_as_somebody_of_the_group_root_and_needs_no_other_home() -> None:
    assert values("USER") == ["1001:0"]
    assert any("chgrp -R 0 /app && chmod -R g=u /app" in each for each in values("RUN"))
    (environment,) = values("ENV")
    assert "HOME=/tmp" in environment
    assert "PYTHONDONTWRITEBYTECODE=1" in environment


def test_without_a_command_it_lists_the_scenarios() -> None:
    assert json.loads(values("CMD")[0]) == ["behave", "--dry-run"]
    assert values("ENTRYPOINT") == []


def test_no_credentials_get_into_the_image() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {"**/.providers.json", "**/jira.cfg", "**/.env", "**/kubeconfig", "reports/*", ".git"} <= set(ignored)
