"""Sentences that move machines, and how a move must end."""

from behave import then, when
from behave.runner import Context


@when("it is cold migrated")
def it_is_cold_migrated(context: Context) -> None:
    context.run.migrate()


@when("it is warm migrated")
def it_is_warm_migrated(context: Context) -> None:
    context.run.migrate_warm()


@then("the migration succeeds")
def the_migration_succeeds(context: Context) -> None:
    context.run.migration_must_succeed()
