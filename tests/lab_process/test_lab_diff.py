"""`lab diff` sees one planted thing on every service, and nothing once it is gone again."""

import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import requests

from lab.cluster.tokens import token_name
from lab.process.asking import ask, describe
from lab.world import files, physics, snapshots
from lab.world.model import RunningGuest, Volume

Assembled = Any
RunLab = Callable[..., "CompletedProcess[str]"]

NOTHING: dict[str, list[str]] = {"added": [], "removed": [], "changed": []}


def empty(found: dict[str, list[str]]) -> bool:
    return found == NOTHING


def test_a_lab_is_equal_to_itself_and_does_not_drift(assembled: Assembled) -> None:
    assert assembled.diff() == NOTHING
    time.sleep(40 / assembled.lab.clock.speed)  # longer than any controller's longest pause
    assert assembled.diff() == NOTHING


def test_cluster_an_object(assembled: Assembled) -> None:
    store = assembled.lab.store
    planted = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "planted", "namespace": "default"}}
    assembled.on_loop(lambda: store.create(planted))
    found = assembled.diff()
    assert [path for path in found["added"] if "planted" in path]
    assert found["removed"] == found["changed"] == []
    assembled.on_loop(lambda: store.delete("ConfigMap", "default", "planted"))
    assert assembled.diff() == NOTHING


def test_cluster_a_namespace_and_what_comes_with_it(assembled: Assembled) -> None:
    store = assembled.lab.store
    assembled.on_loop(
        lambda: store.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "auto-planted"}})
    )
    assert [path for path in assembled.diff()["added"] if "auto-planted" in path]
    assembled.on_loop(lambda: store.delete("Namespace", "", "auto-planted"))
    assert assembled.settled(empty) == NOTHING


def test_cluster_a_label_on_a_node(assembled: Assembled) -> None:
    store = assembled.lab.store
    assembled.on_loop(lambda: store.patch("Node", "", "worker-0", {"metadata": {"labels": {"planted": "yes"}}}))
    assert assembled.diff()["changed"] == ["cluster/Node//worker-0"]
    assembled.on_loop(lambda: store.patch("Node", "", "worker-0", {"metadata": {"labels": {"planted": None}}}))
    assert assembled.diff() == NOTHING


def test_cluster_a_setting_of_mtv_that_is_put_back_while_its_operator_is_still_busy(assembled: Assembled) -> None:
    controller = ("ForkliftController", "openshift-mtv", "forklift-controller")
    spec = assembled.lab.store.get(*controller)["spec"]
    changed = {"controller_precopy_interval": "7"}
    assembled.on_loop(lambda: assembled.lab.store.patch(*controller, {"spec": changed}))
    assert assembled.diff()["changed"] == ["cluster/" + "/".join(controller)]
    back = {"controller_precopy_interval": spec.get("controller_precopy_interval")}
    assembled.on_loop(lambda: assembled.lab.store.patch(*controller, {"spec": back}))
    status = assembled.lab.store.get(*controller)["status"]
    assert status["observedGeneration"] != assembled.lab.store.get(*controller)["metadata"]["generation"]
    assert assembled.diff() == NOTHING


def test_cluster_a_token_of_somebody_who_logged_in(assembled: Assembled) -> None:
    account = assembled.lab.world.cluster_account
    oauth = assembled.lab.endpoints["oauth"]
    query = {"client_id": "openshift-challenging-client", "response_type": "token"}
    answer = requests.get(
        f"{oauth}/oauth/authorize",
        params=query,
        auth=(account.user, account.password),
        headers={"X-CSRF-Token": "1"},
        verify=str(assembled.folder / "ca.crt"),
        allow_redirects=False,
        timeout=10,
    )
    assert answer.status_code == 302
    token = answer.headers["Location"].partition("access_token=")[2].partition("&")[0]
    (found,) = assembled.diff()["added"]
    assert token not in found, "a token is never printed"
    name = found.removeprefix("cluster/token/")
    answer = requests.delete(
        f"{assembled.lab.endpoints['cluster']}/apis/oauth.openshift.io/v1/oauthaccesstokens/{name}",
        headers={"Authorization": f"Bearer {token}"},
        verify=str(assembled.folder / "ca.crt"),
        timeout=10,
    )
    assert answer.status_code == 200
    assert assembled.diff() == NOTHING


def test_remote_cluster_an_object_a_token_and_a_guest(assembled: Assembled) -> None:
    remote = assembled.lab.remote
    planted = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "planted", "namespace": "default"}}
    guest = deepcopy(remote.world.machines["vm-101"].guest)
    running = RunningGuest(guest=guest, namespace="default", machine="planted")

    def plant() -> str:
        remote.store.create(planted)
        remote.world.running["planted-uid"] = running
        remote.world.volumes["planted-uid"] = Volume(size=1, digest="planted")
        remote.world.touch()
        return token_name(remote.tokens.issue("kubeadmin"))

    def remove() -> None:
        remote.store.delete("ConfigMap", "default", "planted")
        remote.world.running.clear()
        remote.world.volumes.pop("planted-uid")
        remote.world.touch()
        remote.tokens.revoke(token)

    token = assembled.on_loop(plant)
    found = assembled.settled(lambda found: "remote-guests/ssh/default/planted" in found["added"])
    assert found == NOTHING | {
        "added": [
            "remote-cluster/ConfigMap/default/planted",
            f"remote-cluster/token/{token}",
            "remote-guests/ssh/default/planted",
            "remote-virtualization/guest/default/planted",
            "remote-virtualization/volume/planted-uid",
        ]
    }
    assembled.on_loop(remove)
    assert assembled.settled(empty) == NOTHING


def test_mtv_a_patched_setting(assembled: Assembled) -> None:
    store = assembled.lab.store
    key = ("ForkliftController", "openshift-mtv", "forklift-controller")
    assembled.on_loop(lambda: store.patch(*key, {"spec": {"controller_precopy_interval": 2}}))
    assert "cluster/ForkliftController/openshift-mtv/forklift-controller" in assembled.diff()["changed"]
    assembled.on_loop(lambda: store.patch(*key, {"spec": {"controller_precopy_interval": None}}))
    assert assembled.settled(empty) == NOTHING


def test_inventory_a_provider(assembled: Assembled) -> None:
    store = assembled.lab.store
    planted = {
        "apiVersion": "forklift.konveyor.io/v1beta1",
        "kind": "Provider",
        "metadata": {"name": "planted", "namespace": "openshift-mtv"},
        "spec": {"type": "openshift", "url": "", "secret": {}},
    }
    assembled.on_loop(lambda: store.create(planted))
    assert "cluster/Provider/openshift-mtv/planted" in assembled.diff()["added"]
    assembled.on_loop(lambda: store.delete("Provider", "openshift-mtv", "planted"))
    assert assembled.settled(empty) == NOTHING


def test_virtualization_what_is_on_a_claim(assembled: Assembled) -> None:
    volumes = assembled.lab.world.volumes
    assembled.on_loop(lambda: volumes.update({"planted-uid": Volume(size=1, digest="planted")}))
    assert assembled.diff()["added"] == ["virtualization/volume/planted-uid"]
    assembled.on_loop(lambda: volumes.pop("planted-uid"))
    assert assembled.diff() == NOTHING


def test_guests_a_machine_that_is_up(assembled: Assembled) -> None:
    world = assembled.lab.world
    guest = deepcopy(world.machines["vm-101"].guest)

    def plant() -> None:
        world.running["planted-uid"] = RunningGuest(guest=guest, namespace="default", machine="planted")
        world.touch()

    def remove() -> None:
        world.running.pop("planted-uid")
        world.touch()

    assembled.on_loop(plant)
    found = assembled.settled(lambda found: "guests/ssh/default/planted" in found["added"])
    assert found["added"] == ["guests/ssh/default/planted", "virtualization/guest/default/planted"]
    assembled.on_loop(remove)
    assert assembled.settled(empty) == NOTHING


def test_vcenter_a_machine(assembled: Assembled) -> None:
    world = assembled.lab.world

    def plant() -> str:
        machine = physics.copy_machine(world, world.machines["vm-101"], "planted")
        world.machines[machine.id] = machine
        world.touch(machine)
        return machine.id

    id_ = assembled.on_loop(plant)
    assert assembled.diff()["added"] == ["vcenter/machines/planted"]
    assembled.on_loop(lambda: world.touch(world.machines.pop(id_)))
    assert assembled.diff() == NOTHING


def test_vcenter_a_snapshot(assembled: Assembled) -> None:
    world = assembled.lab.world
    machine = world.machines["vm-101"]
    snapshot = assembled.on_loop(lambda: snapshots.take(world, machine, "planted"))
    assert assembled.diff()["changed"] == ["vcenter/machines/mtv-tests-rhel8"]
    assembled.on_loop(lambda: snapshots.remove(world, machine, snapshot))
    assert assembled.diff() == NOTHING


def test_vcenter_a_machine_that_was_switched_on(assembled: Assembled) -> None:
    machine = assembled.lab.world.machines["vm-102"]
    assembled.on_loop(lambda: physics.power_on(assembled.lab, machine))
    assert assembled.diff()["changed"] == ["vcenter/machines/mtv-rhel8-warm-2disks2nics"]
    assembled.on_loop(lambda: physics.power_off(assembled.lab, machine))
    assert assembled.diff() == NOTHING


def test_vcenter_a_file_on_a_datastore(assembled: Assembled) -> None:
    (store, *_) = assembled.lab.world.datastores.values()
    assembled.on_loop(lambda: store.files.update({"planted/left-over.vmdk": 512}))
    assert assembled.diff()["added"] == [f"vcenter/files/[{store.name}] planted/left-over.vmdk"]
    assembled.on_loop(lambda: store.files.pop("planted/left-over.vmdk"))
    assert assembled.diff() == NOTHING


def test_vcenter_a_disk_taken_off_in_a_folder_of_its_own(assembled: Assembled) -> None:
    """Folder and files are told one by one; the space that they take is no difference of its own."""
    world = assembled.lab.world
    machine, store = world.machines["vm-103"], world.datastores["datastore-12"]
    disk = replace(machine.disks[0], key=2009, datastore=store.name, file=f"[{store.name}] shared_disks/a.vmdk")

    def plant() -> None:
        store.files["shared_disks/"] = 0
        files.leave(world, disk)

    assembled.on_loop(plant)
    names = ("shared_disks/", "shared_disks/a.vmdk", "shared_disks/a-flat.vmdk")
    assert assembled.diff() == NOTHING | {"added": sorted(f"vcenter/files/[{store.name}] {name}" for name in names)}
    assembled.on_loop(lambda: files.remove(world, f"[{store.name}] shared_disks"))
    assert assembled.diff() == NOTHING


def test_ovirt_a_machine(assembled: Assembled) -> None:
    world = assembled.lab.world
    estate = world.ovirt

    def plant() -> str:
        machine = physics.copy_machine(world, next(iter(estate.machines.values())), "planted")
        estate.machines[machine.id] = machine
        world.touch(machine)
        return machine.id

    id_ = assembled.on_loop(plant)
    assert assembled.diff()["added"] == ["ovirt/machines/planted"]
    assembled.on_loop(lambda: world.touch(estate.machines.pop(id_)))
    assert assembled.diff() == NOTHING


def test_ovirt_a_machine_that_was_switched_on(assembled: Assembled) -> None:
    machine = next(each for each in assembled.lab.world.ovirt.machines.values() if not each.template)
    assembled.on_loop(lambda: physics.power_on(assembled.lab, machine))
    assert assembled.diff()["changed"] == ["ovirt/machines/mtv-tests-rhel8"]
    assembled.on_loop(lambda: physics.power_off(assembled.lab, machine))
    assert assembled.diff() == NOTHING


def test_openstack_a_volume_an_image_and_a_port(assembled: Assembled) -> None:
    cloud = assembled.lab.world.cloud
    ports = cloud.ports
    port = deepcopy(next(iter(ports.values())))
    volume, image = deepcopy(next(iter(cloud.volumes.values()))), deepcopy(next(iter(cloud.images.values())))
    volume.name = image.name = "planted"
    for store, planted in ((cloud.volumes, volume), (cloud.images, image), (ports, port)):
        assembled.on_loop(lambda store=store, planted=planted: store.update({"planted": planted}))
    assert assembled.diff()["added"] == [
        "openstack/images/planted (planted)",
        "openstack/ports/planted",
        "openstack/volumes/planted (planted)",
    ]
    for store in (cloud.volumes, cloud.images, ports):
        assembled.on_loop(lambda store=store: store.pop("planted"))
    assert assembled.diff() == NOTHING


def test_openstack_a_server_that_was_switched_on(assembled: Assembled) -> None:
    (server, *_) = assembled.lab.world.cloud.servers.values()
    assembled.on_loop(lambda: physics.power_on(assembled.lab, server.machine))
    assert assembled.diff()["changed"] == [f"openstack/servers/{server.machine.name} ({server.machine.id})"]
    assembled.on_loop(lambda: physics.power_off(assembled.lab, server.machine))
    assert assembled.diff() == NOTHING


def test_downloads_a_changed_archive(assembled: Assembled) -> None:
    (archives,) = [service._archives for service in assembled.assembly.services if service.name == "downloads"]
    path = next(iter(archives))
    before = archives[path]
    archives[path] = b"planted"
    assert assembled.diff()["changed"] == [f"downloads/{path}"]
    archives[path] = before
    assert assembled.diff() == NOTHING


def test_the_command_tells_people_and_machines(assembled: Assembled, run_lab: RunLab, tmp_path: Path) -> None:
    folder = str(assembled.folder)
    nothing = run_lab("diff", "--dir", folder)
    assert (nothing.returncode, nothing.stdout) == (0, "nothing differs from the pristine lab\n")
    volumes = assembled.lab.world.volumes
    assembled.on_loop(lambda: volumes.update({"planted-uid": Volume(size=1, digest="planted")}))
    try:
        something = run_lab("diff", "--dir", folder)
        assert something.returncode == 1
        assert something.stdout == "1 difference(s) from the pristine lab:\n  + virtualization/volume/planted-uid\n"
        parsed = run_lab("diff", "--dir", folder, "--json")
        assert parsed.returncode == 1
        assert '"virtualization/volume/planted-uid"' in parsed.stdout
    finally:
        assembled.on_loop(lambda: volumes.pop("planted-uid"))
    unknown = run_lab("diff", "--dir", str(tmp_path))
    assert (unknown.returncode, unknown.stderr) == (2, f"Error: no lab is running in {tmp_path}\n")


def test_a_description_marks_what_came_went_and_changed() -> None:
    found = {"added": ["a/new"], "removed": ["b/old"], "changed": ["c/other"]}
    assert describe(found).splitlines()[1:] == ["  + a/new", "  - b/old", "  ~ c/other"]


def test_the_control_service_wants_its_token(assembled: Assembled) -> None:
    answer = requests.get(
        f"{assembled.lab.endpoints['control']}/diff", verify=str(assembled.folder / "ca.crt"), timeout=10
    )
    assert answer.status_code == 401


def test_stats_tell_requests_emulated_work_and_cost(assembled: Assembled) -> None:
    assembled.on_loop(lambda: physics.power_on(assembled.lab, assembled.lab.world.machines["vm-103"]))
    end = time.monotonic() + 10
    while not (owners := ask(assembled.folder, "/critical-path")["owners"]) or "vm-103" not in {
        item["owner"] for item in owners if "guest boot" in item["steps"]
    }:
        assert time.monotonic() < end
        time.sleep(0.02)
    assembled.on_loop(lambda: physics.power_off(assembled.lab, assembled.lab.world.machines["vm-103"]))
    usage = ask(assembled.folder, "/usage")
    assert usage["cpu_seconds"] > 0
    assert 10 * 1024**2 < usage["peak_memory_bytes"] < 4 * 1024**3
    assert set(ask(assembled.folder, "/requests")) == {"counts", "pruned", "refused"}
    assert ask(assembled.folder, "/critical-path?until=0")["seconds"] == 0


def test_ova_an_appliance(assembled: Assembled) -> None:
    appliances = assembled.lab.world.export.appliances
    (before,) = [each for each in appliances.values() if each.path == "vbox-rhel8.ova"]
    assembled.on_loop(lambda: setattr(before, "origin", "Xen"))
    assert assembled.diff() == NOTHING | {"changed": ["ova/appliances/vbox-rhel8.ova"]}
    assembled.on_loop(lambda: setattr(before, "origin", "VirtualBox"))
    assert assembled.diff() == NOTHING
