"""Writes the account of a run as one HTML page that needs nothing else, and as Markdown for a mail or a review."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from support.evidence.kept_evidence import to_open
from support.evidence.pages.page import data, duration, href, many, templates
from support.evidence.results import RunFacts, RunRecord, ScenarioResult, Verdict
from support.evidence.summary.account import Account, MachineAccount, ScenarioAccount, account_of
from support.evidence.summary.wording import in_words

_TEMPLATES = Path(__file__).parent / "templates"
_TILES = (
    ("passed", Verdict.PASSED),
    ("failed", Verdict.FAILED),
    ("no verdict", Verdict.BROKEN),
    ("not run", Verdict.SKIPPED),
)
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|#])")
HTML, MARKDOWN = "summary.html", "summary.md"


def write_summary(
    records: Sequence[RunRecord], folder: Path, links: Mapping[str, Path], into: Path | None = None
) -> None:
    """Both pages for a folder, into which they may be moved later on.

    Args:
        links: other reports by the name they are shown under, wherever they lie.
        into: where the pages are written, if not into the folder they are for.
    """
    place = into or folder
    account = account_of(records)
    shown = {name: href(target, folder) for name, target in links.items()}
    (place / HTML).write_text(_page(HTML, account, shown, lambda result: _evidence(result, folder)), "utf-8")
    text = _page(MARKDOWN, account, shown, lambda _result: "")
    (place / MARKDOWN).write_text(re.sub(r"\n{3,}", "\n\n", text).strip() + "\n", "utf-8")


def headline(account: Account) -> str:
    """The verdict in one sentence."""
    counts = account.counts
    if not account.executed:
        return "Nothing was run"
    if account.good:
        ran = len(account.executed)
        return {1: "The one scenario", 2: "Both scenarios"}.get(ran, f"All {ran} scenarios") + " that ran passed"
    told = [many(counts[Verdict.FAILED], "scenario") + " failed"] if counts[Verdict.FAILED] else []
    if counts[Verdict.BROKEN]:
        told.append(f"{many(counts[Verdict.BROKEN], 'scenario')} reached no verdict")
    if account.leftovers:
        told.append(f"{many(len(account.leftovers), 'thing')} left over")
    return f"{', '.join(told)}, of {len(account.executed)} that ran"


def _page(name: str, account: Account, links: Mapping[str, str], link: Callable[[ScenarioResult], str]) -> str:
    environment = templates(_TEMPLATES)
    environment.filters |= {"figures": figures, "plain": plain, "anchor": _anchor, "in_words": in_words}
    return environment.get_template(name).render(
        account=account,
        headline=headline(account),
        promises=_promises(account),
        where=_where(account),
        tiles=_TILES,
        links=links,
        link=link,
    )


def _promises(account: Account) -> str:
    told = account.promises
    if not told[Verdict.PASSED] + told[Verdict.FAILED]:
        return "No machine was compared with its source."
    said = ((Verdict.PASSED, "kept"), (Verdict.FAILED, "broken"), (Verdict.SKIPPED, "could not be checked"))
    parts = [f"{told[verdict]} {words}" for verdict, words in said if told[verdict] or verdict is Verdict.PASSED]
    return f"Promises about the machines: {', '.join(parts)}."


def _where(account: Account) -> str:
    sources: dict[str, dict[str, None]] = {}
    for facts in (record.facts for record in account.records):
        sources.setdefault(_target(facts), {})[facts.source or "a source"] = None
    each = " and ".join(f"{target}, from {', '.join(known)}" for target, known in sources.items())
    began = datetime.fromtimestamp(account.began, UTC).strftime("%d %B %Y, %H:%M UTC") if account.began else ""
    return "; ".join(part for part in (each, began) if part)


def _target(facts: RunFacts) -> str:
    return f"MTV {facts.mtv} on OpenShift {facts.openshift} (cluster {facts.cluster})"


def anchor(run_id: str, file: str, line: int) -> str:
    """Where a scenario of a run stands on the page; `line` is that of the row, for one of an outline."""
    return re.sub(r"[^A-Za-z0-9]+", "-", f"{run_id} {file} {line}")


def _anchor(scenario: ScenarioAccount) -> str:
    return anchor(scenario.facts.run_id, scenario.result.file, scenario.result.line)


def figures(machine: MachineAccount) -> str:
    """What was moved in which time, and where it ended otherwise."""
    told = [f"stopped in step {machine.stopped_in}"] if machine.stopped_in else []
    if machine.moved is not None:
        told.append(f"{data(machine.moved)} of disks")
    if machine.seconds is not None and not machine.stopped_in:
        told.append(f"migrated in {duration(machine.seconds)}")
    if machine.downtime is not None:
        told.append(f"down for {duration(machine.downtime)}")
    kept = [each for each in machine.promises if each.verdict is Verdict.PASSED]
    if machine.promises:
        broken = f", {len(machine.broken)} broken" if machine.broken else ""
        told.append(f"{many(len(kept), 'promise')} kept{broken}")
    return ", ".join(told) or "nothing is known of it"


def plain(text: str) -> str:
    """A line of Markdown that means what it says."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def _evidence(result: ScenarioResult, folder: Path) -> str:
    page = Path(result.evidence)
    return href(to_open(page), folder) if page.is_file() else ""
