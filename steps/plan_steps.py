"""Sentences about what the plan asks MTV for."""

from behave import given
from behave.runner import Context

from support.domain.machine import Power


@given("the plan leaves it running")
def plan_leaves_it_running(context: Context) -> None:
    context.run.plan_target_power(Power.ON)


@given("the plan leaves it switched off")
def plan_leaves_it_off(context: Context) -> None:
    context.run.plan_target_power(Power.OFF)
