"""The page for stakeholders says what ran, what was kept, what was not and why, and whose time it was."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from support.checks.bundle import CHECKS
from support.domain.finding import CheckResult, Report
from support.domain.migration import Step, StepPhase
from support.evidence.causes import Cause
from support.evidence.pages.page import data, duration
from support.evidence.publish import publish, publish_records
from support.evidence.results import Measure, RunFacts, RunRecord, ScenarioResult, Verdict
from support.evidence.stored import stored
from support.evidence.summary.account import account_of
from support.evidence.summary.page import headline, plain
from support.evidence.summary.wording import PROMISES, in_words
from tests.evidence.accounts import BAD, FACTS, GOOD, UNSEEN, progress, scenario

Pages = Callable[..., tuple[str, str]]


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    """HTML and Markdown beside the run's folder."""

    def write(*results: ScenarioResult, facts: RunFacts = FACTS, leftovers: tuple[str, ...] = ()) -> tuple[str, str]:
        publish(results, facts, tmp_path / "reports" / "auto-1", leftovers)
        return tuple((tmp_path / "reports" / name).read_text() for name in ("summary.html", "summary.md"))  # type: ignore[return-value]

    return write


def test_a_good_run_says_so_first(pages: Pages) -> None:
    for text in pages(scenario("It arrives", Verdict.PASSED, GOOD)):
        assert "The one scenario that ran passed" in text
        assert "Promises about the machines: 1 kept." in text
        assert "MTV 2.12.5 on OpenShift 4.20.6 (cluster prod-7), from vSphere 8.0.3; 01 March 2026, 10:00 UTC" in text
        assert "Embedded lab" not in text


@pytest.mark.parametrize(
    ("kind", "version", "told"),
    [
        ("vsphere", "8.0.3", "vSphere 8.0.3"),
        ("ovirt", "4.5", "RHV/oVirt 4.5"),
        ("openshift", "", "OpenShift"),
        ("ova", "nfs", "OVA"),
        ("hyperv", "2025", "hyperv 2025"),
    ],
)
def test_a_source_is_called_as_people_do(pages: Pages, kind: str, version: str, told: str) -> None:
    facts = replace(FACTS, source_type=kind, source_version=version)
    assert facts.shown()["Source"] == told
    for text in pages(scenario("It arrives", Verdict.PASSED, GOOD), facts=facts):
        assert f", from {told}; 01 March" in text
    assert (
        "from a source; "
        in pages(scenario("x", Verdict.PASSED), facts=replace(FACTS, source_type="", source_version=""))[0]
    )


def test_several_sources_of_one_cluster_are_named_behind_it(tmp_path: Path) -> None:
    facts = [replace(FACTS, run_id=f"auto-{each}", source_type=each, source_version="1") for each in ("ova", "ovirt")]
    other = replace(FACTS, run_id="auto-x", cluster="prod-8")
    result = scenario("It arrives", Verdict.PASSED, GOOD)
    publish_records([RunRecord(facts=each, results=(result,)) for each in (*facts, other)], tmp_path / "merged-1")
    for name in ("summary.html", "summary.md"):
        text = (tmp_path / name).read_text()
        assert (
            "(cluster prod-7), from OVA, RHV/oVirt 1 and MTV 2.12.5 on OpenShift 4.20.6 (cluster prod-8), from" in text
        )
    html = (tmp_path / "summary.html").read_text()
    assert "<summary>auto-ova from vc8</summary>" in html
    assert html.count("<dl>") == 3


def test_a_bad_run_says_what_differs_where_and_how_many(pages: Pages) -> None:
    good = scenario("It arrives", Verdict.PASSED, GOOD)
    bad = scenario(
        "It is lost",
        Verdict.FAILED,
        *(GOOD, BAD, UNSEEN),
        line=9,
        cause=Cause.PRODUCT,
        message="rhel differs:\n  - disks: size\n  passed: cpu\n  where to look: there\nevidence: e/index.md",
    )
    html, markdown = pages(good, bad)
    for text in (html, markdown):
        assert "1 scenario failed, of 2 that ran" in text
        assert "2 GiB of disks" in text
        assert "migrated in 3 min 20 s, 1 promise kept, 1 broken" in text
        assert "rhel differs:\n  - disks: size" in text
        assert "The product broke a promise." in text
        assert "where to look" not in text
    assert '<li class="failed" title="size of &lt;disk&gt;: expected 16, got 15">✗ disks</li>' in html
    assert '<li class="skipped" title="powered off">– SSH login</li>' in html


def test_what_was_not_run_is_listed_with_its_reason(pages: Pages) -> None:
    skipped = scenario("Over there", Verdict.SKIPPED, line=5, skip_reason="no remote cluster is named")
    html, markdown = pages(scenario("It arrives", Verdict.PASSED, GOOD, UNSEEN), skipped)
    assert "1 scenario: no remote cluster is named" in html
    assert "<summary>SSH login: powered off</summary>" in html
    assert "* no remote cluster is named: Over there" in markdown
    assert "* SSH login: powered off (rhel)" in markdown


def test_a_reason_is_told_before_the_tag_it_is_about(pages: Pages) -> None:
    skipped = scenario("Over there", Verdict.SKIPPED, line=5, skip_reason="@needs.vddk: vc8 has no <image>: ask")
    html, _markdown = pages(scenario("It arrives", Verdict.PASSED, GOOD), skipped)
    assert '1 scenario: vc8 has no &lt;image&gt;: ask <span class="soft small">@needs.vddk</span></summary>' in html


def test_what_the_plan_does_not_promise_is_no_gap(pages: Pages) -> None:
    unasked = CheckResult(check="labels", not_run="the plan asks for no labels", promised=False)
    for text in pages(scenario("It arrives", Verdict.PASSED, GOOD, unasked)):
        assert "Promises about the machines: 1 kept." in text
        assert "labels" not in text


def test_every_check_has_words_that_a_reader_knows() -> None:
    assert CHECKS.keys() <= PROMISES.keys()
    assert in_words("ssh") == "SSH login"
    assert in_words("a new one") == "a new one"


def test_leftovers_make_a_run_bad_that_passed_otherwise(pages: Pages) -> None:
    for text in pages(scenario("It arrives", Verdict.PASSED, GOOD), leftovers=("Secret a/b: is still there",)):
        assert "1 thing left over, of 1 that ran" in text
        assert "Secret a/b: is still there" in text


def test_a_run_in_which_nothing_ran_is_not_good(pages: Pages) -> None:
    assert "Nothing was run" in pages(scenario("Over there", Verdict.SKIPPED, skip_reason="no"))[0]


def test_the_lab_is_named_wherever_a_time_is(pages: Pages) -> None:
    slow = scenario("It arrives", Verdict.PASSED, GOOD)
    slow.measures = [Measure(title="downtime of rhel", seconds=75, simulated=True)]
    for text in pages(slow, facts=replace(FACTS, cluster="embedded-lab")):
        assert "durations are those of a simulation" in text
        assert "down for 1 min 15 s" in text


def test_a_promise_counts_as_broken_if_it_ever_was_and_as_seen_if_it_ever_was() -> None:
    again = scenario("x", Verdict.FAILED, UNSEEN, BAD)
    again.compared.append(Report(subject="rhel", results=(CheckResult(check="ssh"), CheckResult(check="disks"))))
    (machine,) = account_of([RunRecord(facts=FACTS, results=(again,))]).scenarios[0].machines
    assert {each.promise: each.verdict for each in machine.promises} == {"ssh": Verdict.PASSED, "disks": Verdict.FAILED}


def test_data_of_a_transfer_that_stopped_is_what_had_been_moved() -> None:
    step = Step(name="DiskTransfer", phase=StepPhase.RUNNING, done=512, total=2048, unit="MB", error=("lost",))
    stopped = scenario("x", Verdict.FAILED, GOOD, machines=[progress(steps=(step,))])
    (machine,) = account_of([RunRecord(facts=FACTS, results=(stopped,))]).scenarios[0].machines
    assert (machine.moved, machine.stopped_in) == (512, "DiskTransfer")


def test_a_page_needs_nothing_but_itself(pages: Pages) -> None:
    html, _markdown = pages(scenario("<script>alert(1)</script>", Verdict.FAILED, BAD, message="<b>bold</b>"))
    assert re.findall(r"<(script|iframe|img|object|embed)", html) == []
    assert re.findall(r"(?:src|href)=\"(?!data:,)([a-z]+:|//)", html) == []
    assert "@import" not in html
    assert "url(" not in html


def test_links_are_right_beside_the_run_and_in_its_folder(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    page = reports / "auto-1" / "evidence" / "cold-1" / "index.md"
    page.parent.mkdir(parents=True)
    page.write_text("# x")
    bad = scenario("It is lost", Verdict.FAILED, BAD, message="x", evidence=str(page))
    publish([bad], FACTS, reports / "auto-1")
    for folder in (reports, reports / "auto-1"):
        targets = re.findall(r'<a href="([^"]+)"', (folder / "summary.html").read_text())
        assert len(targets) == 4, targets
        assert all((folder / target).exists() for target in targets)


def test_whoever_clicks_gets_the_evidence_as_a_browser_shows_it(tmp_path: Path) -> None:
    page = tmp_path / "auto-1" / "evidence" / "cold-1" / "index.md"
    page.parent.mkdir(parents=True)
    page.write_text("# x")
    bad = scenario("It is lost", Verdict.FAILED, BAD, message="x", evidence=str(page))
    for name in ("index.md", "index.html"):  # runs of older suites have the first one only
        (page.parent / name).touch()
        publish([bad], FACTS, tmp_path / "auto-1")
        assert (
            f'<a href="auto-1/evidence/cold-1/{name}">what explains it</a>' in (tmp_path / "summary.html").read_text()
        )
    assert f"Evidence: {page}\n" in (tmp_path / "summary.md").read_text()


def test_results_that_were_stored_make_the_same_pages(tmp_path: Path) -> None:
    found = scenario("It is lost", Verdict.FAILED, GOOD, BAD, UNSEEN, message="x")
    first = publish([found], FACTS, tmp_path / "a" / "auto-1", ["Secret a/b"])
    again = stored(tmp_path / "a" / "auto-1")
    assert again == first
    publish_records([again], tmp_path / "b" / "auto-1")
    assert (tmp_path / "a" / "summary.md").read_text() == (tmp_path / "b" / "summary.md").read_text()


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.04, "0.0 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.6, "1 min"),
        (200, "3 min 20 s"),
        (7200, "2 h"),
        (7500, "2 h 5 min"),
    ],
)
def test_durations_as_people_say_them(seconds: float, said: str) -> None:
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("megabytes", "said"), [(512, "512 MiB"), (1536, "1.5 GiB"), (16384, "16 GiB"), (1048576, "1 TiB")]
)
def test_amounts_as_people_say_them(megabytes: int, said: str) -> None:
    assert data(megabytes) == said


def test_markdown_means_what_it_says() -> None:
    assert plain("a_b *c*\n[d](e) <f>") == r"a\_b \*c\* \[d\](e) \<f\>"


def test_every_kind_of_trouble_is_in_the_headline() -> None:
    results = (
        scenario("a", Verdict.FAILED),
        scenario("b", Verdict.BROKEN, line=2),
        scenario("c", Verdict.BROKEN, line=3),
        scenario("d", Verdict.SKIPPED, line=4),
    )
    account = account_of([RunRecord(facts=FACTS, results=results, leftovers=("x", "y"))])
    assert headline(account) == "1 scenario failed, 2 scenarios reached no verdict, 2 things left over, of 3 that ran"
