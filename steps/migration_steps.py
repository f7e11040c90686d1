"""Sentences that move machines, and how a move must end."""

from behave import given, then, when
from behave.runner import Context


@given("their destination is a cluster reached by its address")
@given("its destination is a cluster reached by its address")
def its_destination_is_reached_by_address(context: Context) -> None:
    context.run.destination_is_remote()


@when("they are cold migrated")
@when("it is cold migrated")
def it_is_cold_migrated(context: Context) -> None:
    context.run.migrate()


@when("it is warm migrated")
def it_is_warm_migrated(context: Context) -> None:
    context.run.migrate(warm=True)


@then("the migration succeeds")
def the_migration_succeeds(context: Context) -> None:
    context.run.migration_must_succeed()


@when("they are cold migrated with copy-offload")
@when("it is cold migrated with copy-offload")
def it_is_cold_migrated_with_copy_offload(context: Context) -> None:
    context.run.migrate(offloaded=True)


@when("it is warm migrated with copy-offload")
def it_is_warm_migrated_with_copy_offload(context: Context) -> None:
    context.run.migrate(warm=True, offloaded=True)


@when("both plans are migrated with copy-offload at the same time")
def both_plans_are_offloaded(context: Context) -> None:
    context.run.migrate_at_once(offloaded=2)


@when("both plans are migrated at the same time, only the first with copy-offload")
def one_plan_of_two_is_offloaded(context: Context) -> None:
    context.run.migrate_at_once(offloaded=1)


@then("both migrations succeed")
def both_migrations_succeed(context: Context) -> None:
    context.run.migration_must_succeed()


@then("they were under way at the same time")
def they_were_under_way_at_the_same_time(context: Context) -> None:
    context.run.must_have_run_at_once()
