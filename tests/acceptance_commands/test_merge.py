"""Shards become one: results, evidence and exit code; what never finished is named, what was empty is no failure."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from acceptance.__main__ import main
from support.evidence.publish import publish
from support.evidence.results import RunFacts, ScenarioResult, Verdict


def scenario(title: str, verdict: Verdict = Verdict.PASSED, line: int = 1, **changes: str) -> ScenarioResult:
    made = ScenarioResult(
        title=title,
        template_title=title,
        feature="Cold",
        rule="",
        file="features/cold.feature",
        line=line,
        tags=(),
        verdict=verdict,
    )
    for name, value in changes.items():
        setattr(made, name, value)
    return made


class Shards:
    """Reports of shards, and what the command makes of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.into = folder / "reports"

    def ran(self, shard: str, *results: ScenarioResult, leftovers: tuple[str, ...] = (), run: str = "") -> Path:
        """A finished run in a shard's own reports."""
        place = self.began(shard, run or f"auto-{shard}")
        publish(results, RunFacts(run_id=place.name, target="cluster", source_profile="vc8"), place, leftovers)
        return place

    def began(self, shard: str, run: str, started: str = "2026-03-01T10:00:00+00:00") -> Path:
        place = self.folder / shard / run
        place.mkdir(parents=True, exist_ok=True)
        (place / "run.json").write_text(json.dumps({"run": run, "started": started, "settings": {}}))
        return place

    def merge(self, *folders: Path) -> Result:
        names = [str(each) for each in folders or sorted(self.folder.glob("s*"))]
        return CliRunner().invoke(main, ["merge", "--into", str(self.into), *names])

    def junit(self) -> dict[str, str]:
        """Outcome by scenario."""
        cases = ElementTree.parse(self.into / "junit" / "mtv-acceptance.xml").iter("testcase")
        return {
            str(case.get("name")): next((each.tag for each in case if each.tag != "properties"), "") for case in cases
        }

    def allure(self) -> dict[str, str]:
        paths = (self.into / "allure-results").glob("*-result.json")
        return {result["name"]: result["status"] for result in (json.loads(path.read_text()) for path in paths)}


@pytest.fixture
def shards(tmp_path: Path) -> Shards:
    return Shards(tmp_path)


def test_two_good_shards_are_one_good_run(shards: Shards) -> None:
    shards.ran("s1", scenario("One"))
    shards.ran("s2", scenario("Two", line=2))
    done = shards.merge()
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "Both scenarios that ran passed")
    assert shards.junit() == {"One": "", "Two": ""}
    assert shards.allure() == {"One": "passed", "Two": "passed"}
    assert "Both scenarios that ran passed" in (shards.into / "summary.html").read_text()


def test_one_failure_anywhere_fails_the_whole(shards: Shards) -> None:
    shards.ran("s1", scenario("One"))
    shards.ran("s2", scenario("Two", Verdict.FAILED, 2, message="lost"))
    done = shards.merge()
    assert (done.exit_code, done.output.splitlines()[-1]) == (1, "1 scenario failed, of 2 that ran")
    assert shards.junit() == {"One": "", "Two": "failure"}


def test_a_leftover_of_one_shard_fails_the_whole(shards: Shards) -> None:
    shards.ran("s1", scenario("One"), leftovers=("Secret a/b",))
    assert shards.merge().exit_code == 1


def test_a_shard_that_never_finished_is_named_and_fails_the_whole(shards: Shards) -> None:
    shards.ran("s1", scenario("One"))
    lost = shards.began("s2", "auto-lost")
    done = shards.merge()
    assert done.exit_code == 1
    assert f"never finished: {lost}" in done.output


def test_an_empty_shard_passes_and_an_empty_merge_does_not(shards: Shards) -> None:
    (shards.folder / "s2").mkdir()
    done = shards.merge(shards.folder / "s2")
    assert (done.exit_code, "nothing to merge" in done.output) == (2, True)
    shards.ran("s1", scenario("One"))
    assert shards.merge().exit_code == 0


def test_shards_in_which_all_was_skipped_are_no_pass(shards: Shards) -> None:
    shards.ran("s1", scenario("One", Verdict.SKIPPED, skip_reason="no"))
    assert shards.merge().exit_code == 1


def test_of_several_runs_of_a_shard_the_newest_counts(shards: Shards) -> None:
    shards.ran("s1", scenario("One"), run="auto-old")
    newer = shards.ran("s1", scenario("One", Verdict.FAILED, message="x"), run="auto-new")
    about = json.loads((newer / "run.json").read_text())
    (newer / "run.json").write_text(json.dumps(about | {"started": "2026-03-02T10:00:00+00:00"}))
    assert shards.merge().exit_code == 1


def test_what_one_shard_skipped_and_another_ran_is_told_once(shards: Shards) -> None:
    shards.ran("s1", scenario("One", Verdict.FAILED, message="x"))
    shards.ran("s2", scenario("One", Verdict.SKIPPED, skip_reason="not mine"))
    shards.merge()
    assert shards.allure() == {"One": "failed"}


def test_evidence_is_linked_where_the_shard_is_now(shards: Shards) -> None:
    run = shards.ran(
        "s1", scenario("One", Verdict.FAILED, message="x", evidence="/results/auto-s1/evidence/cold-1/index.md")
    )
    (run / "evidence" / "cold-1").mkdir(parents=True)
    (run / "evidence" / "cold-1" / "index.md").write_text("# One")
    shards.merge()
    assert 'href="../s1/auto-s1/evidence/cold-1/index.md"' in (shards.into / "summary.html").read_text()


def test_the_environment_says_what_each_shard_was(shards: Shards) -> None:
    shards.ran("s1", scenario("One"))
    shards.ran("s2", scenario("Two", line=2))
    shards.merge()
    lines = (shards.into / "allure-results" / "environment.properties").read_text().splitlines()
    assert "Run=auto-s1, auto-s2" in lines
    assert "Target=cluster" in lines


@pytest.mark.parametrize("content", ["{", "[]", '{"facts": 1}'])
def test_damaged_results_are_refused_by_name(shards: Shards, content: str) -> None:
    place = shards.ran("s1", scenario("One"))
    (place / "results.json").write_text(content)
    done = shards.merge()
    assert done.exit_code == 2
    assert f"{place / 'results.json'}: expected the results of a finished run" in done.output


def test_a_folder_that_is_not_there_is_a_mistake(shards: Shards) -> None:
    done = shards.merge(shards.folder / "nowhere")
    assert (done.exit_code, "expected the folder of a run" in done.output) == (2, True)


def test_what_shards_found_is_in_the_living_documentation_wherever_they_lie(shards: Shards) -> None:
    title = "A RHEL machine is still itself after a cold migration"
    found = scenario(title, line=6)
    found.file = "features/cold_migration.feature"
    found.start = found.stop = 1772359200.0
    shards.ran("s1", found)
    shards.ran("s2", scenario("Two"))
    done = shards.merge()
    assert done.exit_code == 0
    page = (shards.into / "living" / "cold_migration.html").read_text()
    assert "✓ passed</span> from a source (vc8)" in page
    assert f'href="../{done.output.split()[1].rpartition("/")[2]}/summary.html#auto-s1-' in page


def test_without_the_features_shards_are_joined_all_the_same(shards: Shards, monkeypatch: pytest.MonkeyPatch) -> None:
    shards.ran("s1", scenario("One"))
    monkeypatch.chdir(shards.folder)
    done = shards.merge()
    assert done.exit_code == 0
    assert "note: no living documentation: no features in" in done.output
