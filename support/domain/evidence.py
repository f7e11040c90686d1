"""What is kept of a system when something failed on it: texts that may be shown, and what happened when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """One file of evidence; `path` is relative, with forward slashes, laid out as must-gather lays out its own."""

    path: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something that changed, and when; `at` is aware."""

    at: datetime
    who: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """One container of a pod, whose log can be asked for; `restarted` means that an earlier one left a log, too."""

    namespace: str
    pod: str
    name: str
    restarted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A namespace to look into.

    Attributes:
        cluster: as in ObjectRef.
        selectors: labels of what is of interest, any of them; none means everything, since the namespace is the run's.
    """

    namespace: str
    cluster: str = ""
    selectors: tuple[Mapping[str, str], ...] = field(default=())
