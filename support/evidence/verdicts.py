"""What a JUnit report says about each case, so that one which somebody else has worked on can be held against it."""

from junitparser import Error, Failure, JUnitXml, JUnitXmlError, Skipped

from support.domain.errors import AnalysisFailed

_KINDS = {Failure: "failure", Error: "error", Skipped: "skipped"}

Verdicts = list[tuple[str, str, tuple[str, ...]]]


def must_keep_verdicts(before: str, after: str) -> None:
    """Raise AnalysisFailed unless both reports have the same cases with the same outcomes."""
    try:
        kept = _verdicts(after)
    except (JUnitXmlError, SyntaxError, ValueError) as error:  # what is no XML is a SyntaxError
        raise AnalysisFailed(f"what came back is no JUnit report ({type(error).__name__})") from error
    if kept != _verdicts(before):
        raise AnalysisFailed("what came back has other cases or outcomes than what was sent")


def _verdicts(text: str) -> Verdicts:
    root = JUnitXml.fromstring(text.encode())
    suites = root if isinstance(root, JUnitXml) else [root]
    return sorted(
        (str(case.classname), str(case.name), tuple(sorted(_KINDS.get(type(each), "other") for each in case.result)))
        for suite in suites
        for case in suite
    )
