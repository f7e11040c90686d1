"""What `lab up` may be asked for; anything else is refused before something starts."""

from difflib import get_close_matches

from lab.defects.catalogue import CATALOGUE
from lab.jitter.spec import BadJitter, parse
from lab.mtv.releases import RELEASES
from lab.world import array_estate

MTV = tuple(reversed(RELEASES))
"""Releases whose behaviour is emulated: one fully, the others by a table of differences; the first is the default."""
OCP = ("4.20", "4.19")
"""One on each side of the only release that facts/forklift.md 3.7 draws a line at."""
ARRAYS = array_estate.VENDORS
ARRAY = array_estate.DEFAULT
DEFECTS = tuple(sorted(CATALOGUE))


class BadChoice(Exception):
    """An option has a value that the lab cannot honour."""


def speed(text: str) -> float:
    """A finite number above 0; raises BadChoice."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise BadChoice(f"--speed must be a number above 0, got {text!r}")
    return value


def one_of(option: str, text: str, known: tuple[str, ...]) -> str:
    """A value that is emulated; raises BadChoice."""
    if text not in known:
        raise BadChoice(f"{option} must be one of {', '.join(known)}, got {text!r}")
    return text


def defect(text: str) -> str:
    """A known defect, or none; raises BadChoice with those of a similar name, since a list of all is no help."""
    if text and text not in DEFECTS:
        similar = get_close_matches(text, DEFECTS, cutoff=0.5)
        hint = f"; similar: {', '.join(similar)}" if similar else ""
        raise BadChoice(f"--defect must be one of the {len(DEFECTS)} in docs/lab.md, got {text!r}{hint}")
    return text


def jitter(text: str) -> str:
    """A specification that can be read; raises BadChoice."""
    try:
        parse(text)
    except BadJitter as problem:
        raise BadChoice(str(problem)) from problem
    return text
