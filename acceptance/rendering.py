"""`make report`: the last run's results for Allure as one page that opens by a double click and calls nobody."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from support.domain.errors import StartError
from support.evidence.allure_results import ENVIRONMENT
from support.evidence.causes import CATEGORIES
from support.evidence.publish import ALLURE
from support.evidence.results import REHEARSAL

_ROOT = Path(__file__).parents[1]
_LOCKED, _TOOLS = _ROOT / "tools" / "report", _ROOT / ".tools" / "report"
PAGE, HISTORY = "allure-report.html", "allure-history.jsonl"
_PHONES_HOME = re.compile(
    r'<script async src="https://www\.googletagmanager[^>]*></script>\s*<script>.*?</script>', re.DOTALL
)
_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Renderer:
    """`program`: the command of Allure 3."""

    program: Sequence[str]

    def render(self, reports: Path) -> Path:
        """Write the page into the reports; raises StartError when there is nothing to render, or Allure cannot."""
        results = (reports / ALLURE).resolve()
        if not results.is_dir():
            raise StartError(f"{reports / ALLURE}: expected the results of a finished run; run behave first")
        with tempfile.TemporaryDirectory(prefix="report-") as place:
            page = self._generated(results, Path(place), reports / HISTORY)
            final = reports / PAGE
            fresh = final.with_name(f".{PAGE}.part")
            fresh.write_text(alone(page), encoding="utf-8")
            fresh.replace(final)
        return final

    def _generated(self, results: Path, place: Path, history: Path) -> str:
        """Each run is in the history once, however often it is rendered; Allure itself appends with every call.

        A rehearsal of a defect is in none.
        """
        known = history.read_text(encoding="utf-8") if history.exists() else ""
        run, lines = results.parent.name, place / HISTORY
        before = [line for line in known.splitlines(keepends=True) if not _is_of(line, run)]
        lines.write_text("".join(before), encoding="utf-8")
        (place / "allurerc.json").write_text(json.dumps(_configuration(place, run)), encoding="utf-8")
        self._run([*self.program, "generate", "--config", str(place / "allurerc.json"), str(results)], place)
        page = (place / "page" / "index.html").read_text(encoding="utf-8")
        if lines.exists() and not _is_rehearsal(results):
            shutil.copyfile(lines, history)
        return page

    def _run(self, command: Sequence[str], place: Path) -> None:
        environment = {**os.environ, "ALLURE_NO_ANALYTICS": "true"}
        done = subprocess.run(  # noqa: S603 - the program this module is about
            command, cwd=place, env=environment, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
        if done.returncode != 0 or not (place / "page" / "index.html").is_file():
            raise StartError(f"Allure could not render the results: {(done.stderr or done.stdout).strip()[-500:]}")


def alone(page: str) -> str:
    """The page without the script by which it would tell a third party that somebody reads it."""
    cleaned = _PHONES_HOME.sub("", page)
    if "googletagmanager" in cleaned:
        raise StartError(
            "Allure's page calls a third party in a way that could not be taken out; is it another release?"
        )
    return cleaned


def _title(run: str) -> str:
    return f"Virtual machine migration acceptance, {run}"


def _is_of(line: str, run: str) -> bool:
    """Whether a line of the history is that of a run; one that is no JSON is nobody's, and Allure would stop at it."""
    try:
        return bool(json.loads(line).get("name") == _title(run))
    except ValueError:
        return True


def _is_rehearsal(results: Path) -> bool:
    about = results / ENVIRONMENT
    return about.is_file() and any(line.startswith(f"{REHEARSAL}=") for line in about.read_text().splitlines())


def _configuration(place: Path, run: str) -> dict[str, object]:
    options = {"singleFile": True, "reportLanguage": "en", "groupBy": ["feature", "story"]}
    return {
        "name": _title(run),
        "output": str(place / "page"),
        "historyPath": str(place / HISTORY),
        "plugins": {"awesome": {"options": options}},
        "categories": [dict(each) for each in CATEGORIES],
    }


def installed() -> Renderer:
    """Allure 3 as locked in tools/report, fetched once. Raises StartError with what to do without Node."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        raise StartError(
            "the report is rendered by Allure 3, which needs Node 20 or newer with npm; without it, "
            "reports/summary.html opens as it is, and reports/allure-results can be rendered by any Allure elsewhere"
        )
    allure = _TOOLS / "node_modules" / ".bin" / "allure"
    locked = (_LOCKED / "package-lock.json").read_bytes()
    if not allure.exists() or (_TOOLS / "package-lock.json").read_bytes() != locked:
        _TOOLS.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(_LOCKED / name, _TOOLS / name)
        done = subprocess.run(  # noqa: S603 - npm as found on PATH
            [npm, "ci", "--no-audit", "--no-fund"], cwd=_TOOLS, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise StartError(f"npm could not install Allure 3: {done.stderr.strip()[-500:]}")
    return Renderer([str(allure)])


def main(reports: Path) -> int:
    try:
        page = installed().render(reports)
    except StartError as error:
        print(f"no report: {error}", file=sys.stderr)  # noqa: T201 - the command's own answer
        return 1
    print(page)  # noqa: T201 - the command's own answer
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if sys.argv[1:] else Path("reports")))
