"""Where the plan wanted the machine to run, and what it wanted written on it."""

import json
from collections.abc import Iterator, Mapping

from support.checks.comparison import Comparison, NotPromised, NotRun, differs
from support.domain.finding import Finding
from support.domain.machine import Power
from support.domain.source import ProviderKind


def placement(comparison: Comparison) -> Iterator[Finding]:
    """It runs on the node that carries the chosen label, and asks for this label and for nothing else."""
    wanted, asked = dict(comparison.options.target_node_selector), dict(comparison.target.node_selector)
    if not wanted and not asked:
        raise NotPromised("the plan asks for no node")
    yield from differs(comparison, "node selector", _text(wanted), _text(asked))
    if comparison.mark is None:
        return
    if comparison.target.power is not Power.ON:
        if wanted == asked:
            raise NotRun("powered off, so it is on no node")
        return
    node = comparison.target.node or "no node"
    yield from differs(
        comparison, f"node it runs on (chosen by label {comparison.mark.key})", comparison.mark.node, node
    )


def labels(comparison: Comparison) -> Iterator[Finding]:
    """Every label of the plan is on the machine's template, with its value; MTV adds others of its own."""
    wanted, found = comparison.options.target_labels, comparison.target.labels
    if not wanted:
        raise NotPromised("the plan asks for no labels")
    _must_be_carried(comparison)
    for key, value in sorted(wanted.items()):
        yield from differs(comparison, f"label {key}", value, found.get(key, "no such label"))


def affinity(comparison: Comparison) -> Iterator[Finding]:
    """The whole block is what the plan said, neither less nor more; the order of its terms means nothing."""
    wanted, found = comparison.options.target_affinity, comparison.target.affinity
    if not wanted and not found:
        raise NotPromised("the plan asks for no affinity")
    _must_be_carried(comparison)
    for path, promised, actual in _apart("affinity", _ordered(wanted), _ordered(found)):
        yield Finding(what=path, expected=_part(promised), actual=_part(actual), where=comparison.where)


def _must_be_carried(comparison: Comparison) -> None:
    if comparison.source.kind is ProviderKind.OPENSHIFT:
        raise NotRun("MTV replaces the template of a machine from OpenShift, and these are lost")


def _apart(path: str, wanted: object, found: object) -> Iterator[tuple[str, object, object]]:
    """The smallest parts in which two blocks differ, so that nobody has to compare them by eye."""
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        for key in sorted(wanted.keys() | found.keys()):
            yield from _apart(f"{path}.{key}", wanted.get(key), found.get(key))
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for number, (promised, actual) in enumerate(zip(wanted, found, strict=True)):
            yield from _apart(f"{path}[{number}]", promised, actual)
    elif wanted != found:
        yield path, wanted, found


def _part(value: object) -> str:
    return "none" if value is None else json.dumps(value, sort_keys=True)


def _text(value: Mapping[str, object]) -> str:
    return json.dumps(_ordered(value), sort_keys=True) if value else "none"


def _ordered(value: object) -> object:
    """Lists in selectors and affinities are sets: they count whatever their order."""
    if isinstance(value, Mapping):
        return {key: _ordered(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return sorted((_ordered(each) for each in value), key=lambda each: json.dumps(each, sort_keys=True))
    return value
