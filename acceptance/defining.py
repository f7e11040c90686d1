"""`-D key=value` of the commands: settings as for behave, checked like those of a run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from support.domain.errors import StartError
from support.run.settings import load_settings
from support.run.target import CLUSTER

_FOLDER = "lab"
_OF_A_START = {
    "lab_speed": "--speed",
    "lab_array": "--array",
    "lab_defect": "--defect",
    "lab_jitter": "--jitter",
}
_OF_CLEAN_DAYS = ("target", "lab", "lab_array", "lab_defect", "lab_jitter")
_OF_THE_DRILL = (*_OF_CLEAN_DAYS, "source_provider")
"""What a drill must choose itself; a defect has its source, and days without one go with any."""

_OF_THE_MATRIX = ("source_provider", "lab_array", "lab_defect", "lab_jitter")
"""What a matrix chooses itself, or what would make nonsense of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixSettings:
    """Settings of a matrix: `lab` is one that is up, `lab_speed` for one of its own; `defines` are for its runs."""

    reports: Path
    on_lab: bool
    lab: Path | None
    lab_speed: str
    defines: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillSettings:
    """Settings of a drill: `defines` are for its runs, `lab_speed` for its labs."""

    reports: Path
    lab_speed: str = ""
    defines: Mapping[str, str]


def pairs(defines: Sequence[str]) -> dict[str, str]:
    """As Behave reads them: a flag alone is true."""
    split = [define.partition("=") for define in defines]
    return {key.strip(): value if equals else "true" for key, equals, value in split}


def lab_options(command: str, defines: Sequence[str]) -> list[str]:
    """The lab's own options for settings; raises StartError for what is no setting, or a wrong one."""
    given = pairs(defines)
    folder = given.pop(_FOLDER, "")
    # Apart from each other, since a run that is given both would be told that the lab is already up.
    load_settings({_FOLDER: folder}, {}, {})
    load_settings(given, {}, {})
    start = {option: given.get(key, "") for key, option in _OF_A_START.items()} if command == "up" else {}
    options = {"--dir": folder, **start}
    return [text for option, value in options.items() if value for text in (option, value)]


def drill_settings(defines: Sequence[str], reports: Path, *, clean: bool = False) -> DrillSettings:
    """Settings for all runs of a drill; raises StartError for what is no setting, a wrong one, or the drill's own."""
    given = pairs(defines)
    settings = load_settings(given, {}, {})
    own = [key for key in (_OF_CLEAN_DAYS if clean else _OF_THE_DRILL) if key in given]
    if own:
        raise StartError(f"{', '.join(own)}: a drill chooses that itself, expected it to be left out")
    speed, folder = given.pop("lab_speed", ""), given.pop("reports_dir", "")
    return DrillSettings(reports=settings.reports_dir if folder else reports, lab_speed=speed, defines=given)


def matrix_settings(defines: Sequence[str], profiles: Sequence[str], reports: Path) -> MatrixSettings:
    """Settings for all runs of a matrix; raises StartError as `drill_settings`, and for a cluster without profiles."""
    given = pairs(defines)
    own = [key for key in _OF_THE_MATRIX if key in given]
    if own:
        raise StartError(f"{', '.join(own)}: the matrix chooses that itself, expected it to be left out")
    if given.get("target") == CLUSTER and not profiles:
        raise StartError("target=cluster: expected the names of the profiles to run, only the lab has some of its own")
    settings = load_settings({**given, "source_provider": profiles[0]} if profiles else given, {}, {})
    speed, folder = given.pop("lab_speed", ""), given.pop("reports_dir", "")
    given.pop(_FOLDER, None)
    return MatrixSettings(
        reports=settings.reports_dir if folder else reports,
        on_lab=settings.target != CLUSTER,
        lab=settings.lab,
        lab_speed=speed,
        defines=given,
    )
