"""Sentences about what the plan asks MTV for."""

from behave import given
from behave.runner import Context

from support.domain.machine import Power
from support.run import vocabulary
from support.run.plan_options import DiskNaming

vocabulary.register()


@given("the plan leaves them running")
@given("the plan leaves it running")
def plan_leaves_it_running(context: Context) -> None:
    context.run.plan_target_power(Power.ON)


@given("the plan leaves it switched off")
def plan_leaves_it_off(context: Context) -> None:
    context.run.plan_target_power(Power.OFF)


@given("the plan keeps its static addresses")
def plan_keeps_its_static_addresses(context: Context) -> None:
    context.run.plan_keeps_addresses()


@given("the plan names its disks after {naming:DiskNaming}")
def plan_names_its_disks(context: Context, naming: DiskNaming) -> None:
    context.run.plan_disk_names(naming)


@given("the plan places it on a chosen worker")
def plan_places_it_on_a_chosen_worker(context: Context) -> None:
    context.run.plan_chosen_worker()


@given("the plan gives it labels of its own")
def plan_gives_it_labels(context: Context) -> None:
    context.run.plan_labels()


@given("the plan wants it near other workloads")
def plan_wants_it_near_other_workloads(context: Context) -> None:
    context.run.plan_affinity()


@given("the plan puts it into a namespace of its own")
def plan_puts_it_into_its_own_namespace(context: Context) -> None:
    context.run.plan_own_namespace()


@given("the networks it joins are defined in a shared namespace")
def networks_are_defined_elsewhere(context: Context) -> None:
    context.run.networks_elsewhere()
