"""Where a machine of a cluster comes from."""

from lab.cluster.clients import Objects
from lab.cluster.store import Object
from lab.mtv.openshift.estate import MACHINE, cluster_of
from lab.mtv.vm_run import VmRun


def source_client(run: VmRun) -> Objects:
    """Objects of the source's cluster, as far as its Provider's token goes."""
    provider = run.view.pair.source
    if provider is None:
        raise LookupError("a Plan that runs has a source")
    return cluster_of(run.lab, provider).client


def source_object(run: VmRun) -> Object:
    """The VirtualMachine itself; raises LookupError when it is gone."""
    found = source_client(run).get(MACHINE, run.vm.machine.home, run.vm.machine.name)
    if found is None:
        raise LookupError(f"{run.vm.machine.home}/{run.vm.machine.name} is gone")
    return found
