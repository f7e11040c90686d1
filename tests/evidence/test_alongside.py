"""Several scenarios at once: whose line it is stands before each, and each scenario is shown in one piece."""

import io

from behave.configuration import Configuration
from behave.formatter.base import StreamOpener
from behave.parser import parse_feature

from support.evidence.alongside import Alongside
from support.evidence.progress import ProgressView
from support.evidence.redaction import Redactor

_FEATURE = """
Feature: Moving
  Scenario: First
    Given all is well
  Rule: Nothing is lost
    Scenario: Second
      Given all is well
"""


def redactor() -> Redactor:
    made = Redactor()
    made.learn("t0psecret")
    return made


def view(stream: io.StringIO) -> ProgressView:
    return ProgressView(StreamOpener(stream=stream), Configuration(command_args=[], load_config=False))


def test_each_line_says_whose_it_is_and_none_tells_a_secret() -> None:
    err = io.StringIO()
    shown = Alongside([], redactor(), stream=err)
    shown.line("hooks:16", "clone with t0psecret")
    shown.line("cold_migration:6", "A machine arrives")
    shown.line("hooks:16", "passed")
    assert err.getvalue().splitlines() == [
        "hooks:16 | clone with ***",
        "cold_migration:6 | A machine arrives",
        "hooks:16         | passed",
    ]


def test_a_scenario_is_shown_in_one_piece_when_it_ends() -> None:
    out, err = io.StringIO(), io.StringIO()
    shown = Alongside([view(out)], redactor(), stream=err)
    shown.ended("hooks:16", "passed", "\nHooks\n  A machine\n    passed t0psecret\n")
    assert out.getvalue() == "\nHooks\n  A machine\n    passed ***\n"
    assert err.getvalue() == "hooks:16 | passed\n"


def test_a_stream_that_went_away_ends_nothing() -> None:
    err = io.StringIO()
    shown = Alongside([], redactor(), stream=err)
    err.close()
    shown.line("hooks:16", "clone")


def test_headings_stand_once_above_their_scenarios_and_again_after_those_of_another_process() -> None:
    out = io.StringIO()
    shown = view(out)
    feature = parse_feature(_FEATURE)
    first, second = feature.walk_scenarios()
    shown.feature(feature)
    assert out.getvalue() == "", "a feature none of whose scenarios is shown here is not, either"
    shown.scenario(first)
    shown.whole("\nOther\n  Elsewhere\n    passed\n")
    shown.rule(feature.rules[0])
    shown.scenario(second)
    headings = [line for line in out.getvalue().splitlines() if line and "untested" not in line]
    assert headings == [
        "Moving",
        "  First",
        "Other",
        "  Elsewhere",
        "    passed",
        "Moving",
        "  Rule: Nothing is lost",
        "  Second",
    ]
