"""What a run publishes at its end: why scenarios never ran, and what becomes of a page that cannot be written."""

import signal
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from support.domain.errors import StartError
from support.evidence.redaction import Redactor
from support.run import publishing as publishing_module
from support.run.outcome import Outcome
from support.run.publishing import Publishing, why_never_ran
from support.run.signals import Signals


@pytest.mark.parametrize(
    ("signal_of_it", "why", "cause"),
    [
        (
            signal.SIGTERM,
            "never ran: interrupted by SIGTERM, as kill, CI systems and Kubernetes send it",
            "Interrupted",
        ),
        (None, "never ran: the run ended before its turn", None),
    ],
)
def test_who_ended_a_run_stands_at_each_scenario_that_never_had_its_turn(
    signal_of_it: signal.Signals | None, why: str, cause: str | None
) -> None:
    signals = Signals("bye")
    signals._first = signal_of_it
    assert why_never_ran(None, signals.ended_by) == (why, cause)


@pytest.fixture
def publishing() -> Publishing:
    return Publishing(Outcome(), MagicMock(), Redactor(), lambda _line: None)


@pytest.mark.parametrize("trouble", [StartError("features: torn"), ZeroDivisionError("a defect of the page")], ids=repr)
def test_no_trouble_with_a_page_ends_a_run(
    trouble: Exception,
    publishing: Publishing,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(publishing_module, "document", MagicMock(side_effect=trouble))
    publishing.document(tmp_path / "auto-1")
    assert capsys.readouterr() == ("", f"note: no living documentation: {trouble}\n")


def test_a_run_names_results_that_are_not_in_the_living_documentation(
    publishing: Publishing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(publishing_module, "document", MagicMock(return_value=MagicMock(unreadable=("auto-0: torn",))))
    publishing.document(tmp_path / "auto-1")
    assert capsys.readouterr() == ("", "note: auto-0: torn\n")
