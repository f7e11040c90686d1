"""Guests of the destination: they boot on the content of their machine's claims and talk by way of an agent."""

import asyncio
from copy import deepcopy

from lab.cluster.store import Object
from lab.kernel.service import Lab
from lab.virtualization.anatomy import claims_of, deleting, name_of, namespace_of, uid_of
from lab.virtualization.cloud_init import first_boot
from lab.virtualization.conditions import Condition, merged
from lab.virtualization.guest_view import interfaces, nics_of, system
from lab.world import media
from lab.world.model import Guest, RunningGuest, Volume

_KIND = "VirtualMachineInstance"
_LATE_SECONDS = 60.0


class GuestPower:
    """Switches guests on and off; a guest that is up stands in `World.running`."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._boots: dict[str, asyncio.Task[None]] = {}

    def on(self, instance: Object) -> None:
        """Boot whatever is on the instance's disks; without an operating system nothing ever comes up."""
        volumes = self._volumes(instance)
        guest = next((volume.guest for volume in volumes if volume.guest is not None), None)
        if guest is not None:
            boot = self._boot(instance, guest, volumes)
            self._boots[uid_of(instance)] = asyncio.get_running_loop().create_task(boot)

    def off(self, instance: Object) -> bool:
        """Switch off at once; True when a guest was up."""
        uid = uid_of(instance)
        boot = self._boots.pop(uid, None)
        if boot is not None:
            boot.cancel()
        running = self._lab.world.running.pop(uid, None)
        was_up = running is not None
        if running is not None:
            for volume in running.volumes:
                media.sync(volume)
            self._silence(instance)
            self._lab.world.touch()
        return was_up

    def all_off(self) -> None:
        for boot in self._boots.values():
            boot.cancel()
        self._boots.clear()
        self._lab.world.running.clear()

    def _volumes(self, instance: Object) -> tuple[Volume, ...]:
        store, namespace = self._lab.store, namespace_of(instance)
        claims = (store.get("PersistentVolumeClaim", namespace, name) for name in claims_of(instance["spec"]))
        found = (self._lab.world.volumes.get(uid_of(claim)) for claim in claims if claim is not None)
        return tuple(volume for volume in found if volume is not None)

    async def _boot(self, instance: Object, guest: Guest, volumes: tuple[Volume, ...]) -> None:
        owner = f"{namespace_of(instance)}/{name_of(instance)}"
        await self._lab.clock.work(guest.boot_seconds, owner=owner, what="guest boot")
        first_boot(self._lab, instance, guest)
        self._lab.world.running[uid_of(instance)] = RunningGuest(
            guest=guest,
            namespace=namespace_of(instance),
            machine=name_of(instance),
            nics=nics_of(instance["spec"]),
            volumes=volumes,
            boot=next(number for number, volume in enumerate(volumes) if volume.guest is guest),
        )
        self._lab.world.touch()
        if self._lab.noise.happens("late", "agent"):
            await self._lab.clock.work(_LATE_SECONDS, owner=owner, what="guest agent start")
        self._boots.pop(uid_of(instance), None)
        if guest.agent_installed:
            self._connect(instance, guest)

    def _connect(self, instance: Object, guest: Guest) -> None:
        """The agent reports: the condition appears, addresses and system become known."""
        current = self._current(instance)
        if current is None:
            return
        status = deepcopy(current["status"])
        shown = [_kept(item) for item in status["conditions"]] + [Condition("AgentConnected", True)]
        status["conditions"] = merged(status["conditions"], shown, self._lab.clock.stamp())
        status["guestOSInfo"] = system(guest)
        address = next((item.get("ipAddress", "") for item in status["interfaces"] if _on_pod(item)), "")
        status["interfaces"] = interfaces(current["spec"], address, guest)
        self._lab.store.set_status(_KIND, namespace_of(current), name_of(current), status)

    def _silence(self, instance: Object) -> None:
        """Without its agent the condition is gone, never False (facts 3.2)."""
        current = self._current(instance, also_deleting=True)
        if current is None:
            return
        status = deepcopy(current["status"])
        status["conditions"] = [item for item in status.get("conditions", ()) if item["type"] != "AgentConnected"]
        status["guestOSInfo"] = {}
        self._lab.store.set_status(_KIND, namespace_of(current), name_of(current), status)

    def _current(self, instance: Object, *, also_deleting: bool = False) -> Object | None:
        current = self._lab.store.get(_KIND, namespace_of(instance), name_of(instance))
        if current is None or uid_of(current) != uid_of(instance):
            return None
        return current if also_deleting or not deleting(current) else None


def _kept(item: Object) -> Condition:
    return Condition(item["type"], item["status"] == "True", item.get("reason", ""), item.get("message", ""))


def _on_pod(interface: Object) -> bool:
    return bool(interface.get("podInterfaceName") == "eth0")
