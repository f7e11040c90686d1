"""A folder of evidence explains a failure, names what it lacks, keeps no secret, and is never late."""

import time
from pathlib import Path

import pytest

from support.domain.errors import ClusterError
from support.domain.evidence import Place
from support.domain.machine import Power
from support.domain.names import ObjectRef
from support.evidence.collecting.case import Collected
from support.evidence.collecting.telling import first_page
from support.evidence.collecting.writing import HTML, INDEX, write_first_page
from tests.evidence_collecting.witnesses import PLAN, Witness, case, collector, page


def test_its_first_page_names_the_failing_step_and_what_it_said(tmp_path: Path) -> None:
    collector(Witness()).collect(case(), tmp_path, {})
    text = page(tmp_path)
    assert text.startswith("# A machine arrives\n\nFailed step: **When it is cold migrated**\n")
    assert "MigrationFailed: disk lost" in text
    assert "* Target: embedded lab" in text


def test_its_first_page_has_the_answer_with_which_a_populators_log_ends(tmp_path: Path) -> None:
    log = "namespaces/auto-ab12/pods/populate-0cf2bc0f/populate/logs/current.log"
    (tmp_path / log).parent.mkdir(parents=True)
    (tmp_path / log).write_text("begins\nauthentication failed: invalid credentials\n\n")
    collected = Collected(folder=tmp_path, files=(log,), missing={}, seconds=1.0)
    write_first_page(first_page(case(), collected, str), tmp_path)
    told = page(tmp_path)
    assert "The log of populate-0cf2bc0f ends with:\n\n```text\nauthentication failed: invalid credentials\n" in told
    assert f"[populate-0cf2bc0f]({log})" in told


def test_every_file_it_lists_is_there_and_every_file_is_listed(tmp_path: Path) -> None:
    collected = collector(Witness()).collect(case(), tmp_path, {})
    there = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert there == {*collected.files, INDEX, HTML}
    assert all(f"]({path})" in page(tmp_path) for path in collected.files)
    assert "namespaces/auto-ab12/core/virtualmachines/one.yaml" in there
    assert collected.missing == {}


def test_the_timeline_joins_suite_watches_and_events_in_order(tmp_path: Path) -> None:
    collector(Witness()).collect(case(), tmp_path, {})
    lines = (tmp_path / "timeline.txt").read_text().splitlines()
    assert [line.partition("  ")[2] for line in lines] == [
        "suite  begins: When it is cold migrated",
        f"{PLAN}  condition Executing is True",
        "Pod auto-ab12/p  Warning Failed: no image",
        "suite  failed: When it is cold migrated: MigrationFailed: disk lost",
    ]


def test_what_cannot_be_read_is_named_and_all_else_is_collected(tmp_path: Path) -> None:
    witness = Witness(trouble={"Job": ClusterError("list jobs: forbidden")})
    collected = collector(witness).collect(case(), tmp_path, {"m": lambda: dict[str, str]()["lost"]})
    assert collected.missing["Job of auto-ab12"] == "ClusterError: list jobs: forbidden"
    assert collected.missing["m on the source, as it is now"] == "KeyError: 'lost'"
    assert "* Job of auto-ab12: ClusterError: list jobs: forbidden" in page(tmp_path)
    assert "namespaces/auto-ab12/core/plans/one.yaml" in collected.files


def test_the_budget_ends_a_collection_that_gets_no_answer(tmp_path: Path) -> None:
    witness = Witness(silent=frozenset({"Pod"}))
    began = time.monotonic()
    collected = collector(witness, seconds=1).collect(case(), tmp_path, {})
    witness.never.set()
    assert time.monotonic() - began < 30, "a minute is what the silent question would have taken"
    assert collected.missing["Pod of auto-ab12"] == "no answer within 1 s (setting wait_evidence)"
    assert "Failed step" in page(tmp_path)


@pytest.mark.parametrize("secret", ["sesame-4711", "password=hunter2", "Authorization: Bearer abcdef123456"])
def test_no_text_keeps_a_secret(tmp_path: Path, secret: str) -> None:
    witness = Witness(pods={"forklift-controller-1": secret}, text=f"note: {secret}\n")
    collector(witness).collect(case(message=f"it said {secret}"), tmp_path, {})
    kept = secret.rpartition("=")[2].rpartition(" ")[2]
    assert [path for path in tmp_path.rglob("*") if path.is_file() and kept in path.read_text()] == []


def test_of_others_namespaces_only_what_is_labelled_is_asked_for(tmp_path: Path) -> None:
    witness = Witness()
    places = (Place(namespace="auto-ab12"), Place(namespace="default", selectors=({"migration": "u"}, {"run": "r"})))
    collector(witness).collect(case(places=places), tmp_path, {})
    assert {labels and tuple(labels) for kind, where, labels in witness.asked if where == "default"} == {
        ("migration",),
        ("run",),
    }


def test_without_a_plan_all_of_mtv_tells_and_the_page_says_so(tmp_path: Path) -> None:
    pods = {"forklift-controller-1": "a", "forklift-api-1": "b", "stranger-1": "c"}
    late = collector(Witness(pods=pods)).collect(case(plan=None), tmp_path / "before", {})
    with_plan = collector(Witness(pods=pods)).collect(case(), tmp_path / "after", {})
    logs = "namespaces/openshift-mtv/pods/{}/main/logs/current.log"
    assert logs.format("forklift-api-1") in late.files
    assert logs.format("forklift-api-1") not in with_plan.files
    assert logs.format("forklift-controller-1") in with_plan.files
    assert logs.format("stranger-1") not in late.files
    assert "There was no plan yet" in page(tmp_path / "before")


def test_a_container_that_was_restarted_has_two_logs(tmp_path: Path) -> None:
    collector(Witness()).collect(case(), tmp_path, {})
    logs = tmp_path / "namespaces/openshift-mtv/pods/forklift-controller-1/main/logs"
    assert (logs / "current.log").read_text() == "a line\n"
    assert (logs / "previous.log").read_text() == "a line before\n"


def test_the_source_is_kept_as_it_was_and_as_it_is(tmp_path: Path) -> None:
    collector(Witness()).collect(case(before={"m-1": {"power": Power.ON}}), tmp_path, {"m-1": lambda: {"power": "off"}})
    assert (tmp_path / "source/m-1-before.yaml").read_text() == "power: 'on'\n"
    assert (tmp_path / "source/m-1-after.yaml").read_text() == "power: 'off'\n"


class MadeUpTool:
    def __init__(self) -> None:
        self.asked: list[tuple[Path, ObjectRef | None, float]] = []

    def gather(self, folder: Path, plan: ObjectRef | None, seconds: float) -> str:
        self.asked.append((folder, plan, seconds))
        (folder / "image").mkdir(parents=True)
        (folder / "image" / "must-gather.tar.gz").touch()
        return "gathered"


def test_the_vendors_tool_gathers_about_the_plan_within_the_same_budget(tmp_path: Path) -> None:
    tool = MadeUpTool()
    collected = collector(Witness(), tool=tool).collect(case(), tmp_path, {})
    ((folder, plan, seconds),) = tool.asked
    assert (folder, plan) == (tmp_path / "must-gather", PLAN)
    assert seconds <= 20
    assert {"must-gather/what-it-said.txt", "must-gather/image/must-gather.tar.gz"} <= set(collected.files)
    assert "must-gather/image/must-gather.tar.gz" in (tmp_path / "index.md").read_text()
