"""An OpenShift cluster behind the source ports; the constructor does no I/O, `connect` is the first request."""

from collections.abc import Sequence
from dataclasses import replace

from support.adapters.openshift.api import Api
from support.adapters.openshift.feeds import Feeds
from support.adapters.openshift.objects import OpenShiftObjects
from support.adapters.openshift.targets import OpenShiftTargets
from support.adapters.openshift_source import making, powering
from support.adapters.openshift_source.describing import describe
from support.adapters.openshift_source.faults import translated
from support.adapters.openshift_source.finding import by_id, by_name, machines_of
from support.adapters.openshift_source.ordering import Site
from support.adapters.openshift_source.waiting import Wait
from support.domain.access import SourceAccess
from support.domain.errors import StartError, WaitTimeout
from support.domain.machine import Power
from support.domain.names import MachineName, ObjectRef
from support.domain.source import SourceMachine


class OpenshiftSource:
    """One namespace of a cluster: SourcePlatform, ClonesMachines, PowersMachines and HoldsCopies.

    Args:
        api: of the source; with `shared` it is the destination's own, which somebody else logs in and out.
    """

    def __init__(self, api: Api, access: SourceAccess, site: Site, *, shared: bool) -> None:
        self._api = api
        self._access = access
        self._site = site
        self._shared = shared
        self._feeds = Feeds(api)
        self._targets = OpenShiftTargets(api, self._feeds)
        self._objects = OpenShiftObjects(api, self._feeds)

    def connect(self) -> None:
        """Log in once; raises StartError for a storage class that is not there, or a cluster that is not meant."""
        with translated(f"profile {self._access.profile}: login"):
            if not self._api.connected:
                self._api.connect()
            self._must_be_meant()
            self._must_have_class()

    def close(self) -> None:
        self._feeds.close()
        if not self._shared:
            self._api.close()

    def instance_id(self) -> str:
        """uid of the kube-system namespace."""
        with translated("identity of the source"):
            return self._objects.uid_of(ObjectRef("Namespace", "kube-system")) or ""

    def ca_pem(self) -> str | None:
        access = self._api.by_url()
        return access.ca_pem if access.verify and access.ca_pem else None

    def find(self, name: MachineName) -> str:
        with translated(f"machine '{name}': looking for it"):
            return str(by_name(self._api, self._site.namespace, name)["metadata"]["uid"])

    def describe(self, machine_id: str) -> SourceMachine:
        with translated(f"machine {machine_id}: reading it"):
            return describe(self._api, by_id(self._api, self._site.namespace, machine_id))

    def start_clone(self, source: MachineName, clone: MachineName, notes: str) -> str:
        """Make a machine from the golden image that `source` names; it is there at once, its disk is not."""
        with translated(f"machine {clone}: making it from {source}"):
            return making.start(self._api, self._site, source, clone, notes)

    def finish_clone(self, task_id: str, seconds: float) -> str:
        with translated(f"machine {task_id}: making it"):
            making.finish(self._api, self._feeds, self._site, task_id, seconds)
        return task_id

    def settle_clone(self, task_id: str, clone: MachineName, seconds: float) -> str | None:  # noqa: ARG002 - the port's
        """A machine whose disk is still copied can be deleted like any other, so nothing is waited for."""
        with translated(f"machine {clone}: looking for it"):
            return self._objects.uid_of(ObjectRef("VirtualMachine", clone, self._site.namespace))

    def delete(self, machine_id: str, seconds: float) -> None:
        with translated(f"machine {machine_id}: deleting it"):
            making.delete(self._api, self._objects, self._site.namespace, machine_id, seconds)

    def machines_of(self, run_id: str) -> Sequence[tuple[str, str]]:
        with translated(f"machines of run {run_id}"):
            return machines_of(self._api, self._site.namespace, run_id)

    def power_on(self, machine_id: str, seconds: float) -> None:
        self._switch(machine_id, Power.ON, seconds)

    def power_off(self, machine_id: str, seconds: float) -> None:
        self._switch(machine_id, Power.OFF, seconds)

    def await_guest(self, machine_id: str, seconds: float) -> SourceMachine:
        with translated(f"machine {machine_id}: waiting for its guest"):
            powering.await_agent(self._targets, self.place(machine_id), seconds)
        return self.describe(machine_id)

    def place(self, machine_id: str) -> ObjectRef:
        """The machine of that uid as the cluster calls it; raises MachineNotFound when it is gone."""
        with translated(f"machine {machine_id}: looking for it"):
            name = str(by_id(self._api, self._site.namespace, machine_id)["metadata"]["name"])
        return ObjectRef("VirtualMachine", name, self._site.namespace)

    def await_no_copies(self, machine_id: str, seconds: float) -> Sequence[str]:
        """Exports, by which MTV reads disks; each is called like its machine (its adapter for OpenShift)."""
        export = replace(self.place(machine_id), kind=making.EXPORT)
        with translated(f"{export}: looking for it"):
            feed = self._feeds.follow(making.EXPORT, export.namespace, lambda exports: export.name in exports)
            try:
                Wait(subject=str(export), wanted="gone", seconds=seconds).until(feed, lambda there: not there)
            except WaitTimeout:
                return (str(export),)
        return ()

    def _switch(self, machine_id: str, wanted: Power, seconds: float) -> None:
        with translated(f"machine {machine_id}: switching it {wanted.value}"):
            powering.switch(self._api, self._targets, self.place(machine_id), wanted, seconds)

    def _must_have_class(self) -> None:
        classes = [str(each["metadata"]["name"]) for each in self._api.list("StorageClass")]
        if self._site.storage_class not in classes:
            raise StartError(
                f"profile {self._access.profile}: no storage class {self._site.storage_class!r} on the source "
                f"{self._api.server}, expected one of: {', '.join(sorted(classes)) or 'none'} (key storage_class)"
            )

    def _must_be_meant(self) -> None:
        """A profile may name the cluster that the run logs in to anyway, but no other one without a login."""
        if self._shared and self._access.url and _address(self._access.url) != _address(self._api.server):
            raise StartError(
                f"profile {self._access.profile}: api_url is {self._access.url}, and the run is logged in to "
                f"{self._api.server}; give the profile a token, or username and password, or leave api_url empty"
            )


def _address(url: str) -> str:
    return url.strip().rstrip("/").lower()
