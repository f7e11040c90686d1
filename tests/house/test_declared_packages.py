"""Every package that product code imports by itself is declared, so that no lock loses it when another one drops it."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from typing import Any

import pytest

from tests.house.tracked import ROOT, tracked

_OURS = {"support", "lab", "acceptance", "steps"}
_WRITTEN = ("support/*.py", "lab/*.py", "acceptance/*.py", "steps/*.py", "environment.py")
_OPTIONAL_SDKS = {"ovirtsdk4": "ovirt-engine-sdk-python"}
"""Not installed everywhere, so that their metadata cannot be asked."""


def normal(name: str) -> str:
    """A distribution's name as packaging compares it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> set[str]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["ovirt"]]
    return {normal(re.split(r"[\s<>=!~;\[]", each, maxsplit=1)[0]) for each in wanted}


def imported(text: str) -> Iterator[str]:
    """Top-level modules a text imports that are neither ours nor Python's."""
    for node in ast.walk(ast.parse(text)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
        tops = (name.partition(".")[0] for name in names)
        yield from (top for top in tops if top not in sys.stdlib_module_names and top not in _OURS)


def foreign_imports() -> dict[str, str]:
    """Imported foreign modules, each with one file that imports it."""
    return {name: str(path) for path in tracked(*_WRITTEN) for name in imported((ROOT / path).read_text())}


def test_there_are_foreign_imports_to_look_at() -> None:
    assert {"behave", "kubernetes", "pyVmomi"} <= foreign_imports().keys()


@pytest.mark.parametrize(
    ("module", "path"),
    [pytest.param(module, path, id=module) for module, path in sorted(foreign_imports().items())],
)
def test_an_imported_package_is_declared(module: str, path: str) -> None:
    offers = packages_distributions().get(module) or [_OPTIONAL_SDKS[module]]
    assert {normal(offer) for offer in offers} & declared(), f"{path} imports {module}: declare one of {offers}"


def test_an_import_is_seen_wherever_it_stands() -> None:
    text = "import os, yaml.nodes\nfrom support import run\ndef f():\n    from urllib3.util import Retry\n"
    assert list(imported(text)) == ["yaml", "urllib3"]
