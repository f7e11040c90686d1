"""Sentences and hooks are thin: one call each, into the one layer that is theirs."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.features.catalogue import KINDS, ROOT

_LINES = 5
_OF_STEPS = ("support.run", "support.domain", "behave", "collections.abc", "typing")
_OF_HOOKS = ("support.run", "behave")
_READ_OF_CONTEXT = {"run", "table", "text"}
_HOOKS = {f"{when}_{what}" for when in ("before", "after") for what in ("all", "feature", "scenario", "step", "tag")}

_STEPS = sorted((ROOT / "steps").glob("*.py"))
_GOOD = """
from behave import given
from support.run import vocabulary
vocabulary.register()
@given("a {role:Role} machine")
def a_machine(context, role):
    context.run.ask_for_machine(role)
"""


def imports_outside(text: str, allowed: tuple[str, ...]) -> list[str]:
    """Modules a text imports that are not below one of those allowed."""
    return [
        name for name in _imported(ast.parse(text)) if not any(f"{name}.".startswith(f"{each}.") for each in allowed)
    ]


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # `from support.run import hooks` imports the module support.run.hooks, `from . import x` has no place here.
            base = "." * node.level + (node.module or "")
            yield from (f"{base}.{alias.name}" for alias in node.names)


def step_faults(text: str) -> list[str]:
    """What is wrong with the step definitions of a module."""
    return [f"{function.name}: {fault}" for function in _steps(ast.parse(text)) for fault in _faults(function)]


def _steps(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and any(_decorates(each) for each in node.decorator_list):
            yield node


def _decorates(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name) and decorator.func.id in KINDS


def _faults(function: ast.FunctionDef) -> Iterator[str]:
    body = _without_docstring(function)
    calls = [node for part in body for node in ast.walk(part) if isinstance(node, ast.Call) and _is_on_run(node)]
    read = {name for part in body for node in ast.walk(part) if (name := _of_context(node))} - _READ_OF_CONTEXT
    if function.name == "step_impl":
        yield "has no name of its own"
    if len(calls) != 1 or len(body) != 1:
        yield f"{len(calls)} calls of context.run in {len(body)} statements, expected one call in one"
    if body and (lines := (body[-1].end_lineno or 0) - body[0].lineno + 1) > _LINES:
        yield f"{lines} lines, {_LINES} at most"
    if read:
        yield f"reads context.{', '.join(sorted(read))}, expected {', '.join(sorted(_READ_OF_CONTEXT))} only"


def _without_docstring(function: ast.FunctionDef) -> list[ast.stmt]:
    return function.body[1:] if ast.get_docstring(function) is not None else function.body


def _of_context(node: ast.AST) -> str | None:
    """`run` of `context.run`."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "context":
        return node.attr
    return None


def _is_on_run(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "context.run"


@pytest.mark.parametrize("path", _STEPS, ids=lambda path: path.name)
def test_steps_import_only_the_facade_and_the_domain(path: Path) -> None:
    assert imports_outside(path.read_text(), _OF_STEPS) == []


@pytest.mark.parametrize("path", _STEPS, ids=lambda path: path.name)
def test_each_step_is_one_call_of_the_facade(path: Path) -> None:
    assert list(_steps(ast.parse(path.read_text()))), "a module of steps without a step"
    assert step_faults(path.read_text()) == []


def test_the_environment_imports_only_the_facade() -> None:
    assert imports_outside((ROOT / "environment.py").read_text(), _OF_HOOKS) == []


def test_each_hook_is_one_call() -> None:
    functions = [
        node for node in ast.parse((ROOT / "environment.py").read_text()).body if isinstance(node, ast.FunctionDef)
    ]
    assert {function.name for function in functions} <= _HOOKS
    for function in functions:
        (only,) = _without_docstring(function)
        assert isinstance(only, ast.Expr)
        assert isinstance(only.value, ast.Call)


def test_a_good_module_of_steps_has_no_fault() -> None:
    assert step_faults(_GOOD) == []
    assert imports_outside(_GOOD, _OF_STEPS) == []


_CALL = "context.run.ask_for_machine(role)"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (_CALL, f"{_CALL}\n    {_CALL}"),
        (_CALL, "pass"),
        (_CALL, "context.execute_steps('Given a machine')"),
        (_CALL, "context.run.ask_for_machine(context.role)"),
        (_CALL, "context.run.ask_for_machine(\n" + "        role,\n" * 5 + "    )"),
        ("def a_machine", "def step_impl"),
    ],
)
def test_a_fat_step_is_noticed(old: str, new: str) -> None:
    assert step_faults(_GOOD.replace(old, new))


@pytest.mark.parametrize(
    "line", ["import time", "from support.adapters import vsphere", "from support import workflow", "from . import x"]
)
@pytest.mark.parametrize(
    "look", [lambda text: imports_outside(text, _OF_STEPS), lambda text: imports_outside(text, _OF_HOOKS)]
)
def test_an_import_past_the_facade_is_noticed(line: str, look: Callable[[str], list[str]]) -> None:
    assert look(line)
