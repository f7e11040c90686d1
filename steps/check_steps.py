"""Sentences that compare the target machine with its source."""

from behave import then
from behave.runner import Context


@then("every target machine matches its source")
@then("the target machine matches its source")
def the_target_matches(context: Context) -> None:
    context.run.machines_must_match()


@then("their guest agents report in")
@then("its guest agent reports in")
def its_guest_agent_reports_in(context: Context) -> None:
    context.run.check("guest agent")


@then("it answers over SSH as the same guest")
def it_answers_over_ssh(context: Context) -> None:
    context.run.check("ssh")


@then("its disks are named as the plan says")
def its_disks_are_named_as_planned(context: Context) -> None:
    context.run.check("disk names")


@then("it runs on the chosen worker")
def it_runs_on_the_chosen_worker(context: Context) -> None:
    context.run.check("placement")


@then("it carries the labels of the plan")
def it_carries_the_labels(context: Context) -> None:
    context.run.check("labels")


@then("it asks to run near those workloads")
def it_asks_for_the_neighbors(context: Context) -> None:
    context.run.check("affinity")


@then("its static addresses are the ones it had")
def its_static_addresses_are_kept(context: Context) -> None:
    context.run.check("static ip")
