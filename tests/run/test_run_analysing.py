"""analyze_with_ai: who is asked, when, what is sent, and that a report never gets worse by it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from support.evidence.junit import write_junit
from support.evidence.redaction import Redactor
from support.evidence.results import RunFacts, RunRecord, ScenarioResult, Verdict
from support.run.analysing import Analysing, analysing
from support.run.settings import Settings
from tests.adapters_insight.made_up_insight import EXPLANATION, MadeUpInsight, made_up_insight

SECRET = "p4ssword-of-vcenter"
ON_CLUSTER = Settings(target="cluster", analyze_with_ai=True)
SERVICE = {"JJI_SERVER_URL": "https://insight.test/"}


@pytest.fixture
def insight() -> Iterator[MadeUpInsight]:
    with made_up_insight() as made:
        yield made


def who(environ: dict[str, str], tmp_path: Path, text: str = "", settings: Settings = ON_CLUSTER) -> Analysing:
    file = tmp_path / ".env"
    if text:
        file.write_text(text)
    return analysing(settings, environ, file)


def test_nobody_is_asked_without_the_setting(tmp_path: Path) -> None:
    found = who(SERVICE, tmp_path, settings=Settings(target="cluster"))
    assert (found.access, found.why_not) == (None, "")


def test_without_a_server_it_says_so(tmp_path: Path) -> None:
    found = who({}, tmp_path)
    assert found.access is None
    assert "JJI_SERVER_URL is not set" in found.why_not


def test_defaults_are_those_of_the_older_suite(tmp_path: Path) -> None:
    found = who(SERVICE, tmp_path).access
    assert found is not None
    assert (found.url, found.provider, found.model, found.seconds) == (
        "https://insight.test",
        "claude",
        "claude-opus-4-6[1m]",
        600,
    )


@pytest.mark.parametrize(("text", "seconds"), [("90", 90), ("soon", 600), ("-5", 600), ("0", 600), ("", 600)])
def test_a_time_out_that_is_none_counts_as_not_given(tmp_path: Path, text: str, seconds: float) -> None:
    found = who({**SERVICE, "JJI_TIMEOUT": text}, tmp_path).access
    assert found is not None
    assert found.seconds == seconds


def test_the_file_gives_what_the_environment_does_not(tmp_path: Path) -> None:
    text = "JJI_SERVER_URL=https://file.test\nJJI_AI_PROVIDER=gemini\nJJI_AI_MODEL='pro ${HOME}'\n"
    found = who({"JJI_AI_PROVIDER": "claude"}, tmp_path, text).access
    assert found is not None
    assert (found.url, found.provider, found.model) == ("https://file.test", "claude", "pro ${HOME}")


def test_nothing_else_of_the_file_gets_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    before = dict(os.environ)
    who({}, tmp_path, f"MTV_CLUSTER_PASSWORD={SECRET}\nJJI_SERVER_URL=https://file.test\n")
    assert dict(os.environ) == before


@pytest.mark.parametrize("url", ["insight", "ftp://insight.test", "https://"])
def test_an_address_that_is_none_is_told(tmp_path: Path, url: str) -> None:
    found = who({"JJI_SERVER_URL": url}, tmp_path)
    assert found.access is None
    assert "no address such as" in found.why_not


def test_a_run_on_the_lab_sends_nothing_off_this_machine(tmp_path: Path) -> None:
    lab = Settings(analyze_with_ai=True)
    assert "nothing of a run with target=lab leaves this machine" in who(SERVICE, tmp_path, settings=lab).why_not
    assert who({"JJI_SERVER_URL": "http://127.0.0.1:8000"}, tmp_path, settings=lab).access is not None


@dataclass
class Ended:
    """A run with a report, and what it said about its analysis."""

    report: Path
    results: list[ScenarioResult]
    said: list[str] = field(default_factory=list)

    def analysed_by(self, insight: MadeUpInsight, timeout: str = "5") -> str:
        redactor = Redactor()
        redactor.learn(SECRET)
        environ = {"JJI_SERVER_URL": insight.url, "JJI_TIMEOUT": timeout}
        analysing(ON_CLUSTER, environ, Path("nowhere")).after(self.results, self.report, redactor, self.said.append)
        return self.report.read_text()


def _result(verdict: Verdict, **more: Any) -> ScenarioResult:
    return ScenarioResult(
        title=f"It is {verdict.value}",
        template_title="It",
        feature="F",
        rule="",
        file="features/f.feature",
        line=len(verdict.value),
        tags=(),
        verdict=verdict,
        **more,
    )


def ended(tmp_path: Path, *verdicts: Verdict) -> Ended:
    results = [_result(each, message=f"memory differs, {SECRET}", skip_reason="no") for each in verdicts]
    report = tmp_path / "junit" / "mtv-acceptance.xml"
    write_junit(report, [RunRecord(facts=RunFacts(run_id="auto-ab12", target="cluster"), results=tuple(results))])
    return Ended(report, results)


def test_a_report_with_failures_comes_back_explained(tmp_path: Path, insight: MadeUpInsight) -> None:
    run = ended(tmp_path, Verdict.PASSED, Verdict.FAILED, Verdict.BROKEN, Verdict.SKIPPED)
    assert run.analysed_by(insight).count(EXPLANATION) == 2
    assert "without secrets, goes to 127.0.0.1:" in run.said[0]
    assert "(claude, claude-opus-4-6[1m])" in run.said[0]
    assert run.said[1] == f"AI analysis: explanations are in {run.report}"
    assert [each.name for each in run.report.parent.iterdir()] == ["mtv-acceptance.xml"]


def test_no_secret_is_sent(tmp_path: Path, insight: MadeUpInsight) -> None:
    ended(tmp_path, Verdict.FAILED).analysed_by(insight)
    ((_path, sent),) = insight.sent
    assert "memory differs, ***" in sent["raw_xml"]
    assert SECRET not in sent["raw_xml"]


@pytest.mark.parametrize("verdict", [Verdict.PASSED, Verdict.SKIPPED])
def test_without_a_failure_nobody_is_asked(tmp_path: Path, insight: MadeUpInsight, verdict: Verdict) -> None:
    run = ended(tmp_path, verdict)
    before = run.report.read_text()
    assert run.analysed_by(insight) == before
    assert (insight.sent, run.said) == ([], [])


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda sent: (500, {}), "answered HTTP 500"),
        (lambda sent: (200, {"enriched_xml": "<oh"}), "no JUnit report"),
        (lambda sent: (200, {"enriched_xml": "<html/>"}), "no JUnit report"),
        (lambda sent: (200, {"enriched_xml": "<testsuites/>"}), "other cases or outcomes"),
        (
            lambda sent: (200, {"enriched_xml": sent["raw_xml"].replace("failure", "skipped")}),
            "other cases or outcomes",
        ),
        (lambda sent: (200, {"enriched_xml": sent["raw_xml"].replace("It is", "It was")}), "other cases or outcomes"),
    ],
)
def test_a_report_is_only_replaced_by_one_with_the_same_verdicts(
    tmp_path: Path, insight: MadeUpInsight, spoil: Any, says: str
) -> None:
    run = ended(tmp_path, Verdict.PASSED, Verdict.FAILED)
    before = run.report.read_text()
    insight.answer = spoil
    assert run.analysed_by(insight) == before
    assert says in run.said[-1]
    assert run.said[-1].endswith("the report stays as it was")
