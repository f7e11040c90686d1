"""Sentences about the disks, the place and the name of a machine on the source: its clone is made so."""

from behave import given
from behave.runner import Context

from support.domain.source import Provisioning
from support.run import vocabulary

vocabulary.register()


@given("its disks are provisioned {provisioning:Provisioning}")
def its_disks_are_provisioned(context: Context, provisioning: Provisioning) -> None:
    context.run.provision_disks(provisioning)


@given("it is stored on the {store:Store}")
def it_lies_on_the_datastore(context: Context, store: str) -> None:
    context.run.lie_on(store)


@given("each has these extra disks")
@given("it has these extra disks")
def it_has_extra_disks(context: Context) -> None:
    context.run.add_disks(context.table)


@given("it has a raw disk on the storage array")
def it_has_a_raw_disk(context: Context) -> None:
    context.run.add_raw_disk()


@given("{count:d} snapshots are taken of it while it runs")
def snapshots_are_taken(context: Context, count: int) -> None:
    context.run.take_snapshots(count)


@given("its name has capitals and underscores")
def its_name_has_capitals_and_underscores(context: Context) -> None:
    context.run.name_unlike_kubernetes()
