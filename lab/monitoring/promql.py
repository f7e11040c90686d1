"""Instant queries: a part of PromQL, parsed by a library and evaluated here; everything else is refused."""

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import promql_parser as ql

from lab.cluster.store import Store
from lab.monitoring.metrics import Sample, samples

Vector = list[Sample]
Value = float | Vector
Labels = Mapping[str, str]
_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda left, right: left / right if right else float("nan") if not left else left * float("inf"),
}
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
_AGGREGATES: dict[str, Callable[[list[float]], float]] = {
    "sum": sum,
    "min": min,
    "max": max,
    "avg": lambda values: sum(values) / len(values),
    "count": lambda values: float(len(values)),
}


class Malformed(Exception):
    """Not PromQL."""


class Unserved(Exception):
    """PromQL that the lab does not evaluate, or a metric that it does not know."""


class Impossible(Exception):
    """A query that Prometheus would not execute either."""


def query(store: Store, text: str) -> Value:
    """The value now; raises Malformed, Unserved or Impossible."""
    try:
        parsed = ql.parse(text)
    except ValueError as wrong:
        raise Malformed(str(wrong)) from wrong
    return _value(store, parsed)


def _value(store: Store, node: Any) -> Value:
    match node:
        case ql.NumberLiteral():
            return float(node.val)
        case ql.ParenExpr():
            return _value(store, node.expr)
        case ql.UnaryExpr():
            return _with_scalar(0.0, "-", _value(store, node.expr), flipped=False)
        case ql.VectorSelector():
            return _selected(store, node)
        case ql.AggregateExpr():
            return _aggregated(node, _value(store, node.expr))
        case ql.BinaryExpr():
            return _combined(node, _value(store, node.lhs), _value(store, node.rhs))
    raise Unserved(f"the embedded lab does not evaluate {type(node).__name__}")


def _selected(store: Store, node: Any) -> Vector:
    if node.offset or node.at or node.matchers.or_matchers:
        raise Unserved("the embedded lab only looks at now, and knows no alternatives of matchers")
    try:
        found = samples(store, str(node.name))
    except KeyError:
        raise Unserved(f"the embedded lab does not know the metric {node.name}") from None
    return [item for item in found if all(_fits(item.labels, matcher) for matcher in node.matchers.matchers)]


def _fits(labels: Labels, matcher: Any) -> bool:
    """An absent label is an empty one; patterns are anchored."""
    value = labels.get(matcher.name, "")
    if matcher.op in (ql.MatchOp.Equal, ql.MatchOp.NotEqual):
        return bool((value == matcher.value) == (matcher.op == ql.MatchOp.Equal))
    return bool((re.fullmatch(matcher.value, value) is not None) == (matcher.op == ql.MatchOp.Re))


def _aggregated(node: Any, over: Value) -> Vector:
    name, by = str(node.op), _keys(node.modifier)
    if name not in _AGGREGATES or node.param is not None or not isinstance(over, list):
        raise Unserved(f"the embedded lab does not aggregate with {name}")
    groups: dict[tuple[tuple[str, str], ...], list[float]] = {}
    for item in over:
        groups.setdefault(by(item.labels), []).append(item.value)
    return [Sample(_AGGREGATES[name](values), dict(key)) for key, values in groups.items()]


def _keys(modifier: Any) -> Callable[[Labels], tuple[tuple[str, str], ...]]:
    """Labels that count for grouping: those of `by`, or all but those of `without`."""
    named = set(modifier.labels) if modifier is not None else set()
    without = modifier is not None and modifier.type == ql.AggModifierType.Without
    return lambda labels: tuple(
        sorted((key, value) for key, value in labels.items() if value and (key in named) != without)
    )


def _combined(node: Any, left: Value, right: Value) -> Value:
    name, modifier = str(node.op), node.modifier
    if name not in _ARITHMETIC and name not in _COMPARISONS and name not in _SETS:
        raise Unserved(f"the embedded lab does not combine with {name}")
    if modifier is not None and (modifier.group_labels or modifier.return_bool or _grouped(modifier)):
        raise Unserved("the embedded lab knows neither bool nor group_left nor group_right")
    if isinstance(right, float):
        return _with_scalar(right, name, left, flipped=True)
    if isinstance(left, float):
        return _with_scalar(left, name, right, flipped=False)
    same = _matching(modifier)
    return _SETS[name](left, right, same) if name in _SETS else _joined(name, left, right, same)


def _grouped(modifier: Any) -> bool:
    return modifier.card in (ql.VectorMatchCardinality.ManyToOne, ql.VectorMatchCardinality.OneToMany)


def _with_scalar(scalar: float, name: str, other: Value, *, flipped: bool) -> Value:
    """`flipped` when the scalar stands on the right."""

    def pair(value: float) -> tuple[float, float]:
        return (value, scalar) if flipped else (scalar, value)

    if name in _ARITHMETIC:
        compute = _ARITHMETIC[name]
        if isinstance(other, float):
            return compute(*pair(other))
        return [Sample(compute(*pair(item.value)), item.labels) for item in other]
    if isinstance(other, float):
        raise Impossible(f"operator {name} does not go with two scalars")
    return [item for item in other if _COMPARISONS[name](*pair(item.value))]


Same = Callable[[Labels], tuple[tuple[str, str], ...]]


def _matching(modifier: Any) -> Same:
    """Labels by which series of both sides belong together."""
    if modifier is None or modifier.matching is None:
        return lambda labels: tuple(sorted(labels.items()))
    named, only = set(modifier.matching.labels), modifier.matching.type == ql.LabelModifierType.Include
    return lambda labels: tuple(
        sorted((key, value) for key, value in labels.items() if value and (key in named) == only)
    )


def _joined(name: str, left: Vector, right: Vector, same: Same) -> Vector:
    partners = {same(item.labels): item.value for item in right}
    for side, items in (("left", left), ("right", right)):
        if len({same(item.labels) for item in items}) < len(items):
            raise Impossible(f"found duplicate series for the match group on the {side} hand-side of the operation")
    pairs = [(item, partners[same(item.labels)]) for item in left if same(item.labels) in partners]
    if name in _COMPARISONS:
        return [item for item, value in pairs if _COMPARISONS[name](item.value, value)]
    return [Sample(_ARITHMETIC[name](item.value, value), dict(same(item.labels))) for item, value in pairs]


def _both(left: Vector, right: Vector, same: Same) -> Vector:
    known = _groups(right, same)
    return [item for item in left if same(item.labels) in known]


def _either(left: Vector, right: Vector, same: Same) -> Vector:
    known = _groups(left, same)
    return left + [item for item in right if same(item.labels) not in known]


def _except(left: Vector, right: Vector, same: Same) -> Vector:
    known = _groups(right, same)
    return [item for item in left if same(item.labels) not in known]


def _groups(items: Iterable[Sample], same: Same) -> set[tuple[tuple[str, str], ...]]:
    return {same(item.labels) for item in items}


_SETS: dict[str, Callable[[Vector, Vector, Same], Vector]] = {"and": _both, "or": _either, "unless": _except}
