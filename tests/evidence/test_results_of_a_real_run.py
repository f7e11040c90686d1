"""Allure and JUnit results of a real Behave run: rules, outlines, hooks, cleanups, skips, nested steps, attachments."""

from typing import Any
from xml.etree import ElementTree

import pytest

from tests.evidence.conftest import Outcome, Project

_FEATURE = """
@cold
Feature: Moving machines
  Background:
    Given all is well

  @severity.critical @known.MTV-2846
  Scenario: It passes
    Given all is well

  Scenario: The product is at fault
    Then the product fails
    And the suite fails

  Scenario: The environment is at fault
    Then the suite fails

  Scenario: Nobody knows the sentence
    Given nobody wrote this

  Scenario: It is skipped
    Given all is well

  Scenario: The hook before it fails
    Given all is well

  Scenario: The hook after it fails
    Given all is well

  Scenario: The product fails and the hook after it too
    Then the product fails

  Scenario: The cleanup fails
    When a cleanup is going to fail

  Scenario: It tells
    When it tells
      | name | size |
      | a,b  | 1    |

  Scenario: An inner step fails
    When an inner step fails

  Scenario: It logs
    When it logs
      \"\"\"
      remember token-4711
      \"\"\"

  @rule_tag
  Rule: Rules are kept
    Scenario: It passes below a rule
      Given all is well

    Scenario Outline: It says <word>
      Given "<word>" is said
      Examples:
        | word |
        | yes  |
        | no   |
"""

_HOOKS = """
from support.domain.errors import CleanupError, SuiteError

def before_scenario(context, scenario):
    if scenario.name == "It is skipped":
        scenario.skip("warm only on vSphere, token-4711")
    if scenario.name == "The hook before it fails":
        raise SuiteError("no session")

def after_scenario(context, scenario):
    if "hook after" in scenario.name:
        raise CleanupError("left over: Plan a/b")
"""


@pytest.fixture(scope="module")
def outcome(project: Project) -> Outcome:
    return project(_FEATURE, hooks=_HOOKS)


def labels(result: dict[str, Any], name: str) -> list[str]:
    return [label["value"] for label in result["labels"] if label["name"] == name]


@pytest.mark.parametrize(
    ("title", "verdict", "message"),
    [
        ("It passes", "passed", ""),
        ("The product is at fault", "failed", "memory: expected 2, got ***"),
        ("The environment is at fault", "broken", "no such host"),
        ("Nobody knows the sentence", "broken", "undefined: no sentence of this suite matches"),
        ("It is skipped", "skipped", "warm only on vSphere, ***"),
        ("The hook before it fails", "broken", "no session"),
        ("The hook after it fails", "broken", "left over: Plan a/b"),
        ("The product fails and the hook after it too", "failed", "left over: Plan a/b"),
        ("The cleanup fails", "broken", "cleanup give_back: still there ***"),
        ("An inner step fails", "failed", "lost"),
        ("It passes below a rule", "passed", ""),
        ("It says yes", "passed", ""),
        ("It says no", "passed", ""),
    ],
)
def test_every_ending_has_its_verdict_and_message(outcome: Outcome, title: str, verdict: str, message: str) -> None:
    result = outcome.allure(title)
    assert result["status"] == verdict
    assert message in result.get("statusDetails", {}).get("message", "")
    kinds = {"failed": "failure", "broken": "error", "skipped": "skipped"}
    found = [(child.tag, str(child.get("message"))) for child in outcome.junit(title) if child.tag in kinds.values()]
    assert [tag for tag, _ in found] == [kinds[verdict] for _ in (1,) if verdict in kinds]
    assert all(message in said for _, said in found)


def test_a_failed_product_keeps_its_message_before_what_broke_later(outcome: Outcome) -> None:
    message = outcome.allure("The product fails and the hook after it too")["statusDetails"]["message"]
    assert message.startswith("memory: expected 2")


def test_sentences_that_were_not_reached_are_listed_as_skipped(outcome: Outcome) -> None:
    steps = outcome.allure("The product is at fault")["steps"]
    assert [(step["name"], step["status"]) for step in steps] == [
        ("Given all is well", "passed"),
        ("Then the product fails", "failed"),
        ("And the suite fails", "skipped"),
    ]
    assert [step["status"] for step in outcome.allure("It is skipped")["steps"]] == ["skipped", "skipped"]


def test_sub_steps_nest_below_their_sentence_and_checks_have_a_line_each(outcome: Outcome) -> None:
    sentence = outcome.allure("It tells")["steps"][1]
    outer, *checks = sentence["steps"]
    assert [step["name"] for step in outer["steps"]] == ["inner ***"]
    assert [(step["name"], step["status"]) for step in checks] == [
        ("vm-1: cpu", "passed"),
        ("vm-1: memory", "failed"),
        ("vm-1: ssh", "skipped"),
    ]
    assert [step["statusDetails"]["message"] for step in checks] == [
        "2 sockets",
        "size: expected 2, got 1",
        "not run: powered off",
    ]


def test_a_failing_sub_step_marks_every_step_above_it(outcome: Outcome) -> None:
    sentence = outcome.allure("An inner step fails")["steps"][1]
    outer = sentence["steps"][0]
    assert [sentence["status"], outer["status"], outer["steps"][0]["status"]] == ["failed"] * 3


def test_attachments_tables_and_texts_are_kept_where_they_belong_and_cleaned(outcome: Outcome) -> None:
    sentence = outcome.allure("It tells")["steps"][1]
    assert outcome.attachment(sentence["attachments"][0]).split() == ["name,size", '"a,b",1']
    inner = sentence["steps"][0]["steps"][0]
    assert outcome.attachment(inner["attachments"][0]) == "kind: Plan ***"
    text = outcome.allure("It logs")["steps"][1]["attachments"][0]
    assert outcome.attachment(text) == "remember ***"


def test_the_log_of_a_scenario_is_in_both_reports_and_cleaned(outcome: Outcome) -> None:
    log = outcome.allure("It logs")["attachments"][0]
    assert "suite: took ***" in outcome.attachment(log)
    assert "suite: took ***" in (outcome.junit("It logs").findtext("system-out") or "")
    assert "attachments" not in outcome.allure("It passes") or not outcome.allure("It passes")["attachments"]


def test_no_file_of_the_results_holds_a_secret(outcome: Outcome) -> None:
    files = [path for path in (outcome.folder / "reports").rglob("*") if path.is_file()]
    assert files
    assert [path.name for path in files if b"token-4711" in path.read_bytes()] == []


def test_labels_say_capability_feature_rule_severity_and_issue(outcome: Outcome) -> None:
    result = outcome.allure("It passes")
    assert labels(result, "epic") == ["Cold"]
    assert labels(result, "feature") == ["Moving machines"]
    assert labels(result, "severity") == ["critical"]
    assert [link["name"] for link in result["links"]] == ["MTV-2846"]
    below = outcome.allure("It passes below a rule")
    assert labels(below, "story") == ["Rules are kept"]
    assert {"cold", "rule_tag"} <= set(labels(below, "tag"))


def test_rows_of_an_outline_are_one_test_case_with_a_history_each(outcome: Outcome) -> None:
    yes, no = outcome.allure("It says yes"), outcome.allure("It says no")
    assert yes["fullName"] == no["fullName"] == "features/cold/moving.feature # Rules are kept # It says <word>"
    assert yes["testCaseId"] == no["testCaseId"]
    assert yes["historyId"] != no["historyId"]
    assert {each["name"]: each["value"] for each in yes["parameters"]} == {
        "word": "yes",
        "source": "vsphere",
        "storage class": "lab-block",
    }


def test_junit_cases_carry_profile_storage_class_tags_and_the_rule(outcome: Outcome) -> None:
    case = outcome.junit("It passes below a rule")
    assert case.get("classname") == "features.cold.moving.Rules are kept"
    properties = {each.get("name"): each.get("value") for each in case.iter("property")}
    assert properties["source_profile"] == "vsphere"
    assert properties["storage_class"] == "lab-block"
    assert "rule_tag" in str(properties["tags"])


def test_junit_counts_what_is_in_it(outcome: Outcome) -> None:
    root = ElementTree.parse(outcome.folder / "reports" / "junit" / "mtv-acceptance.xml").getroot()
    counted = {name: int(root.get(name, "-1")) for name in ("tests", "failures", "errors", "skipped")}
    assert counted == {"tests": 15, "failures": 3, "errors": 5, "skipped": 1}


def test_identity_is_stable_between_runs_and_earlier_runs_are_kept(outcome: Outcome, project: Project) -> None:
    before = {each["name"]: (each["historyId"], each["testCaseId"]) for each in outcome.all_allure()}
    again = project(_FEATURE, "-D", "run=auto-2", hooks=_HOOKS, folder=outcome.folder)
    assert {each["name"]: (each["historyId"], each["testCaseId"]) for each in again.all_allure()} == before
    reports = outcome.folder / "reports"
    assert (reports / "allure-results").resolve() == reports.resolve() / "auto-2" / "allure-results"
    assert len(list((reports / "auto-1" / "allure-results").glob("*-result.json"))) == len(before)


def test_an_interrupted_scenario_says_so(project: Project) -> None:
    interrupts = """
from behave import when

@when("somebody interrupts")
def interrupts(context): raise KeyboardInterrupt("interrupted by SIGTERM")
"""
    outcome = project("Feature: x\n  Scenario: It is cut short\n    When somebody interrupts\n", hooks=interrupts)
    result = outcome.allure("It is cut short")
    assert (result["status"], result["statusDetails"]["message"]) == ("broken", "interrupted by SIGTERM")
    assert result["statusDetails"]["trace"].startswith("Interrupted\n"), "by which its category is told"
