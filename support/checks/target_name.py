"""What a machine is called on the target: as on the source, or as MTV makes a name of it that Kubernetes takes."""

import re
from collections.abc import Iterator

from support.checks.comparison import Comparison, differs
from support.domain.finding import Finding

_LONGEST, _LABEL = 253, 63
_VALID = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_TURNED = re.compile(r"[_+* /\\]")
_DROPPED = re.compile(r"[^a-z0-9-]")
_RANDOM = r"[a-z0-9]{4}"
_BEFORE_RANDOM = 58


def target_name(comparison: Comparison) -> Iterator[Finding]:
    """By Forklift's rule, with four characters of its own where a machine of that name was there (forklift.md 3.3)."""
    wanted, actual = safe(comparison.source.name), comparison.target.name
    if wanted == comparison.source.name or not wanted:
        yield from _exactly(comparison, wanted, actual)
        return
    if actual != wanted and not re.fullmatch(f"{re.escape(wanted[:_BEFORE_RANDOM])}-{_RANDOM}", actual):
        expected = f"{wanted}, with four more characters at most"
        yield Finding(what="name on the target", expected=expected, actual=actual, where=comparison.where)


def _exactly(comparison: Comparison, wanted: str, actual: str) -> Iterator[Finding]:
    if wanted:
        yield from differs(comparison, "name on the target", wanted, actual)
    elif not re.fullmatch(f"vm-{_RANDOM}(-{_RANDOM})?", actual):
        yield Finding(
            what="name on the target", expected="vm- and four characters", actual=actual, where=comparison.where
        )


def safe(name: str) -> str:
    """The name that MTV makes of one that is no DNS-1123 subdomain; empty where nothing of it is left."""
    if len(name) <= _LONGEST and _VALID.fullmatch(name):
        return name
    parts = (_part(part) for part in name.lower().strip(".-").split("."))
    return ".".join(part for part in parts if part)[:_LABEL]


def _part(text: str) -> str:
    plain = _DROPPED.sub("", _TURNED.sub("-", text)).strip("-")
    return re.sub("-+", "-", plain)[:_LABEL].strip("-")
