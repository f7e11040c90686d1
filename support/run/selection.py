"""Which scenarios a command line selects; selecting nothing, or by an unknown tag, is an error (behave.md 1.14)."""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from behave.configuration import Configuration
from behave.model import Feature, Scenario

from support.domain.errors import StartError

FAMILIES = frozenset({"tier0", "cold", "warm", "remote", "copyoffload"})
SEVERITIES = ("blocker", "critical", "normal", "minor", "trivial")
CAPABILITIES = frozenset(
    {
        *("clone", "power", "vddk", "secondary_datastore", "non_xcopy_datastore", "rdm"),
        *("static_addresses", "placing", "disk_names"),
    }
)

_PATTERNS = (
    re.compile(r"test_[a-z0-9_]+"),
    re.compile(r"min_mtv_version=\d+\.\d+"),
    re.compile(r"known\.[A-Z]+-\d+"),
    re.compile(rf"severity\.({'|'.join(SEVERITIES)})"),
    re.compile(rf"needs\.({'|'.join(sorted(CAPABILITIES))})"),
)


def is_known_tag(tag: str) -> bool:
    """Whether a tag is on the closed list of design and documentation."""
    return tag in FAMILIES or any(pattern.fullmatch(tag) for pattern in _PATTERNS)


def unknown_tags(features: Iterable[Feature]) -> list[str]:
    """`tag (file:line)` for each tag that is not on the list; a mistyped one would select or gate nothing."""
    return sorted(
        {
            f"@{tag} ({scenario.filename}:{scenario.line})"
            for feature in features
            for scenario in feature.walk_scenarios()
            for tag in map(str, scenario.effective_tags)
            if not is_known_tag(tag)
        }
    )


def chosen_scenarios(features: Sequence[Feature], config: Configuration) -> list[Scenario]:
    """Scenarios that are going to run, in order; raises StartError when there is none, or on an unknown tag."""
    strangers = unknown_tags(features)
    if strangers:
        raise StartError(f"unknown tags, expected those listed in docs/writing-scenarios.md: {', '.join(strangers)}")
    everything = [scenario for feature in features for scenario in feature.walk_scenarios()]
    chosen = [scenario for scenario in everything if scenario.should_run(config)]
    if not chosen:
        known = sorted({str(tag) for scenario in everything for tag in scenario.effective_tags})
        raise StartError(
            f"no scenario selected by tags '{config.tag_expression}' and the given names and paths, out of "
            f"{len(everything)}; {_meant(str(config.tag_expression), known)}"
            f"`acceptance catalog` lists all of them; common tags: "
            f"{', '.join('@' + tag for tag in known if tag in FAMILIES)}"
        )
    return chosen


def _meant(expression: str, known: Sequence[str]) -> str:
    """Tags that were perhaps meant by words of the expression that are none."""
    strangers = [word for word in re.findall(r"[\w.=-]+", expression) if word not in {*known, "and", "or", "not"}]
    near = [match for word in strangers for match in get_close_matches(word, known, n=1)]
    return f"did you mean {', '.join(f'@{tag}' for tag in near)}? " if near else ""
