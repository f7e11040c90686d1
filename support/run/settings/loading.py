"""Builds the settings of a run, or says everything that is wrong with what was given, at once."""

from collections.abc import Mapping
from dataclasses import fields, replace

from support.domain.budget import Budgets
from support.domain.errors import StartError
from support.domain.names import StorageClass
from support.run.settings.keys import MIGRATION_WAIT, PLAN_WAIT, READERS, WITHOUT_EFFECT
from support.run.settings.model import WAIT_PREFIX, Settings
from support.run.settings.origins import COMMAND_LINE, ENVIRONMENT, Collected, Given, collect
from support.run.settings.rules import broken_rules

_LAB_DEFAULTS: Mapping[str, object] = {"source_provider": "vsphere", "storage_class": StorageClass("lab-block")}


def load_settings(userdata: Mapping[str, str], ini: Mapping[str, str], environ: Mapping[str, str]) -> Settings:
    """Settings of a run.

    Args:
        userdata: what was given by -D, and only that.
        ini: [behave.userdata] of behave.ini; values of -D in it do no harm.
        environ: the environment; `MTV_<KEY>` gives a key.

    Raises StartError that lists all problems: key, where it came from, what was expected, the nearest known key.
    """
    found = collect(userdata, ini, environ)
    read = _read(found)
    settings = _build(read)
    unread = READERS.keys() & found.given.keys() - read.keys()
    if not unread:  # a value that could not be read would only bring about errors that are none
        found.problems += broken_rules(settings, found.given)
    if found.problems:
        raise StartError("\n  - ".join(("the settings have problems:", *found.problems)))
    settings = replace(settings, profiles_named=settings.lab is not None and _names_profiles(found.given))
    return replace(settings, notes=(*found.notes, *_notes(settings, found.given)))


def _names_profiles(given: Mapping[str, Given]) -> bool:
    """For this run: what the environment says is said for all of them, those on a cluster above all."""
    profiles = given.get("providers_file")
    return profiles is not None and not profiles.origin.startswith(ENVIRONMENT)


def _read(found: Collected) -> dict[str, object]:
    values: dict[str, object] = {}
    for key, given in found.given.items():
        reader = READERS[key]
        try:
            values[key] = reader.read(given.text.strip() if not reader.secret else given.text)
        except ValueError:
            shown = "a value" if reader.secret else repr(given.text)
            found.problems.append(f"{key} (from {given.origin}): expected {reader.expected}, found {shown}")
    return values


def _build(values: Mapping[str, object]) -> Settings:
    plain = {key: value for key, value in values.items() if key != PLAN_WAIT and not key.startswith(WAIT_PREFIX)}
    defaults = _LAB_DEFAULTS if values.get("target", "lab") == "lab" else {}
    settings = Settings(budgets=_budgets(values))
    return replace(settings, **{**defaults, **plain})  # type: ignore[arg-type]  # READERS gives each key its field's type


def _budgets(values: Mapping[str, object]) -> Budgets:
    waits = {**values, MIGRATION_WAIT: values.get(MIGRATION_WAIT, values.get(PLAN_WAIT))}
    given = {each.name: waits.get(f"{WAIT_PREFIX}{each.name}") for each in fields(Budgets)}
    return Budgets(**{name: seconds for name, seconds in given.items() if isinstance(seconds, float)})


def _notes(settings: Settings, given: Mapping[str, Given]) -> list[str]:
    notes = [
        f"{key} was given by -D, where every process list shows it; prefer the environment: MTV_{key.upper()}"
        for key, each in given.items()
        if READERS[key].secret and each.origin == COMMAND_LINE
    ]
    plain, profiles = Settings(), given.get("providers_file")
    idle = (key for key in given if key in WITHOUT_EFFECT and getattr(settings, key) != getattr(plain, key))
    notes += (f"{key} (from {given[key].origin}) has no effect yet" for key in idle)
    if settings.target == "lab" and profiles is not None and not settings.profiles_named:
        instead = "; -D providers_file=FILE has it read" if settings.lab is not None else ""
        notes.append(f"providers_file (from {profiles.origin}) is not read: the embedded lab brings its own{instead}")
    return notes
