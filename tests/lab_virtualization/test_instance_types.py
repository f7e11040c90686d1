"""Machines as people make them: by instance type, on a golden image, configured at first boot (facts 3.1, 7.5)."""

import asyncio
from typing import TYPE_CHECKING, Any

import asyncssh
import paramiko
import pytest

from lab.cluster.access import Action, reason
from lab.cluster.identity import user_named
from tests.harness.from_image import CLOUD_CONFIG, machine, wire
from tests.lab_virtualization.conftest import NAMESPACE, has

if TYPE_CHECKING:
    from tests.lab_virtualization.conftest import Destination, Yard

Object = dict[str, Any]
MACHINES = "/apis/kubevirt.io/v1/namespaces/demo/virtualmachines"


def post(destination: "Destination", body: Object, path: str = MACHINES) -> tuple[int, Any]:
    return wire(destination.lab, "POST", destination.url + path, body, Authorization=f"Bearer {destination.token()}")


def booted(destination: "Destination", name: str) -> Object:
    return destination.until("VirtualMachineInstance", name, lambda it: has(it, "AgentConnected"))[-1]


def macs(obj: Object) -> list[str]:
    return [item.get("macAddress", "") for item in obj["spec"]["template"]["spec"]["domain"]["devices"]["interfaces"]]


def test_a_machine_boots_with_what_its_type_and_preference_say(destination: "Destination", yard: "Yard") -> None:
    assert post(destination, machine("m", NAMESPACE))[0] == 201
    instance = booted(destination, "m")
    domain = instance["spec"]["domain"]
    assert (domain["cpu"]["sockets"], domain["memory"]) == (1, {"guest": "2Gi"})
    assert domain["firmware"]["bootloader"] == {"efi": {"secureBoot": True}}
    assert "smm" in domain["features"]
    assert {item["disk"]["bus"] for item in domain["devices"]["disks"]} == {"virtio"}
    assert instance["metadata"]["annotations"]["kubevirt.io/cluster-instancetype-name"] == "u1.small"
    kept = destination.get("VirtualMachine", "m")
    assert kept is not None
    assert "cpu" not in kept["spec"]["template"]["spec"]["domain"]
    assert kept["spec"]["template"]["spec"]["domain"]["firmware"]["serial"]
    volume = destination.get("DataVolume", "m-root")
    assert volume is not None
    assert volume["spec"]["source"]["pvc"]["name"] == "rhel9-golden"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (
            {"instancetype": {"name": "u9.none"}},
            'virtualmachineclusterinstancetypes.instancetype.kubevirt.io "u9.none"',
        ),
        ({"preference": {"name": "none"}}, 'virtualmachineclusterpreferences.instancetype.kubevirt.io "none"'),
    ],
)
def test_a_type_that_does_not_exist_is_refused(destination: "Destination", change: Object, complaint: str) -> None:
    wanted = machine("m", NAMESPACE)
    wanted["spec"] |= change
    status, answer = post(destination, wanted)
    assert (status, answer["reason"]) == (422, "Invalid")
    assert f"{complaint} not found" in answer["message"]


def test_memory_beside_an_instance_type_is_refused(destination: "Destination") -> None:
    wanted = machine("m", NAMESPACE)
    wanted["spec"]["template"]["spec"]["domain"]["memory"] = {"guest": "4Gi"}
    status, answer = post(destination, wanted)
    assert status == 422
    assert "spec.template.spec.domain.memory conflicts with selected instance type" in answer["message"]


def test_the_pool_gives_macs_and_keeps_them(destination: "Destination", yard: "Yard") -> None:
    _, made = post(destination, machine("m", NAMESPACE, on=False))
    first = macs(made)
    assert len(set(first)) == 2
    assert all(mac.startswith("02:") for mac in first)
    made["spec"]["template"]["spec"]["domain"]["devices"]["interfaces"][0].pop("macAddress")
    header = {"Authorization": f"Bearer {destination.token()}"}
    status, changed = wire(destination.lab, "PUT", f"{destination.url}{MACHINES}/m", made, **header)
    assert status in (200, 409)  # a controller may have written in between
    assert status == 409 or macs(changed) == first


def test_the_pool_refuses_a_mac_twice_but_not_where_it_was_told_to_keep_out(
    destination: "Destination", yard: "Yard"
) -> None:
    _, made = post(destination, machine("m", NAMESPACE, on=False))
    twin = machine("twin", NAMESPACE, on=False)
    for interface, mac in zip(
        twin["spec"]["template"]["spec"]["domain"]["devices"]["interfaces"], macs(made), strict=True
    ):
        interface["macAddress"] = mac.upper()
    status, answer = post(destination, twin)
    assert status == 500
    assert "kubemacpool" in answer["message"]
    labels = {"mutatevirtualmachines.kubemacpool.io": "ignore"}
    metadata = {"name": "apart", "labels": labels}
    destination.create({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
    twin["metadata"]["namespace"] = "apart"
    assert post(destination, twin, MACHINES.replace("demo", "apart"))[0] == 201


def test_without_a_pool_the_instance_has_macs_of_its_own(destination: "Destination", yard: "Yard") -> None:
    destination.create(machine("m", NAMESPACE))  # past the webhooks
    instance = booted(destination, "m")
    shown = [item["mac"] for item in instance["status"]["interfaces"]]
    assert all(shown)
    assert len(set(shown)) == 2


def test_cloud_init_names_the_guest_and_gives_it_accounts(destination: "Destination", yard: "Yard") -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    line = key.export_public_key("openssh").decode().strip()
    destination.create(machine("m", NAMESPACE, user_data=f"{CLOUD_CONFIG}ssh_authorized_keys: ['{line} me']\n"))
    instance = booted(destination, "m")
    guest = destination.world.running[instance["metadata"]["uid"]].guest
    assert guest.hostname == "m"
    assert guest.users["tester"] == "first-boot"
    assert guest.machine_id
    assert all(item.get("ipAddress") for item in instance["status"]["interfaces"])
    assert login(destination, instance, key.export_private_key("openssh").decode()) == "tester\n"


def login(destination: "Destination", instance: Object, private: str) -> str:
    """Who the guest says one is that logs in as tester by key."""
    running = destination.world.running[instance["metadata"]["uid"]]

    async def listening() -> str:
        while not running.ssh:
            await asyncio.sleep(0.01)
        return running.ssh

    host, _, port = destination.wait_for(listening()).partition(":")
    path = destination.lab.folder / "key"
    path.write_text(private)
    with paramiko.SSHClient() as client:
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        client.connect(host, int(port), "tester", key_filename=str(path), allow_agent=False, look_for_keys=False)
        return client.exec_command("whoami")[1].read().decode()


def test_cloud_init_runs_once_and_two_machines_are_two(destination: "Destination", yard: "Yard") -> None:
    for name in ("m", "n"):
        destination.create(machine(name, NAMESPACE))
    first, second = (destination.world.running[booted(destination, name)["metadata"]["uid"]].guest for name in "mn")
    assert first.machine_id != second.machine_id
    first.users["tester"] = "changed since"
    destination.patch("VirtualMachine", "m", {"spec": {"runStrategy": "Halted"}})
    destination.gone("VirtualMachineInstance", "m")
    destination.patch("VirtualMachine", "m", {"spec": {"runStrategy": "Always"}})
    again = destination.world.running[booted(destination, "m")["metadata"]["uid"]].guest
    assert (again.users["tester"], again.machine_id) == ("changed since", first.machine_id)


def test_whoever_is_logged_in_may_read_those_of_the_whole_cluster(destination: "Destination") -> None:
    """As KubeVirt has it; those of a namespace are nobody's without a role."""
    nobody = user_named("system:serviceaccount:default:nobody")
    kinds = {"virtualmachineclusterinstancetypes", "virtualmachineclusterpreferences", "virtualmachineinstancetypes"}
    asked = {kind: Action(verb="list", group="instancetype.kubevirt.io", resource=kind) for kind in kinds}
    told = {kind for kind, action in asked.items() if reason(destination.lab.store, nobody, action)}
    assert told == kinds - {"virtualmachineinstancetypes"}
