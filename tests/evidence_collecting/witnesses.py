"""A cluster that answers as a test says, and a failure to ask it about."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from support.domain.evidence import Container, Exhibit, Happening, Place
from support.domain.names import ObjectRef
from support.evidence.collecting.case import Case
from support.evidence.collecting.collector import Collector
from support.evidence.redaction import Redactor
from support.evidence.results import StepResult, Verdict
from support.ports.diagnosing import GathersByTool

BEGAN = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
PLAN = ObjectRef("Plan", "moves", "auto-ab12")


def after(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


@dataclass
class Witness:
    """Port `Diagnoses`; `trouble` is raised by questions about that kind, `silent` ones are never answered."""

    pods: Mapping[str, str] = field(default_factory=lambda: {"forklift-controller-1": "a line"})
    trouble: Mapping[str, Exception] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()
    text: str = "kind: Plan\n"
    asked: list[tuple[str, str, Mapping[str, str] | None]] = field(default_factory=list)
    never: threading.Event = field(default_factory=threading.Event)

    def objects(self, kind: str, namespace: str, labels: Mapping[str, str] | None = None) -> Sequence[Exhibit]:
        self.asked.append((kind, namespace, labels))
        if kind in self.trouble:
            raise self.trouble[kind]
        if kind in self.silent:
            self.never.wait(60)
        return [Exhibit(path=f"namespaces/{namespace or 'none'}/core/{kind.lower()}s/one.yaml", text=self.text)]

    def events(self, namespace: str) -> Sequence[Happening]:
        return [Happening(at=after(2), who=f"Pod {namespace}/p", what="Warning Failed: no image")]

    def containers(self, namespace: str, labels: Mapping[str, str] | None = None) -> Sequence[Container]:
        return [Container(namespace=namespace, pod=pod, name="main", restarted=True) for pod in self.pods]

    def log(self, container: Container, *, previous: bool = False) -> str:
        return f"{self.pods[container.pod]}{' before' if previous else ''}\n"

    def changes(self) -> Sequence[Happening]:
        return [
            Happening(at=after(-60), who="Plan auto-ab12/older", what="appeared"),
            Happening(at=after(1), who=str(PLAN), what="condition Executing is True"),
        ]


def case(**changes: object) -> Case:
    failed = StepResult(
        title="When it is cold migrated",
        sentence=True,
        verdict=Verdict.FAILED,
        start=after(0).timestamp(),
        stop=after(3).timestamp(),
        message="MigrationFailed: disk lost",
    )
    known: dict[str, object] = {
        "title": "A machine arrives",
        "step": failed.title,
        "message": failed.message,
        "since": BEGAN,
        "mtv_namespace": "openshift-mtv",
        "places": (Place(namespace="auto-ab12"),),
        "plan": PLAN,
        "steps": (failed,),
        "about": {"Run": "auto-ab12", "Target": "embedded lab"},
    }
    return Case(**{**known, **changes})  # type: ignore[arg-type]


def collector(witness: Witness, *, seconds: float = 20, tool: GathersByTool | None = None) -> Collector:
    redactor = Redactor()
    redactor.learn("sesame-4711")
    return Collector(clusters={"": witness}, redactor=redactor, seconds=seconds, tool=tool)


def page(folder: Path) -> str:
    return (folder / "index.md").read_text()
