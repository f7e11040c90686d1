"""One request to the service: a JUnit report goes there, the same with explanations comes back (reference/11)."""

from urllib.parse import urlsplit

import requests

from support.domain.analysis import AnalysisAccess
from support.domain.errors import AnalysisFailed

_CONNECT_SECONDS = 10.0


def enrich(access: AnalysisAccess, report: str) -> str:
    """The enriched report as the service made it. Raises AnalysisFailed with what went wrong."""
    body = {"raw_xml": report, "ai_provider": access.provider, "ai_model": access.model}
    timeouts = (min(_CONNECT_SECONDS, access.seconds), access.seconds)
    try:
        # Not followed elsewhere: the report was meant for this service alone.
        answer = requests.post(f"{access.url}/analyze-failures", json=body, timeout=timeouts, allow_redirects=False)
        if answer.status_code != requests.codes.ok:
            raise AnalysisFailed(f"{host_of(access)} answered HTTP {answer.status_code}")
        told = answer.json()
    except requests.exceptions.JSONDecodeError as error:
        raise AnalysisFailed(f"{host_of(access)} did not answer in JSON") from error
    except requests.exceptions.Timeout as error:
        raise AnalysisFailed(f"{host_of(access)} did not answer within {access.seconds:g} s (JJI_TIMEOUT)") from error
    except requests.RequestException as error:
        raise AnalysisFailed(f"no connection to {host_of(access)} ({type(error).__name__})") from error
    enriched = told.get("enriched_xml") if isinstance(told, dict) else None
    if not isinstance(enriched, str) or not enriched.strip():
        raise AnalysisFailed(f"{host_of(access)} had nothing to add")
    return enriched


def host_of(access: AnalysisAccess) -> str:
    """For messages: never the whole address, in which somebody may have written a login."""
    parts = urlsplit(access.url)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
