"""Which MTV release knows which Plan field: an unknown one is dropped by the API without a word (forklift.md 7.2)."""

from collections.abc import Iterable, Mapping

from support.domain.errors import SuiteError
from support.domain.release import Release, release_of

_SINCE: Mapping[str, Release] = {
    # forklift.md 0.2; fields that every supported release has are not listed.
    "targetPowerState": (2, 10),
    "targetLabels": (2, 10),
    "targetNodeSelector": (2, 10),
    "targetAffinity": (2, 10),
}


def must_know(release: Release | None, fields: Iterable[str]) -> None:
    """Raise SuiteError that names every Plan field younger than the release; an unknown release knows all."""
    young = _younger(release)
    asked = {field: young[field] for field in fields if field in young}
    if asked and release is not None:
        told = ", ".join(f"{field} (from MTV {since[0]}.{since[1]} on)" for field, since in sorted(asked.items()))
        raise SuiteError(f"MTV {release[0]}.{release[1]} does not know what the scenario asks for: {told}")


def young_fields(version: str) -> list[str]:
    """Plan fields that scenarios may ask for and this version does not know; none where it cannot be told."""
    return sorted(_younger(release_of(version)))


def _younger(release: Release | None) -> Mapping[str, Release]:
    return {} if release is None else {field: since for field, since in _SINCE.items() if release < since}
