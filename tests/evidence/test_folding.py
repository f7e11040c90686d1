"""In the terminal a comparison is a few lines; nothing that failed, or that nobody could look at, is folded away."""

import io

import pytest
from behave.configuration import Configuration
from behave.formatter.base import StreamOpener

from support.domain.finding import CheckResult, Finding, Report
from support.evidence.folding import folded
from support.evidence.progress import ProgressView
from support.evidence.redaction import Redactor
from support.evidence.results import Verdict
from support.evidence.terminal import wrapped
from support.run.parallel.messages import Paper
from support.run.parallel.paper import PaperView

PASSED = (CheckResult(check="cpu", confirmed="2 sockets"), CheckResult(check="guest agent"))
FAILED = CheckResult(check="memory", findings=(Finding(what="size", expected=2, actual=1),))
UNSEEN = (CheckResult(check="ssh", not_run="powered off"), CheckResult(check="data", not_run="powered off"))
IDLE = (
    CheckResult(check="placement", not_run="the plan asks for no node", promised=False),
    CheckResult(check="labels", not_run="the plan asks for no labels", promised=False),
)


def shown(*results: CheckResult, options: tuple[str, ...] = ()) -> list[str]:
    out = io.StringIO()
    view = ProgressView(StreamOpener(stream=out), Configuration(command_args=list(options), load_config=False))
    view.compared(Report(subject="vm-1", results=results))
    return out.getvalue().splitlines()


def test_what_passed_is_counted_and_named_and_what_nobody_asked_for_is_named() -> None:
    assert shown(*PASSED, *IDLE) == [
        "      ✓ vm-1: 2 checks passed",
        "          cpu, guest agent",
        "          not asked for: placement, labels",
    ]


def test_what_failed_and_what_nobody_could_look_at_have_lines_of_their_own() -> None:
    assert shown(*UNSEEN, *IDLE, FAILED, *PASSED) == [
        "      ✓ vm-1: 2 checks passed",
        "          cpu, guest agent",
        "          not asked for: placement, labels",
        "      ✗ vm-1: memory",
        "      - vm-1: ssh, data",
        "          not run: powered off",
    ]


def test_two_reasons_are_two_lines() -> None:
    other = CheckResult(check="static ip", not_run="no guest agent tells addresses")
    titles = [step.title for step in folded(Report(subject="vm-1", results=(*PASSED, *UNSEEN, other)))]
    assert titles[1:] == ["vm-1: ssh, data", "vm-1: static ip"]


def test_a_check_that_a_sentence_named_is_told_by_its_name() -> None:
    assert shown(PASSED[1]) == ["      ✓ vm-1: guest agent"]


def test_what_nobody_asked_for_is_told_beside_failures_alone_too() -> None:
    assert shown(FAILED, *IDLE) == ["      ✗ vm-1: memory", "      - vm-1: not asked for: placement, labels"]


def test_where_nothing_was_compared_each_reason_is_told_since_nothing_else_is_known() -> None:
    assert shown(IDLE[0]) == ["      - vm-1: placement", "          not run: the plan asks for no node"]
    nothing = folded(Report(subject="vm-1", results=()))
    assert [(step.title, step.verdict) for step in nothing] == [("vm-1: nothing was compared", Verdict.FAILED)]


_EACH = [
    "      ✓ vm-1: cpu",
    "      ✓ vm-1: guest agent",
    "      ✗ vm-1: memory",
    "      - vm-1: ssh",
    "          not run: powered off",
    "      - vm-1: data",
    "          not run: powered off",
    "      - vm-1: placement",
    "          not run: the plan asks for no node",
    "      - vm-1: labels",
    "          not run: the plan asks for no labels",
]


@pytest.mark.parametrize("option", ["--verbose", "-v"])
def test_behaves_verbose_gives_each_check_a_line(option: str) -> None:
    said = shown(*PASSED, FAILED, *UNSEEN, *IDLE, options=(option,))
    assert said == _EACH


@pytest.mark.parametrize("verbose", [False, True])
def test_a_worker_is_as_verbose_as_the_run_it_works_for(verbose: bool) -> None:
    paper = Paper(terminal=False, encoding="utf-8", color="off", verbose=verbose)
    view = PaperView(Configuration(command_args=[], load_config=False), paper, lambda _line: None)
    view.compared(Report(subject="vm-1", results=(*PASSED, FAILED, *UNSEEN, *IDLE)))
    assert (view.text.splitlines() == _EACH) is verbose


def test_names_are_wrapped_to_the_terminal_and_never_torn() -> None:
    assert list(wrapped("cpu, guest agent, static ip", 17)) == ["cpu, guest agent,", "static ip"]
    assert list(wrapped("cpu, guest agent, static ip", 12)) == ["cpu,", "guest agent,", "static ip"]


def test_a_terminal_of_few_columns_gets_short_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "32")
    many = [CheckResult(check=name) for name in ("cpu", "guest agent", "source power", "residue")]
    assert shown(*many)[1:] == ["          cpu, guest agent,", "          source power, residue"]


def test_no_name_tells_a_secret() -> None:
    out, redactor = io.StringIO(), Redactor()
    redactor.learn("t0psecret")
    view = ProgressView(StreamOpener(stream=out), Configuration(command_args=[], load_config=False))
    view.redact_with(redactor)
    unseen = CheckResult(check="ssh", not_run="t0psecret was refused")
    view.compared(Report(subject="vm-t0psecret", results=(*PASSED, CheckResult(check="t0psecret"), unseen)))
    assert out.getvalue().count("***") == 4
    assert "t0psecret" not in out.getvalue()
