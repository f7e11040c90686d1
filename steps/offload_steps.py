"""Sentences about disks that a storage array copies."""

from behave import then
from behave.runner import Context


@then("every disk arrived")
def every_disk_arrived(context: Context) -> None:
    context.run.check("disks")


@then("the storage array copied every disk stored on it")
def the_array_copied_its_disks(context: Context) -> None:
    context.run.check("copied by the array")


@then("the host copied every disk stored elsewhere")
def the_host_copied_the_others(context: Context) -> None:
    context.run.check("copied by the host")


@then("MTV warned about its raw disk")
def mtv_warned_about_its_raw_disk(context: Context) -> None:
    context.run.check("raw disk warned")


@then("MTV warned about its independent disk")
def mtv_warned_about_its_independent_disk(context: Context) -> None:
    context.run.check("independent disk warned")


@then("its name on the target is one that Kubernetes accepts")
def its_name_is_safe(context: Context) -> None:
    context.run.check("target name")
