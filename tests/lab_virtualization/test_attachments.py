"""Attachments of machines to secondary networks (facts/openshift.md 3.1, 3.2 and 7.2)."""

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
import requests

from lab.cluster.refusals import Refused
from lab.virtualization.attachments import admit

if TYPE_CHECKING:
    from tests.lab_virtualization.conftest import Destination, Yard

Object = dict[str, Any]
INSTANCE = "VirtualMachineInstance"
MACS = ("00:50:56:aa:bb:01", "00:50:56:aa:bb:02")
STATUS = "k8s.v1.cni.cncf.io/network-status"


def phase(obj: Object) -> str:
    return str(obj.get("status", {}).get("phase", ""))


def machine(yard: "Yard", reference: str) -> Object:
    made = yard.machine("m", macs=MACS)
    made["spec"]["template"]["spec"]["networks"][1]["multus"]["networkName"] = reference
    return made


@pytest.mark.parametrize("reference", ["default/shared", "own"])
def test_the_launcher_tells_the_networks_that_it_got(destination: "Destination", yard: "Yard", reference: str) -> None:
    """Those of the own namespace and of `default`; the pod network first."""
    destination.create(yard.attachment("shared", "default"))
    destination.create(yard.attachment("own"))
    destination.create(machine(yard, reference))
    status = destination.until(INSTANCE, "m", lambda it: phase(it) == "Running")[-1]["status"]
    (name,) = destination.names("Pod")
    pod = destination.get("Pod", name)
    assert pod is not None
    told = json.loads(pod["metadata"]["annotations"][STATUS])
    end = f"pod{sha256(b'net-1').hexdigest()[:11]}"
    wanted = reference if "/" in reference else f"demo/{reference}"
    assert [(item["name"], item["interface"]) for item in told] == [("ovn-kubernetes", "eth0"), (wanted, end)]
    assert (told[0]["default"], told[0]["ips"]) == (True, [pod["status"]["podIP"]])
    assert told[1]["mac"] == MACS[1]
    assert [item["podInterfaceName"] for item in status["interfaces"]] == ["eth0", end]


def test_a_machine_waits_for_an_attachment_that_is_not_there(destination: "Destination", yard: "Yard") -> None:
    destination.create(machine(yard, "default/late"))
    blocked = destination.until(INSTANCE, "m", lambda it: "FailedCreate" in str(it.get("status")))[-1]
    (condition,) = [it for it in blocked["status"]["conditions"] if it["type"] == "Synchronized"]
    assert condition["message"].endswith("failed to locate network attachment definition default/late")
    assert not destination.names("Pod")
    destination.create(yard.attachment("late", "default"))
    destination.until(INSTANCE, "m", lambda it: phase(it) == "Running")


@pytest.mark.parametrize(
    ("attachment", "why"),
    [
        (("strange", "elsewhere", "br1"), "pod is in namespace demo but refers to target namespace elsewhere"),
        (("long", "demo", "b" * 16), f'failed to create bridge "{"b" * 16}"'),
    ],
)
def test_a_pod_whose_network_cannot_be_made_stays_without_sandbox(
    destination: "Destination", yard: "Yard", attachment: tuple[str, str, str], why: str
) -> None:
    name, namespace, _ = attachment
    destination.create(yard.attachment(*attachment))
    destination.create(machine(yard, f"{namespace}/{name}"))
    destination.until(INSTANCE, "m", lambda it: phase(it) == "Scheduling")
    (pod,) = destination.names("Pod")
    mark = sha256(f"{uid(destination, pod)} FailedCreatePodSandBox".encode()).hexdigest()[:16]
    told = destination.until("Event", f"{pod}.{mark}", lambda it: True)[-1]
    assert why in told["message"]
    found = destination.get("Pod", pod)
    assert found is not None
    assert phase(found) == "Pending"


def uid(destination: "Destination", pod: str) -> str:
    found = destination.get("Pod", pod)
    assert found is not None
    return str(found["metadata"]["uid"])


@pytest.mark.parametrize(
    ("text", "code", "why"),
    [
        ("not json", 400, "configuration string is not in JSON format"),
        ('{"cniVersion": "0.3.1"}', 400, "invalid config"),
        ('{"plugins": [{"bridge": "x"}]}', 400, "invalid config"),
        ({"type": "bridge"}, 422, "spec.config in body must be of type string"),
    ],
)
def test_a_configuration_is_json_text_with_a_type(text: Any, code: int, why: str) -> None:
    with pytest.raises(Refused, match=why) as refused:
        admit("CREATE", attachment(text), None)
    assert refused.value.code == code


@pytest.mark.parametrize("text", ['{"plugins": [{"type": "bridge"}]}', '{"type": "cnv-bridge", "bridge": "br"}', ""])
def test_a_good_configuration_passes_as_it_is(text: str) -> None:
    assert admit("CREATE", attachment(text), None) is None


def test_the_cluster_asks_the_webhook(destination: "Destination", yard: "Yard") -> None:
    destination.create(machine(yard, "own"))
    destination.until(INSTANCE, "m", lambda it: phase(it) == "Pending")
    url = f"{destination.url}/apis/k8s.cni.cncf.io/v1/namespaces/demo/network-attachment-definitions"
    headers = {"Authorization": f"Bearer {destination.token()}", "Connection": "close"}
    where: Object = {"headers": headers, "verify": str(destination.lab.folder / "ca.crt"), "timeout": 20}
    answer = requests.post(url, json=attachment("{}"), **where)
    assert answer.json()["message"] == (
        'admission webhook "multus-validating-config.k8s.io" denied the request: invalid config'
    )


def attachment(text: Any) -> Object:
    header = {"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition"}
    return header | {"metadata": {"name": "mine", "namespace": "demo"}, "spec": {"config": text}}
