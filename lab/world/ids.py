"""Ids that never vary from lab to lab."""

from uuid import NAMESPACE_DNS, uuid5


def stable_uuid(text: str) -> str:
    """The same uuid for the same text in every lab."""
    return str(uuid5(NAMESPACE_DNS, f"{text}.embedded-lab"))
