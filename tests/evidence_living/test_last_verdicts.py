"""Beside each scenario stands what became of it last, on each source; results that cannot be read end nothing."""

import json
from dataclasses import replace

from support.evidence.living.verdicts import LastVerdict, verdicts_in
from support.evidence.results import Verdict
from tests.evidence.accounts import FACTS
from tests.evidence_living.little_suite import FILE, HOUR, OUTLINE, Suite, arrives, sized

OTHER = replace(FACTS, source_profile="rhv", source_type="ovirt", source_version="4.5")
LAB = replace(FACTS, target="embedded lab", cluster="embedded-lab")


def last(suite: Suite) -> list[LastVerdict]:
    return list(verdicts_in(suite.reports).of(FILE, "", "It arrives", {}))


def told(suite: Suite) -> list[tuple[str, str, str]]:
    return [(each.verdict.value, each.facts.source_profile, each.facts.run_id) for each in last(suite)]


def test_the_later_run_counts(suite: Suite) -> None:
    suite.ran(arrives(Verdict.FAILED))
    suite.ran(arrives(Verdict.PASSED))
    assert told(suite) == [("passed", "vc8", "auto-2")]
    assert last(suite)[0].when == arrives(Verdict.PASSED).stop + 2 * HOUR


def test_each_source_keeps_its_own(suite: Suite) -> None:
    suite.ran(arrives(Verdict.FAILED), facts=OTHER)
    suite.ran(arrives(Verdict.PASSED))
    assert told(suite) == [("passed", "vc8", "auto-2"), ("failed", "rhv", "auto-1")]


def test_the_lab_says_nothing_about_a_real_cluster(suite: Suite) -> None:
    suite.ran(arrives(Verdict.FAILED))
    suite.ran(arrives(Verdict.PASSED), facts=LAB)
    assert [each.verdict for each in last(suite)] == [Verdict.PASSED, Verdict.FAILED]
    assert [each.facts.simulated for each in last(suite)] == [True, False]
    assert "Its verdicts concern an emulated product, not a real one." in suite.page("index.html")


def test_what_was_not_run_hides_no_verdict_and_is_hidden_by_one(suite: Suite) -> None:
    unfit = arrives(Verdict.SKIPPED, skip_reason="not here", start=0.0)
    suite.ran(unfit)
    assert [(each.verdict, each.skip_reason) for each in last(suite)] == [(Verdict.SKIPPED, "not here")]
    suite.ran(arrives(Verdict.FAILED))
    suite.ran(unfit)
    assert told(suite) == [("failed", "vc8", "auto-2")]


def test_a_rehearsal_of_a_defect_is_nobodys_last_verdict(suite: Suite) -> None:
    suite.ran(arrives(Verdict.PASSED), facts=LAB)
    suite.ran(arrives(Verdict.FAILED), facts=replace(LAB, rehearses="disk-size"))
    assert told(suite) == [("passed", "vc8", "auto-1")]


def test_a_run_that_asked_no_cluster_is_no_place_of_its_own(suite: Suite) -> None:
    suite.ran(arrives(Verdict.SKIPPED, skip_reason="not here"), facts=replace(FACTS, cluster="unknown"))
    assert verdicts_in(suite.reports).places == ()


def test_a_scenario_whose_turn_never_came_has_no_verdict(suite: Suite) -> None:
    suite.ran(arrives(Verdict.PASSED))
    suite.ran(arrives(Verdict.BROKEN, start=0.0, stop=0.0, message="never ran: the run was interrupted"))
    assert told(suite) == [("passed", "vc8", "auto-1")]


def test_rows_of_an_outline_are_told_apart(suite: Suite) -> None:
    suite.ran(sized("small", Verdict.PASSED), sized("large", Verdict.FAILED))
    found = verdicts_in(suite.reports)
    for size, verdict in (("small", Verdict.PASSED), ("large", Verdict.FAILED)):
        (row,) = found.of(FILE, "Sizes do not matter", OUTLINE, {"size": size})
        assert row.verdict is verdict


def test_results_that_cannot_be_read_are_named_and_the_others_count(suite: Suite) -> None:
    suite.ran(arrives(Verdict.PASSED))
    texts = {"torn": '{"facts": {', "other": '{"results": []}', "odd": None}
    for name, text in texts.items():
        (suite.reports / name).mkdir()
        if text is None:
            (suite.reports / name / "results.json").mkdir()
        else:
            (suite.reports / name / "results.json").write_text(text)
    lines = suite.documented().unreadable
    assert [line.partition(": ")[2].partition(": ")[0] for line in lines] == [
        f"{each}/results.json" for each in sorted(texts)
    ]
    assert "Field required at facts" in lines[1]
    assert told(suite) == [("passed", "vc8", "auto-1")]
    assert "Results that could not be read are not counted" in suite.page("index.html")


def test_results_of_other_releases_are_read_as_far_as_they_tell(suite: Suite) -> None:
    path = suite.ran(arrives(Verdict.PASSED)) / "results.json"
    content = json.loads(path.read_text())
    content["facts"] |= {"something": "new"}
    for name in ("measures", "machines", "compared", "attachments", "rule"):
        del content["results"][0][name]
    path.write_text(json.dumps(content))
    assert told(suite) == [("passed", "vc8", "auto-1")]


def test_a_verdict_leads_to_the_summary_as_long_as_that_is_there(suite: Suite) -> None:
    folder = suite.ran(arrives(Verdict.FAILED))
    (before,) = last(suite)
    assert before.summary is not None
    assert f'id="{before.anchor}"' in before.summary.read_text()
    assert f'href="../auto-1/summary.html#{before.anchor}"' in suite.page()
    (folder / "summary.html").unlink()
    assert last(suite)[0].summary is None
    assert "summary.html" not in suite.page()
