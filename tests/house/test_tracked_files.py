"""What every tracked file must keep to: a readable size, and nothing that belongs to one machine."""

import re
from pathlib import Path

import pytest

from tests.house.tracked import ROOT, texts, tracked

_WALL = 400
_LOCKS = ("requirements.lock", "requirements-ovirt.lock", "tools/installer.lock")

_OF_ONE_MACHINE = {
    "an absolute path": re.compile(r"(?<![\w.}/])/(?:work|root|home)/\w"),
    "a registry": re.compile(
        r"\b(?:files\.pythonhosted|pypi|registry\.npmjs|proxy\.golang|sum\.golang)\.\w+", re.IGNORECASE
    ),
    "a mirror": re.compile(r"(?:artifactory|nexus|devpi)[\w.-]*[.:/]", re.IGNORECASE),
}
_ADDRESS = re.compile(r"\w+://|--(?:extra-)?index|--find-links")


@pytest.mark.parametrize("path", tracked("*.py"), ids=str)
def test_a_module_stays_below_the_wall(path: Path) -> None:
    lines = len((ROOT / path).read_text().splitlines())
    assert lines <= _WALL, f"{lines} lines, split it by topic"


@pytest.mark.parametrize("what", _OF_ONE_MACHINE)
def test_no_file_knows_one_machine(what: str) -> None:
    pattern = _OF_ONE_MACHINE[what]
    lines = ((path, number, line) for path, text in texts() for number, line in enumerate(text.splitlines(), start=1))
    assert [f"{path}:{number}: {line.strip()}" for path, number, line in lines if pattern.search(line)] == []


@pytest.mark.parametrize("lock", _LOCKS)
def test_a_lock_pins_by_hash_and_names_no_index(lock: str) -> None:
    lines = (ROOT / lock).read_text().splitlines()
    pinned = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert pinned
    assert [line for line in pinned if "==" not in line or not line.endswith("\\")] == []
    assert [line for line in lines if _ADDRESS.search(line)] == []
