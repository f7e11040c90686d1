"""`acceptance doctor`: from what was given on a command line to one line per thing that was looked at."""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from behave.model import Scenario

from support.domain.diagnosis import Diagnosis, blocking, doubtful, fine
from support.domain.errors import StartError
from support.domain.names import new_run_id
from support.evidence.redaction import Redactor
from support.run.choosing import configuration, scenarios_of
from support.run.doctor import elsewhere
from support.run.doctor.examination import examine
from support.run.doctor.wishes import wishes_of
from support.run.folder import RunFolder
from support.run.gating import issues_of, may_run
from support.run.logs import logging_to
from support.run.profiles.profile import Profile
from support.run.scenario_life import roles_of, tags_of
from support.run.settings import Settings, load_settings
from support.run.signals import Signals
from support.run.target import choose_target
from support.run.telling import Printing
from support.run.tracking import Tracking, ask_tracker
from support.run.wiring import Wired, wire

_SOON = {"wait_pods": "5"}
"""Seconds: a doctor tells how it is now, where a run waits for pods that have just been restarted."""
_SETTINGS, _PROFILE, _TRACKER = "settings", "source profile", "issue tracker"


def consult(tags: Sequence[str], defines: Mapping[str, str]) -> list[Diagnosis]:
    """Look at everything the chosen scenarios need; a problem of settings or profile is the last line there is.

    Raises StartError for a selection that is none.
    """
    config = configuration(tags)
    scenarios = scenarios_of(config)
    try:
        settings = load_settings(defines, {**_SOON, **config.userdata}, os.environ)
    except StartError as error:
        return [blocking(_SETTINGS, str(error), "see docs/configuration.md")]
    first = _of_settings(settings)
    with ExitStack() as stack:
        redactor = Redactor()
        try:
            wired = stack.enter_context(_wired(settings, redactor))
        except StartError as error:
            return [first, _clean(redactor, blocking(_PROFILE, str(error), "see .providers.json.example"))]
        found = [first, _of_profile(wired.profile), *_examined(wired, scenarios, redactor)]
        return [_clean(redactor, each) for each in found]


@contextmanager
def _wired(settings: Settings, redactor: Redactor) -> Iterator[Wired]:
    """Adapters of a run that will never begin: what it must write down goes with it."""
    for secret in settings.secrets():
        redactor.learn(secret.reveal())
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mtv-acceptance-doctor-")))
        folder = RunFolder(run=new_run_id("doctor"), path=place)
        stack.enter_context(logging_to(folder.log, settings.log_level, redactor))
        stack.enter_context(Signals("The doctor had created nothing.", "the examination ends.").handled())
        target = choose_target(settings, folder.lab)
        stack.callback(target.close)
        wired = wire(target, folder, Printing(), redactor)
        stack.callback(wired.close)
        yield wired


def _examined(wired: Wired, scenarios: Sequence[Scenario], redactor: Redactor) -> list[Diagnosis]:
    tracking, told = _asked_tracker(wired, scenarios, redactor)
    here = wired.circumstances(None, tracking.issues)
    wishes = wishes_of((each for each in scenarios if may_run(tags_of(each), here, roles_of(each))), wired.settings)
    return [told, *examine(wired.patient(wishes)), elsewhere.oc()]


def _asked_tracker(wired: Wired, scenarios: Sequence[Scenario], redactor: Redactor) -> tuple[Tracking, Diagnosis]:
    kind = wired.profile.kind
    ids = {issue for each in scenarios for issue in issues_of(map(str, each.effective_tags), kind)}
    try:
        tracking = ask_tracker(wired.settings.tracker_file, ids, redactor)
    except StartError as error:
        return Tracking({}), blocking(_TRACKER, str(error), "correct the file or move it away")
    return tracking, elsewhere.tracker(tracking)


def _of_settings(settings: Settings) -> Diagnosis:
    told = f"target {settings.target}, source_provider {settings.source_provider}"
    if settings.notes:
        return doubtful(_SETTINGS, f"{told}; {'; '.join(settings.notes)}")
    return fine(_SETTINGS, told)


def _of_profile(profile: Profile) -> Diagnosis:
    told = f"{profile.name}, type {profile.kind.value}"
    if profile.warnings:
        return doubtful(_PROFILE, f"{told}; {'; '.join(profile.warnings)}", "see docs/configuration.md")
    return fine(_PROFILE, told)


def _clean(redactor: Redactor, each: Diagnosis) -> Diagnosis:
    told, advice = redactor.clean(each.told), redactor.clean(each.advice)
    return Diagnosis(subject=each.subject, grade=each.grade, told=told, advice=advice)
