"""Where each setting comes from: -D wins over the environment, the environment over behave.ini."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from support.run.settings.keys import READERS, UNUSED

ENVIRONMENT_PREFIX = "MTV_"
COMMAND_LINE, INI, ENVIRONMENT = "-D", "behave.ini", "environment"


@dataclass(frozen=True, slots=True)
class Given:
    """One text somebody gave, and where."""

    key: str
    text: str
    origin: str


@dataclass(slots=True)
class Collected:
    """What was given for known keys, and what is wrong with, or worth saying about, the rest."""

    given: dict[str, Given] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def collect(userdata: Mapping[str, str], ini: Mapping[str, str], environ: Mapping[str, str]) -> Collected:
    """The text that counts for each key. An empty text counts as not given, as an unset shell variable leaves one."""
    found = Collected()
    for each in (*_dotless(userdata, COMMAND_LINE), *_from_environment(environ, found), *_dotless(ini, INI)):
        if each.key in UNUSED:
            found.notes.append(f"{each.key} (from {each.origin}) is unused, as it was in the reference suite")
        elif each.key not in READERS:
            # never its value: a mistyped key may carry a password
            found.problems.append(f"{each.key} (from {each.origin}): unknown key{_nearest(each.key)}")
        elif each.text.strip():
            found.given.setdefault(each.key, each)
    return found


def _dotless(texts: Mapping[str, str], origin: str) -> Iterator[Given]:
    """Dotted keys (`behave.*`, `AllureFormatter.*`) belong to their owners."""
    return (Given(key, str(text), origin) for key, text in texts.items() if "." not in key)


def _from_environment(environ: Mapping[str, str], found: Collected) -> Iterator[Given]:
    """`MTV_<KEY>`; a name near no key belongs to somebody else, who must not stop a run."""
    for name, text in environ.items():
        key = name.removeprefix(ENVIRONMENT_PREFIX).lower()
        if not name.startswith(ENVIRONMENT_PREFIX):
            continue
        if key in READERS or key in UNUSED or get_close_matches(key, READERS):
            yield Given(key, text, f"{ENVIRONMENT} {name}")
        else:
            found.notes.append(f"environment {name} is no setting of this suite and was ignored")


def _nearest(key: str) -> str:
    near = get_close_matches(key.lower(), READERS, n=1)
    return f"; did you mean {near[0]}?" if near else "; docs/configuration.md lists all keys"
