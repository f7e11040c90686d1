"""The site shows features as they are written, and says of each scenario where it fits and what became of it."""

import re
from pathlib import Path

import pytest

from support.domain.errors import StartError
from support.evidence.living.glossary import TERMS
from support.evidence.results import StepResult, Verdict
from tests.evidence_living.little_suite import FEATURE, FILE, Suite, arrives, sized


def text(html: str) -> str:
    """What a reader reads, with single blanks."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def card(page: str, title: str) -> str:
    (found,) = [each for each in page.split('<section class="card"')[1:] if f">{title}</h" in each]
    return found.partition("</section>")[0]


def test_everything_of_a_feature_is_on_its_page(suite: Suite) -> None:
    page = suite.page()
    assert "<h1>Moving &lt;things&gt;</h1>" in page
    for said in (
        *("What is moved arrives.", "Before each scenario Given all is well", "It is said what must be so."),
        *("@cold @tier0 @test_one @severity.critical", "Sizes do not matter Before each scenario Given there is room"),
        *("name size a b 1", "- name: x hosts: all", "Of all sizes size latest verdict small"),
    ):
        assert said in text(page), said


def test_tables_and_texts_keep_their_form(suite: Suite) -> None:
    page = card(suite.page(), "It arrives")
    assert '<th scope="col">name</th><th scope="col">size</th>' in page
    assert "<pre>- name: x\n  hosts: all</pre>" in page


def test_a_scenario_that_never_ran_says_so(suite: Suite) -> None:
    assert "It has never run: these reports contain no results for it." in text(card(suite.page(), "It arrives"))
    assert "3 never ran" in text(suite.page("index.html"))


def test_a_verdict_says_where_and_when(suite: Suite) -> None:
    suite.ran(arrives(Verdict.FAILED, message="rhel differs:\n  - cpu: expected 2, got <1>\n  passed: memory"))
    said = text(card(suite.page(), "It arrives"))
    assert (
        "✗ failed from vSphere 8.0.3 (vc8) to cluster prod-7, MTV 2.12.5, OpenShift 4.20.6, storage class ceph; "
        "01 March 2026, 11:01 UTC · details of run auto-1 rhel differs: - cpu: expected 2, got &lt;1&gt;"
    ) in said
    assert "passed: memory" not in said
    assert "changed since" not in said


def test_a_verdict_leads_to_what_explains_it_wherever_the_reports_are_now(suite: Suite) -> None:
    suite.ran(arrives(Verdict.FAILED, evidence="elsewhere/auto-1/evidence/moving-10/index.md"))
    assert "what explains it" not in suite.page()
    page = suite.reports / "auto-1" / "evidence" / "moving-10" / "index.html"
    page.parent.mkdir(parents=True)
    for name in ("index.md", "index.html"):
        (page.parent / name).touch()
    assert '<a href="../auto-1/evidence/moving-10/index.html">what explains it</a>' in suite.page()


def test_a_verdict_about_other_sentences_says_so(suite: Suite) -> None:
    old = [StepResult(title="Given all was well", sentence=True)]
    suite.ran(arrives(Verdict.PASSED, steps=old))
    assert "Its sentences have changed since." in text(card(suite.page(), "It arrives"))


def test_an_outline_is_as_good_as_its_worst_row(suite: Suite) -> None:
    suite.ran(sized("small", Verdict.PASSED), sized("large", Verdict.FAILED))
    outline = card(suite.page(), "A &lt;size&gt; one arrives")
    assert re.search(r"<td>small</td><td><span class=\"mark passed\">✓ passed", outline)
    assert re.search(r"<td>large</td><td><span class=\"mark failed\">✗ failed", outline)
    assert outline.count('class="mark failed"') == 3, "its head, its row, and the list of verdicts"


def test_it_says_machines_sources_and_why_not(suite: Suite) -> None:
    said = text(card(suite.page(), "It keeps what it had"))
    assert (
        "From vSphere Not from RHV/oVirt, OpenStack, OpenShift, OVA: MTV keeps static addresses of machines from "
        "vSphere only @needs.static_addresses" in said
    )


def test_tags_are_folded_away_below_what_a_reader_looks_for(suite: Suite) -> None:
    told, _, below = card(suite.page(), "It arrives").partition("<details")
    assert "@" not in text(told)
    assert text(f"<details{below}") == "4 tags @cold @tier0 @test_one @severity.critical"


def test_words_of_storage_are_explained_once_where_they_are_said(suite: Suite) -> None:
    assert "What these words mean" not in text(suite.page())
    told = FEATURE.replace("| a b  |", "| thin |").replace(
        "What is moved arrives.", "Within reach of XCOPY; thick-eager."
    )
    suite.write(told)
    meanings = text(suite.page().partition("What these words mean")[2])
    assert meanings.startswith(f"thin {TERMS['thin']} XCOPY {TERMS['XCOPY']}"), "in a table, and in a description"
    assert "thick-lazy" not in meanings


def test_each_word_that_can_be_explained_is_said_by_a_feature() -> None:
    said = "\n".join(path.read_text() for path in (Path(__file__).parents[2] / "features").rglob("*.feature"))
    assert [term for term in TERMS if term not in said] == []


def test_the_first_page_counts_and_explains(suite: Suite) -> None:
    suite.ran(arrives(Verdict.PASSED))
    said = text(suite.page("index.html"))
    assert "3 scenarios in 1 feature" in said
    assert "1 passed 0 failed 0 no verdict 2 never ran" in said
    assert "@test_&lt;name&gt; name of the scenario&#39;s test in the older pytest suite" in said
    assert "@warm" not in said, "a tag that nothing carries"


def test_features_of_the_smoke_slice_come_first(suite: Suite) -> None:
    suite.write("Feature: A later one\n  Scenario: Another arrives\n    When it is moved\n", "features/a.feature")
    page = suite.page("index.html")
    assert page.index(">Moving &lt;things&gt;</a>") < page.index(">A later one</a>")


def test_every_sentence_is_listed_with_the_ways_it_is_said(suite: Suite) -> None:
    sentences = card(suite.page("words.html"), "Given a {size} one")
    assert text(sentences).endswith(
        "a small one in A &lt;size&gt; one arrives a large one in A &lt;size&gt; one arrives"
    )
    assert "No scenario uses it yet." in card(suite.page("words.html"), "Given nobody says this")


def test_pages_of_features_that_are_gone_go_too(suite: Suite) -> None:
    suite.documented()
    (suite.folder / FILE).rename(suite.folder / "features" / "renamed.feature")
    names = {path.name for path in suite.documented().page.parent.iterdir()}
    assert names == {"index.html", "words.html", "renamed.html"}


def test_two_scenarios_of_one_title_have_two_places(suite: Suite) -> None:
    suite.write(FEATURE.replace("It keeps what it had", "It arrives"))
    ids = re.findall(r'id="([^"]+)"', suite.page())
    assert ids[:2] == ["it-arrives", "it-arrives-2"]


def test_the_summary_leads_to_it(suite: Suite) -> None:
    suite.documented()
    suite.ran(arrives(Verdict.PASSED))
    assert 'href="living/index.html"' in (suite.reports / "summary.html").read_text()
    assert 'href="../living/index.html"' in (suite.reports / "auto-1" / "summary.html").read_text()


def test_a_feature_that_cannot_be_read_is_one_clear_error(suite: Suite) -> None:
    suite.write("Feature: x\n  Scenario: y\n    Given z\n      | a |\n      | a | b |\n")
    with pytest.raises(StartError, match="features: expected features that can be read, found"):
        suite.documented()


def test_a_place_that_cannot_be_written_is_one_clear_error(suite: Suite) -> None:
    suite.reports.mkdir()
    (suite.reports / "living").write_text("a file")
    with pytest.raises(StartError, match="living: the living documentation could not be written"):
        suite.documented()


def test_nothing_is_left_of_the_writing(suite: Suite, tmp_path: Path) -> None:
    assert [path.name for path in suite.documented().page.parent.glob(".*")] == []
