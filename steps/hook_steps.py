"""Sentences about playbooks that MTV runs before and after a move."""

from behave import given, then
from behave.runner import Context

from support.domain.request import HookStep
from support.run import vocabulary

vocabulary.register()


@given("the plan runs a {step:HookStep} that {playbook:Playbook}")
def plan_runs_a_known_hook(context: Context, step: HookStep, playbook: str) -> None:
    context.run.plan_hook(step, playbook)


@given("the plan runs this playbook as its {step:HookStep}")
def plan_runs_this_playbook(context: Context, step: HookStep) -> None:
    context.run.plan_hook(step, context.text or "")


@then("the migration fails in its {step:HookStep}")
def the_migration_fails_in_its_hook(context: Context, step: HookStep) -> None:
    context.run.migration_must_fail_in(step)


@then("its hooks ran")
def its_hooks_ran(context: Context) -> None:
    context.run.hooks_must_have_run()


@then("nothing was migrated")
def nothing_was_migrated(context: Context) -> None:
    context.run.machines_must_have_stayed()
