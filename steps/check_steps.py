"""Sentences that compare the target machine with its source."""

from behave import then
from behave.runner import Context


@then("the target machine matches its source")
def the_target_matches(context: Context) -> None:
    context.run.machines_must_match()


@then("its guest agent reports in")
def its_guest_agent_reports_in(context: Context) -> None:
    context.run.check("guest agent")


@then("it answers over SSH as the same guest")
def it_answers_over_ssh(context: Context) -> None:
    context.run.check("ssh")
