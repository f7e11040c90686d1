"""With analyze_with_ai: the JUnit report of a run with failures goes to a service, and comes back with explanations."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from support.domain.analysis import AnalysisAccess
from support.domain.errors import AnalysisFailed
from support.evidence.redaction import Redactor
from support.evidence.results import ScenarioResult, Verdict
from support.evidence.verdicts import must_keep_verdicts
from support.run.settings import THIS_MACHINE, Settings

PREFIX = "JJI_"
_URL, _PROVIDER, _MODEL, _TIMEOUT = (f"{PREFIX}{each}" for each in ("SERVER_URL", "AI_PROVIDER", "AI_MODEL", "TIMEOUT"))
_DEFAULTS = {_PROVIDER: "claude", _MODEL: "claude-opus-4-6[1m]", _TIMEOUT: "600"}
"""The reference's."""
_FILE = Path(".env")


@dataclass(frozen=True, slots=True)
class Analysing:
    """Whether there is somebody to ask; `why_not` says why there is nobody."""

    access: AnalysisAccess | None
    why_not: str = ""

    def after(
        self, results: Sequence[ScenarioResult], report: Path, redactor: Redactor, say: Callable[[str], None]
    ) -> None:
        """Send the report where something failed, and put what comes back into its place; else it stays as it is."""
        if self.access is None or not any(each.verdict in (Verdict.FAILED, Verdict.BROKEN) for each in results):
            return
        from support.adapters.insight.enriching import enrich, host_of  # most runs ask nobody

        text = redactor.clean(report.read_text())
        say(f"AI analysis: the JUnit report, without secrets, goes to {host_of(self.access)} ({_who(self.access)})")
        try:
            enriched = enrich(self.access, text)
            must_keep_verdicts(text, enriched)
        except AnalysisFailed as error:
            say(f"AI analysis: {error}; the report stays as it was")
            return
        fresh = report.with_suffix(".enriched")
        fresh.write_text(enriched)
        fresh.replace(report)
        say(f"AI analysis: explanations are in {report}")


def analysing(settings: Settings, environ: Mapping[str, str] = os.environ, file: Path = _FILE) -> Analysing:
    """Who is asked, by the environment and, behind it, the `JJI_...` of a file; nothing else of that file is read."""
    if not settings.analyze_with_ai:
        return Analysing(None)
    given = {**_DEFAULTS, **_own(dotenv_values(file, interpolate=False)), **_own(environ)}
    url = given.get(_URL, "").rstrip("/")
    if not url:
        return Analysing(None, f"{_URL} is not set (environment or {file})")
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        return Analysing(None, f"{_URL} is no address such as https://insight.example.com")
    if settings.stays_here and urlsplit(url).hostname not in THIS_MACHINE:
        return Analysing(
            None, f"{_URL} is elsewhere, and nothing of a run with target={settings.target} leaves this machine"
        )
    provider, model = given[_PROVIDER], given[_MODEL]
    return Analysing(AnalysisAccess(url=url, provider=provider, model=model, seconds=_seconds(given[_TIMEOUT])))


def _own(values: Mapping[str, str | None]) -> dict[str, str]:
    return {key: value for key, value in values.items() if key.startswith(PREFIX) and value}


def _seconds(text: str) -> float:
    """As in the reference, what is no number of seconds counts as not given."""
    return float(text) if text.isdecimal() and int(text) > 0 else float(_DEFAULTS[_TIMEOUT])


def _who(access: AnalysisAccess) -> str:
    return f"{access.provider}, {access.model}"
