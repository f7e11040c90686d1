"""The progress view: what people read, nothing after Behave's summary, no secrets, nothing that could end a run."""

import io
import re

import pytest

from support.domain.migration import MachineProgress, Step, StepPhase
from support.evidence.live import LiveMigration
from support.evidence.redaction import Redactor
from support.evidence.terminal import ForgivingStream
from tests.evidence.conftest import Project

_FEATURE = """
Feature: Moving machines
  Rule: Rules are shown
    Scenario: One that tells
      Given all is well
      When it tells
      And it migrates
    Scenario: One that fails
      Then the product fails
    Scenario: One with a fault of ours
      Then there is a fault
    Scenario: One that is skipped
      Given all is well
"""
_HOOKS = """
def before_all(context):
    pass  # Behave's own would install a log handler on the console

def before_scenario(context, scenario):
    if "skipped" in scenario.name:
        scenario.skip("not on this source")
"""


def test_a_run_reads_as_features_rules_scenarios_and_sentences_with_verdicts(project: Project) -> None:
    out = project(_FEATURE, hooks=_HOOKS).out
    for line in (
        "Moving machines",
        "  Rule: Rules are shown",
        "  One that tells",
        "    ✓ Given all is well",
        "      ✓ outer",
        "      ✗ vm-1: memory",
        "      - vm-1: ssh",
        "          not run: powered off",
        "    ✗ Then the product fails",
        "        MachineDiffers: memory: expected 2, got ***",
        "    skipped: not on this source",
    ):
        assert line in out.splitlines(), line


def test_only_a_fault_of_the_suite_shows_a_traceback(project: Project) -> None:
    out = project(_FEATURE, hooks=_HOOKS).out
    assert out.count("Traceback") == 1
    assert "KeyError: 'missing'" in out


def test_behaves_own_summary_comes_last(project: Project) -> None:
    last = project(_FEATURE, hooks=_HOOKS).out.rstrip().splitlines()[-5:]
    assert [line.split()[1].rstrip("s") for line in last[:4]] == ["feature", "rule", "scenario", "step"]
    assert last[4].startswith("Took ")


def test_without_a_terminal_a_migration_is_one_plain_line_per_change_on_standard_error(project: Project) -> None:
    done = project(_FEATURE, hooks=_HOOKS)
    assert done.err.splitlines() == [
        "        rhel ***: DiskTransfer Running",
        "        rhel ***: DiskTransfer Completed",
    ]
    assert "\x1b" not in done.out + done.err


def test_a_dry_run_lists_sentences_and_writes_nothing(project: Project) -> None:
    done = project("Feature: Moving\n  Scenario: One\n    Given all is well\n    Then the product fails\n", "--dry-run")
    assert done.code == 0
    assert "    Given all is well" in done.out.splitlines()
    assert "    Then the product fails" in done.out.splitlines()
    assert not (done.folder / "reports").exists()


def test_a_terminal_without_our_letters_gets_others(project: Project) -> None:
    done = project(_FEATURE, hooks=_HOOKS, PYTHONIOENCODING="ascii")
    assert "    ok Given all is well" in done.out.splitlines()


class _BrokenPipe(io.StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError(32, "Broken pipe")


def test_a_stream_that_went_away_is_no_error() -> None:
    stream = ForgivingStream(_BrokenPipe())
    stream.write("lost\n")
    stream.flush()
    assert stream.gone
    closed = io.StringIO()
    closed.close()
    assert ForgivingStream(closed).write("x") == 1


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def moving(done: int, phase: StepPhase, error: tuple[str, ...] = ()) -> tuple[MachineProgress, ...]:
    step = Step(name="DiskTransfer", phase=phase, done=done, total=200, unit="MB", error=error)
    return (MachineProgress(id="vm-1", name="orders-db", target_name="orders-db", phase="CopyDisks", steps=(step,)),)


def test_on_a_terminal_each_machine_has_a_row_per_pipeline_step_with_its_progress() -> None:
    terminal = _Terminal()
    live = LiveMigration(Redactor(), terminal)
    live.show(moving(50, StepPhase.RUNNING))
    live.stop()
    shown = terminal.getvalue()
    assert "orders-db" in shown
    assert "50 of 200 MB (25 %)" in shown


def test_without_a_terminal_progress_alone_says_nothing_but_an_error_does() -> None:
    stream = io.StringIO()
    live = LiveMigration(Redactor(), stream)
    for state in (
        moving(1, StepPhase.RUNNING),
        moving(9, StepPhase.RUNNING),
        moving(9, StepPhase.RUNNING, ("disk full",)),
    ):
        live.show(state)
    assert stream.getvalue().split("\n") == [
        "        orders-db: DiskTransfer Running",
        "        orders-db: DiskTransfer failed: disk full",
        "",
    ]


def test_a_step_that_waited_and_one_that_finished_are_not_told_again() -> None:
    stream = io.StringIO()
    live = LiveMigration(Redactor(), stream)
    for phase in (StepPhase.RUNNING, StepPhase.PENDING, StepPhase.RUNNING, StepPhase.COMPLETED):
        live.show(moving(1, phase))
    live.stop()  # as a sub-step such as a cutover does
    live.show(moving(1, StepPhase.COMPLETED))
    assert stream.getvalue().split("\n") == [
        "        orders-db: DiskTransfer Running",
        "        orders-db: DiskTransfer Completed",
        "",
    ]


def test_in_the_next_scenario_the_same_steps_are_news() -> None:
    stream = io.StringIO()
    live = LiveMigration(Redactor(), stream)
    live.show(moving(1, StepPhase.RUNNING))
    live.forget()
    live.show(moving(1, StepPhase.RUNNING))
    assert stream.getvalue().count("DiskTransfer Running") == 2


def test_no_colour_is_honoured_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    terminal = _Terminal()
    live = LiveMigration(Redactor(), terminal)
    live.show(moving(50, StepPhase.RUNNING))
    live.stop()
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", terminal.getvalue())
