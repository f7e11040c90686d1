"""Behave's hooks, one call each; what they do is in support/run."""

from behave.model import Scenario
from behave.runner import Context

from support.run import hooks

hooks.refuse_other_runners()


def before_all(context: Context) -> None:
    hooks.open_run(context)


def before_scenario(context: Context, scenario: Scenario) -> None:
    hooks.open_scenario(context, scenario)


def after_scenario(context: Context, scenario: Scenario) -> None:
    hooks.close_scenario(context, scenario)


def after_all(context: Context) -> None:
    hooks.close_run(context)
