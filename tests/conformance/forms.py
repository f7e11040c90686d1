"""Conditions are told as the table has them."""

from collections.abc import Iterable, Iterator, Mapping

from tests.conformance.recording import Object
from tests.conformance.table import Said

ENDS = ("Succeeded", "Failed", "Canceled")


def conditions_of(carrier: Object) -> dict[str, Object]:
    """Those that hold, by type."""
    return {each["type"]: each for each in carrier.get("conditions") or [] if each["status"] == "True"}


def end_of(carrier: Object) -> str:
    """How it ended; empty while it has not."""
    return next((end for end in ENDS if end in conditions_of(carrier)), "")


def odd_conditions(carriers: Iterable[Object], known: Mapping[str, Said]) -> Iterator[str]:
    for condition in (each for carrier in carriers for each in conditions_of(carrier).values()):
        said = known.get(condition["type"])
        if said is None:
            yield f"condition {condition['type']} is not in the table"
            continue
        if condition["category"] != said.category:
            yield f"condition {condition['type']} is {condition['category']}, not {said.category}"
        if bool(condition.get("durable")) != said.durable:
            yield f"condition {condition['type']}: durable is {condition.get('durable')}"
        if said.says and condition["message"] != said.says:
            yield f"condition {condition['type']} says {condition['message']!r}"
