"""Sentences that ask for machines on the source."""

from behave import given
from behave.runner import Context

from support.domain.machine import Power
from support.domain.names import RoleName
from support.run import vocabulary

vocabulary.register()


@given("a {role:Machine} on the source")
def a_machine(context: Context, role: RoleName) -> None:
    context.run.ask_for_machine(role)


@given("a {power:Power} {role:Machine} on the source")
def a_machine_in_power_state(context: Context, power: Power, role: RoleName) -> None:
    context.run.ask_for_machine(role, power)


@given("{count:Count} {power:Power} {role:Machines} on the source")
def several_machines(context: Context, count: int, power: Power, role: RoleName) -> None:
    context.run.ask_for_machines(count, role, power)


@given("each is in a plan of its own")
def each_is_in_a_plan_of_its_own(context: Context) -> None:
    context.run.each_in_a_plan_of_its_own()
