"""When something failed: settles what is collected about it and where it goes; the run goes on in any case."""

import logging
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from support.domain.evidence import Place
from support.domain.journal import Realm, Record, Thing
from support.domain.leftover import Leftover
from support.domain.names import RUN_LABEL, ObjectRef
from support.evidence.collecting.case import Case, Collected, at
from support.evidence.collecting.collector import Collector, LooksAfter
from support.evidence.collecting.telling import TIMELINE
from support.evidence.collecting.writing import INDEX
from support.evidence.recorder import Recorder
from support.evidence.redaction import Redactor
from support.evidence.results import RunFacts
from support.run.folder import RunFolder
from support.run.resources_file import write_resources
from support.run.wiring import Wired
from support.workflow.clone import MACHINE
from support.workflow.journalling import open_things
from support.workflow.move import Move
from support.workflow.owning import ref_of
from support.workflow.plan import TARGET_NAMESPACE
from support.workflow.ports_in_use import SourceHome
from support.workflow.session import Session

_LOG = logging.getLogger("support.run.collecting")
_LEFTOVERS, _SESSION = "leftovers", "session"
_RESOURCES = "resources.json"
_BETWEEN, _INTERRUPTED = "between two sentences", "the run was interrupted here"


class Collecting:
    """One per process of a run; with the setting skip_data_collector it does nothing."""

    def __init__(self, wired: Wired, folder: RunFolder, recorder: Recorder, redactor: Redactor) -> None:
        self._wired = wired
        self._recorder = recorder
        self._redactor = redactor
        given = wired.settings.data_collector_path
        self._root = (given / folder.run).absolute() if given is not None else folder.path / "evidence"
        self._named = given.absolute() if given is not None else None

    def scenario(
        self, scope: str, session: Session, move: Move | None, facts: RunFacts, *, interrupted: bool = False
    ) -> None:
        """Collect about the scenario that ends now, if a sentence of it failed; reports then say where it is.

        `interrupted`: a signal ends it, whatever its sentences say.
        """
        failing = self._recorder.failing
        if self._off or (failing is None and not interrupted):
            return
        records = [each for each in self._wired.ports.journal.records() if _is_about(each, scope)]
        case = Case(
            title=self._recorder.title,
            step=failing.title if failing is not None else _BETWEEN,
            message=_INTERRUPTED if interrupted or failing is None else failing.message,
            since=at(self._recorder.began),
            mtv_namespace=self._wired.settings.mtv_namespace,
            places=_places(session, _things(records), move, self._wired.ports.source.home),
            plan=_plan(records, move),
            before={} if move is None else {machine.name: machine.source for machine in move.machines},
            steps=self._recorder.so_far,
            about=facts.shown(),
        )
        collected = self._kept(case, self._root / _folder_name(scope), self._after(records))
        if collected is not None:
            texts = {name: (collected.folder / name).read_text() for name in (INDEX, TIMELINE)}
            self._recorder.keep_evidence(shown(collected.folder / INDEX), texts)

    def lost(self, scope: str, title: str, session: Session, facts: RunFacts, records: Sequence[Record]) -> str:
        """Collect about a scenario whose process died and can say nothing itself; returns the first page, if any.

        `records`: of all processes of the run.
        """
        about = [each for each in records if _is_about(each, scope)]
        case = Case(
            title=title,
            step="the worker process",
            message="it ended without a result",
            since=_since(each for each in about if each.thing is not None),
            mtv_namespace=self._wired.settings.mtv_namespace,
            places=_places(session, _things(about), None, self._wired.ports.source.home),
            plan=_plan(about, None),
            about=facts.shown(),
        )
        folder = self._root / _folder_name(scope)
        collected = None if self._off else self._kept(case, folder, self._after(about))
        return shown(folder / INDEX) if collected is not None else ""

    def session(self, error: Exception, facts: RunFacts) -> None:
        """Collect about a session that could not be opened although something of it was made."""
        self._run_level(_SESSION, "opening the session", str(error), facts)

    def leftovers(self, leftovers: Sequence[Leftover], facts: RunFacts) -> None:
        """Collect about what teardown could not remove; once per run, whichever process notices first."""
        self._run_level(_LEFTOVERS, "removing what was made", "\n".join(map(str, leftovers)), facts)

    def resources(self, records: Sequence[Record], tests: Mapping[str, str]) -> None:
        """Write what the run made, in the form of the older pytest suite; `tests`: its test names by scope."""
        if self._off:
            return
        path = self._root / _RESOURCES
        with suppress(OSError):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_resources(path, records, self._wired.profile.kind.value, tests)
            if self._named is not None:
                _point(self._named / _RESOURCES, path)

    @property
    def _off(self) -> bool:
        return self._wired.settings.skip_data_collector

    def _run_level(self, name: str, step: str, message: str, facts: RunFacts) -> None:
        folder = self._root / name
        if self._off or folder.exists():
            return
        records = self._wired.ports.journal.records()
        case = Case(
            title=f"Run {self._wired.run}",
            step=step,
            message=message,
            since=_since(records),
            mtv_namespace=self._wired.settings.mtv_namespace,
            places=_places_of_run(_things(records), self._wired.run),
            about=facts.shown(),
        )
        collected = self._kept(case, folder, {})
        if collected is not None:
            self._wired.ports.tells.attach("evidence", shown(folder / INDEX))

    def _kept(self, case: Case, folder: Path, after: Mapping[str, LooksAfter]) -> Collected | None:
        wired = self._wired
        collector = Collector(
            clusters={
                name: each for name, each in wired.diagnoses.items() if not name or wired.ports.at(name).joined()
            },
            redactor=self._redactor,
            seconds=wired.settings.budgets.evidence,
            tool=wired.gatherer(),
        )
        try:
            with wired.ports.tells.step(f"collect evidence: {shown(folder / INDEX)}"):
                return collector.collect(case, folder, after)
        except Exception as error:  # noqa: BLE001 - what explains a failure must never become one
            _LOG.warning("no evidence of %s: %s: %s", case.title, type(error).__name__, error)
            return None

    def _after(self, records: Sequence[Record]) -> dict[str, LooksAfter]:
        describe: Callable[[str], object] = self._wired.ports.source.platform.describe
        machines = [each for each in open_things(records) if each.thing.realm is Realm.SOURCE and each.uid]
        return {each.thing.name: partial(describe, each.uid) for each in machines if each.thing.kind == MACHINE}


def shown(path: Path) -> str:
    """As people at the run's own terminal would type it."""
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def _is_about(record: Record, scope: str) -> bool:
    return record.thing is None or record.thing.scope == scope


def _since(records: Iterable[Record]) -> datetime:
    """When the first of them was written; the journal is older than anything that is told of."""
    first = min((each.at for each in records if each.at), default="")
    return datetime.fromisoformat(first) if first else datetime.fromtimestamp(0, UTC)


def _things(records: Sequence[Record]) -> list[Thing]:
    return [each.thing for each in records if each.thing is not None and each.thing.realm is Realm.CLUSTER]


def _places(session: Session, things: Sequence[Thing], move: Move | None, home: SourceHome | None) -> tuple[Place, ...]:
    """The session's namespaces and the scenario's own as a whole; in others only what is the run's or MTV's for it."""
    own = {("", session.namespace)} | {(each.cluster, each.name) for each in things if each.kind == "Namespace"}
    if home is not None:
        own.add((home.cluster_name, home.namespace))
    targets = {each.details[TARGET_NAMESPACE] for each in things if each.details.get(TARGET_NAMESPACE)}
    named = {(each.cluster, each.namespace) for each in things} | {(session.target, each) for each in targets}
    if move is not None:
        named.add((move.target, move.target_namespace))
    selectors: tuple[Mapping[str, str], ...] = ({RUN_LABEL: session.run},)
    if move is not None and move.migration is not None:
        selectors = (*selectors, {"migration": move.migration.uid})
    return _own_and_foreign(own, named, selectors)


def _places_of_run(things: Sequence[Thing], run: str) -> tuple[Place, ...]:
    own = {(each.cluster, each.name) for each in things if each.kind == "Namespace"}
    return _own_and_foreign(own, {(each.cluster, each.namespace) for each in things}, ({RUN_LABEL: run},))


_At = tuple[str, str]
"""Cluster and namespace."""


def _own_and_foreign(own: set[_At], named: set[_At], selectors: tuple[Mapping[str, str], ...]) -> tuple[Place, ...]:
    """One's own namespaces as a whole; in others that are spoken of, what the selectors find."""
    foreign = sorted(each for each in named - own if each[1])
    return (
        *(Place(cluster=cluster, namespace=name) for cluster, name in sorted(own)),
        *(Place(cluster=cluster, namespace=name, selectors=selectors) for cluster, name in foreign),
    )


def _plan(records: Sequence[Record], move: Move | None) -> ObjectRef | None:
    """Also one that MTV refused, which no move knows of."""
    if move is not None and move.plan is not None:
        return move.plan.ref
    plans = [ref_of(each.thing) for each in open_things(records) if each.thing.kind == "Plan"]
    return plans[-1] if plans else None


def _folder_name(scope: str) -> str:
    """Of a scenario's key in the journal: `features/hooks.feature:16` lies in `hooks-16`."""
    file, _, line = scope.rpartition(":")
    return f"{Path(file).stem}-{line}"


def _point(name: Path, target: Path) -> None:
    fresh = name.with_name(f".{name.name}.{target.parent.name}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(os.path.relpath(target, name.parent))
    fresh.replace(name)
