"""Only one module of the suite waits for states; adapters pace their own retries, and each of those is named here."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tracked import ROOT, tracked

_SUITE = ("support/*.py", "acceptance/*.py", "steps/*.py", "environment.py")
_WAITS = Path("support/workflow/waiting.py")
_PACED = {
    Path("support/adapters/guest/ssh.py"): "a guest's SSH server comes up after its address; no event announces it",
    Path("support/adapters/esxi/keys.py"): "an ESXi host's shell has nothing that waits for another run's lock",
    Path("support/adapters/vsphere/guest_operations.py"): "vCenter tells nobody that a program in a guest has ended",
    Path("support/adapters/ovirt/pacing.py"): "an oVirt engine has no request that lasts until something changes",
    Path("support/adapters/openstack/waiting.py"): "an OpenStack API has no request that lasts until something changes",
    Path("support/adapters/inventory/provider.py"): "MTV's inventory has no watch that tells when a machine is loaded",
    Path("support/workflow/removal/removing.py"): "a cluster that refuses for load tells nobody when it would answer",
    Path("support/adapters/pacing.py"): "the loop of those that are named here",
}
"""Who may use tenacity, and why no event could be awaited instead."""


def sleeps(text: str) -> list[int]:
    """Lines that sleep, however the function came into the module."""
    tree = ast.parse(text)
    taken = {alias.asname or alias.name for node in _imports(tree) for alias in node.names if alias.name == "sleep"}
    return [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Call) and _sleeps(node.func, taken)]


def _imports(tree: ast.Module) -> Iterator[ast.ImportFrom]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))


def _sleeps(function: ast.expr, taken: set[str]) -> bool:
    if isinstance(function, ast.Attribute):
        return function.attr == "sleep"
    return isinstance(function, ast.Name) and function.id in taken


def paces(text: str) -> bool:
    """Whether a module repeats things with tenacity."""
    names = [alias.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in _imports(ast.parse(text))]
    return any(name.partition(".")[0] == "tenacity" for name in names)


@pytest.mark.parametrize("path", [path for path in tracked(*_SUITE) if path != _WAITS], ids=str)
def test_no_other_module_sleeps(path: Path) -> None:
    assert sleeps((ROOT / path).read_text()) == []


def test_only_named_adapters_pace_their_retries() -> None:
    assert {path for path in tracked(*_SUITE) if paces((ROOT / path).read_text())} == set(_PACED)


@pytest.mark.parametrize(
    "text",
    [
        "import time\ntime.sleep(1)",
        "from time import sleep\nsleep(1)",
        "from time import sleep as rest\nrest(1)",
        "import asyncio\nasync def f():\n    await asyncio.sleep(1)",
    ],
)
def test_a_sleep_is_seen_under_any_name(text: str) -> None:
    assert sleeps(text)
