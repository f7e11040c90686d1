"""The one request to the service, and what becomes of each of its answers."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from support.adapters.insight.enriching import enrich
from support.domain.analysis import AnalysisAccess
from support.domain.errors import AnalysisFailed
from tests.adapters_insight.made_up_insight import EXPLANATION, MadeUpInsight, made_up_insight

REPORT = "<testsuites><testsuite><testcase name='a'><failure>no</failure></testcase></testsuite></testsuites>"


@pytest.fixture
def insight() -> Iterator[MadeUpInsight]:
    with made_up_insight() as made:
        yield made


def access(insight: MadeUpInsight, **changes: Any) -> AnalysisAccess:
    return replace(AnalysisAccess(url=insight.url, provider="claude", model="m", seconds=5), **changes)


def test_the_report_goes_there_and_comes_back_with_explanations(insight: MadeUpInsight) -> None:
    assert EXPLANATION in enrich(access(insight), REPORT)
    assert insight.sent == [
        ("/analyze-failures", {"raw_xml": REPORT, "ai_provider": "claude", "ai_model": "m"}),
    ]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((500, {"detail": "no model"}), "answered HTTP 500"),
        ((307, {}), "answered HTTP 307"),
        ((200, b"<html>welcome</html>"), "did not answer in JSON"),
        ((200, {"success": False}), "had nothing to add"),
        ((200, {"enriched_xml": " "}), "had nothing to add"),
        ((200, ["enriched_xml"]), "had nothing to add"),
    ],
)
def test_what_is_no_report_is_told(insight: MadeUpInsight, answer: tuple[int, Any], says: str) -> None:
    insight.answer = lambda _sent: answer
    with pytest.raises(AnalysisFailed, match=says):
        enrich(access(insight), REPORT)
    assert len(insight.sent) == 1, "a redirection is not followed"


def test_a_service_that_is_not_there_is_told_without_the_login_in_its_address() -> None:
    nobody = AnalysisAccess(url="http://me:s3cret@127.0.0.1:9", provider="claude", model="m", seconds=5)
    with pytest.raises(AnalysisFailed, match=r"no connection to 127\.0\.0\.1:9") as failed:
        enrich(nobody, REPORT)
    assert "s3cret" not in str(failed.value)


def test_an_answer_that_does_not_come_in_time_names_its_setting(insight: MadeUpInsight) -> None:
    import threading

    late = threading.Event()
    insight.answer = lambda sent: (200, {}) if late.wait(30) else (500, {})
    with pytest.raises(AnalysisFailed, match=r"did not answer within 0\.2 s \(JJI_TIMEOUT\)"):
        enrich(access(insight, seconds=0.2), REPORT)
    late.set()
