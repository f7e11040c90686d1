"""One JUnit file from the same results as Allure; Behave's own loses skip reasons and logs (facts/behave.md 1.13)."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path, PurePosixPath

from junitparser import Error, Failure, JUnitXml, Property, Skipped, TestCase, TestSuite
from junitparser.junitparser import Properties

from support.evidence.results import RunFacts, RunRecord, ScenarioResult, Verdict

_FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(path: Path, records: Sequence[RunRecord]) -> None:
    """Suites are features; cases carry source profile, storage class, skip reason and log."""
    document = JUnitXml("mtv-acceptance")
    for record in records:
        results = sorted(record.results, key=attrgetter("file", "line"))
        for feature, group in groupby(results, key=attrgetter("feature")):
            document.add_testsuite(_suite(feature, group, record.facts))
    document.update_statistics()  # type: ignore[no-untyped-call]
    path.parent.mkdir(parents=True, exist_ok=True)
    document.write(str(path), pretty=True)


def _suite(feature: str, results: Iterable[ScenarioResult], facts: RunFacts) -> TestSuite:
    suite = TestSuite(feature)
    for name, value in facts.shown().items():
        suite.add_property(name, value)
    for result in results:
        suite.add_testcase(_case(result, facts))
    suite.update_statistics()  # type: ignore[no-untyped-call]
    return suite


def _case(result: ScenarioResult, facts: RunFacts) -> TestCase:
    place = PurePosixPath(result.file).with_suffix("").parts
    classname = ".".join((*place, result.rule) if result.rule else place)
    case = TestCase(result.title, classname=classname, time=round(result.seconds, 3))
    case.append(_properties(result, facts))  # type: ignore[no-untyped-call]
    if result.verdict is Verdict.FAILED:
        case.result = [_outcome(Failure(_xml_safe(result.message), result.cause or ""), result)]
    elif result.verdict is Verdict.BROKEN:
        case.result = [_outcome(Error(_xml_safe(result.message), result.cause or ""), result)]
    elif result.verdict is Verdict.SKIPPED:
        case.result = [Skipped(_xml_safe(result.skip_reason))]
    if result.log:
        case.system_out = _xml_safe(result.log)
    return case


def _outcome(outcome: Failure | Error, result: ScenarioResult) -> Failure | Error:
    outcome.text = _xml_safe(result.trace or result.message)
    return outcome


def _properties(result: ScenarioResult, facts: RunFacts) -> Properties:
    values = {
        "source_profile": facts.source_profile,
        "storage_class": facts.storage_class,
        "tags": " ".join(result.tags),
        **({"evidence": result.evidence} if result.evidence else {}),
    }
    properties = Properties()  # type: ignore[no-untyped-call]
    for name, value in values.items():
        properties.append(Property(name, _xml_safe(value)))  # type: ignore[no-untyped-call]
    return properties


def _xml_safe(text: str) -> str:
    """Control characters have no place in XML 1.0."""
    return _FORBIDDEN.sub("", text)
