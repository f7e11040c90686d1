"""Results of scenarios as a run would have them, for whatever makes pages of them."""

from support.domain.finding import CheckResult, Finding, Report
from support.domain.migration import MachineProgress, Step, StepPhase
from support.evidence.results import RunFacts, ScenarioResult, Verdict

FACTS = RunFacts(
    run_id="auto-1",
    target="cluster",
    cluster="prod-7",
    source_type="vsphere",
    source_version="8.0.3",
    source_profile="vc8",
    storage_class="ceph",
    mtv="2.12.5",
    openshift="4.20.6",
)
GOOD = CheckResult(check="cpu", confirmed="2 sockets")
BAD = CheckResult(check="disks", findings=(Finding(what="size of <disk>", expected=16, actual=15),))
UNSEEN = CheckResult(check="ssh", not_run="powered off")


def progress(**changes: object) -> MachineProgress:
    steps = (
        Step(name="DiskAllocation", phase=StepPhase.COMPLETED, done=2048, total=2048, unit="MB"),
        Step(
            name="DiskTransferV2v",
            phase=StepPhase.COMPLETED,
            done=0,
            total=2048,
            unit="MB",
            started="2026-03-01T10:00:00Z",
            completed="2026-03-01T10:03:20Z",
        ),
    )
    known: dict[str, object] = {
        "id": "vm-1",
        "name": "rhel",
        "target_name": "rhel",
        "phase": "Completed",
        "steps": steps,
    }
    return MachineProgress(**{**known, **changes})  # type: ignore[arg-type]


def scenario(title: str, verdict: Verdict, *checks: CheckResult, line: int = 1, **changes: object) -> ScenarioResult:
    made = ScenarioResult(
        title=title,
        template_title=title,
        feature="Cold migration",
        rule="",
        file="features/cold.feature",
        line=line,
        tags=(),
        verdict=verdict,
        start=1772359200.0,
        stop=1772359265.0,
        machines=[progress()] if checks else [],
        compared=[Report(subject="rhel", results=checks)] if checks else [],
    )
    for name, value in changes.items():
        setattr(made, name, value)
    return made
