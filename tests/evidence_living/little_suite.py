"""A little suite with everything that a feature can hold, and runs of it."""

from collections.abc import Iterator
from contextlib import chdir, contextmanager
from dataclasses import replace
from pathlib import Path

from behave.model import ScenarioOutline
from behave.runner import the_step_registry

from support.evidence.publish import publish
from support.evidence.results import RunFacts, ScenarioResult, StepResult, Verdict
from support.run.choosing import configuration, with_sentences
from support.run.documenting import Documented, document
from tests.evidence.accounts import FACTS, GOOD, scenario

FEATURE = """
@cold
Feature: Moving <things>
  What is moved arrives.

  Background:
    Given all is well

  @tier0 @test_one @severity.critical
  Scenario: It arrives
    It is said what must be so.

    When these are moved
      | name | size |
      | a b  | 1    |
    Then this is told
      \"\"\"
      - name: x
        hosts: all
      \"\"\"

  @needs.static_addresses
  Scenario: It keeps what it had
    When it is moved

  Rule: Sizes do not matter

    Background:
      Given there is room

    Scenario Outline: A <size> one arrives
      Given a <size> one
      When it is moved

      Examples: Of all sizes
        | size  |
        | small |
        | large |
"""
STEPS = """
from behave import given, step, then, when

@given("all is well")
def well(context): ...
@given("there is room")
def room(context): ...
@given("a {size} one")
def sized(context, size): ...
@given("nobody says this")
def unsaid(context): ...
@when("it is moved")
@when("these are moved")
def moved(context): ...
@then("this is told")
def told(context): ...
"""
FILE = "features/moving.feature"
OUTLINE = "A <size> one arrives"
HOUR = 3600.0


class Suite:
    """Its folder is the working directory, and its runs write into `reports`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.reports = folder / "reports"
        self.runs = 0

    def write(self, feature: str = FEATURE, name: str = FILE) -> None:
        for path, text in ((name, feature), ("steps/all_steps.py", STEPS)):
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_text(text)

    def ran(self, *results: ScenarioResult, facts: RunFacts = FACTS) -> Path:
        """A finished run, an hour after the one before; returns its folder."""
        self.runs += 1
        later = [_later(each, self.runs * HOUR) for each in results]
        folder = self.reports / f"auto-{self.runs}"
        publish(later, replace(facts, run_id=folder.name), folder)
        return folder

    def documented(self) -> Documented:
        return document(self.reports)

    def page(self, name: str = "moving.html") -> str:
        """Of the site as it is now."""
        return (self.documented().page.parent / name).read_text()


def _later(result: ScenarioResult, seconds: float) -> ScenarioResult:
    """One that never began stays one."""
    if not result.start:
        return result
    return replace(result, start=result.start + seconds, stop=result.stop + seconds)


def arrives(verdict: Verdict, **changes: object) -> ScenarioResult:
    """A result of the first scenario."""
    said = ("Given all is well", "When these are moved", "Then this is told")
    steps = [StepResult(title=each, sentence=True, verdict=verdict) for each in said]
    known: dict[str, object] = {"file": FILE, "steps": steps}
    return scenario("It arrives", verdict, GOOD, line=10, **{**known, **changes})


def sized(size: str, verdict: Verdict) -> ScenarioResult:
    """A result of one row of the outline."""
    known = {"file": FILE, "template_title": OUTLINE, "rule": "Sizes do not matter", "cells": {"size": size}}
    return scenario(f"A {size} one arrives", verdict, GOOD, line=30, **known)


@contextmanager
def little_suite(folder: Path) -> Iterator[Suite]:
    """Its sentences are loaded; working directory and Behave's own registry are as before afterwards."""
    before, schema = the_step_registry.steps, ScenarioOutline.annotation_schema
    the_step_registry.steps = {"given": [], "when": [], "then": [], "step": []}
    ScenarioOutline.annotation_schema = "{name}"  # as behave.ini has it
    made = Suite(folder)
    made.write()
    try:
        with chdir(folder):
            with_sentences(configuration(()))
            yield made
    finally:
        the_step_registry.steps, ScenarioOutline.annotation_schema = before, schema
