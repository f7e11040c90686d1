"""Where a run goes: a cluster, a lab that is up, or one of the run's own. Nothing below knows the difference."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from support.domain.errors import StartError
from support.run.lab_child import LabChild
from support.run.settings import Settings

CLUSTER, LAB = "cluster", "embedded lab"
_FILES = ("kubeconfig", "remote-kubeconfig", "providers.json", "ca.crt", "endpoints.json")


@dataclass(frozen=True, slots=True)
class Target:
    """`settings` are the run's own with kubeconfig and profiles of the lab filled in; `name` is for people."""

    name: str
    settings: Settings
    child: LabChild | None = None

    def close(self) -> None:
        """End the lab when it is the run's own; one that was already up stays."""
        if self.child is not None:
            self.child.stop()


def look_before(settings: Settings) -> None:
    """Raise StartError for what can be told from files alone, before a run leaves anything in its reports."""
    if settings.target != CLUSTER and settings.lab is not None:
        pointed_at(settings, settings.lab)


def choose_target(settings: Settings, own_lab: Path) -> Target:
    """Settle where the run goes; starts a lab in `own_lab` unless one is named. Raises StartError."""
    if settings.target == CLUSTER:
        return Target(CLUSTER, settings)
    if settings.lab is not None:
        return Target(LAB, pointed_at(settings, settings.lab))
    child = LabChild(own_lab, _options(settings))
    child.start()
    return Target(LAB, pointed_at(settings, own_lab), child)


def pointed_at(settings: Settings, folder: Path) -> Settings:
    """Settings for the lab that wrote this folder; raises StartError when none did."""
    missing = [name for name in _FILES if not (folder / name).is_file()]
    if missing:
        raise StartError(
            f"setting lab: {folder} lacks {', '.join(missing)}, expected the folder of a running lab; "
            f"start one with: acceptance lab up --dir {folder}"
        )
    return settings.pointed_at(
        kubeconfig=folder / "kubeconfig",
        providers_file=folder / "providers.json",
        remote=folder / "remote-kubeconfig",
    )


def _options(settings: Settings) -> list[str]:
    chosen: Mapping[str, object] = {
        "--speed": settings.lab_speed,
        "--array": settings.lab_array,
        "--defect": settings.lab_defect,
        "--jitter": settings.lab_jitter,
    }
    return [text for name, value in chosen.items() if value not in (None, "") for text in (name, str(value))]
