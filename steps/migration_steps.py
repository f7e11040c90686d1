"""Sentences that move machines, and how a move must end."""

from behave import given, then, when
from behave.runner import Context


@given("its destination is a cluster reached by its address")
def its_destination_is_reached_by_address(context: Context) -> None:
    context.run.destination_is_remote()


@when("it is cold migrated")
def it_is_cold_migrated(context: Context) -> None:
    context.run.migrate()


@when("it is warm migrated")
def it_is_warm_migrated(context: Context) -> None:
    context.run.migrate_warm()


@then("the migration succeeds")
def the_migration_succeeds(context: Context) -> None:
    context.run.migration_must_succeed()
