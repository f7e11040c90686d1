"""Machines of an OpenShift source: by instance type and preference, on a disk cloned from the golden image."""

import json
import ssl
import urllib.error
import urllib.request
from typing import Any

from lab.kernel.service import Lab

Object = dict[str, Any]
IMAGES = "openshift-virtualization-os-images"
CLOUD_CONFIG = "#cloud-config\nuser: tester\npassword: first-boot\nchpasswd: {expire: false}\n"


def attachment(name: str, namespace: str) -> Object:
    config = json.dumps({"cniVersion": "0.3.1", "name": name, "type": "cnv-bridge", "bridge": "br1"})
    header = {"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition"}
    return header | {"metadata": {"name": name, "namespace": namespace}, "spec": {"config": config}}


def machine(name: str, namespace: str, *, on: bool = True, user_data: str = CLOUD_CONFIG, nad: str = "nad") -> Object:
    """One disk of 30Gi, one NIC on the pod network and one on an attachment of its namespace."""
    interfaces = [{"name": "default", "masquerade": {}}, {"name": "second", "bridge": {}}]
    template = {
        "domain": {
            "devices": {
                "disks": [{"name": "root", "disk": {}}, {"name": "cloudinit", "disk": {}}],
                "interfaces": interfaces,
            }
        },
        "networks": [{"name": "default", "pod": {}}, {"name": "second", "multus": {"networkName": nad}}],
        "volumes": [
            {"name": "root", "dataVolume": {"name": f"{name}-root"}},
            {"name": "cloudinit", "cloudInitNoCloud": {"userData": user_data}},
        ],
    }
    storage = {"resources": {"requests": {"storage": "30Gi"}}, "storageClassName": "lab-block"}
    image = {"kind": "DataSource", "name": "rhel9", "namespace": IMAGES}
    disk = {"metadata": {"name": f"{name}-root"}, "spec": {"sourceRef": image, "storage": storage}}
    return {
        "apiVersion": "kubevirt.io/v1",
        "kind": "VirtualMachine",
        "metadata": {"name": name, "namespace": namespace, "labels": {"only": "source"}},
        "spec": {
            "runStrategy": "Always" if on else "Halted",
            "instancetype": {"kind": "VirtualMachineClusterInstancetype", "name": "u1.small"},
            "preference": {"kind": "VirtualMachineClusterPreference", "name": "rhel.9"},
            "dataVolumeTemplates": [disk],
            "template": {"metadata": {"labels": {"kept": "yes"}}, "spec": template},
        },
    }


def wire(lab: Lab, method: str, url: str, body: Object | None = None, **headers: str) -> tuple[int, Any]:
    """One request to a listener of the lab; status and answer, refusals included."""
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url, data=data, method=method, headers={"Content-Type": "application/json"})
    for name, value in headers.items():
        request.add_header(name.replace("_", "-"), value)
    context = ssl.create_default_context(cafile=str(lab.folder / "ca.crt"))
    try:
        with urllib.request.urlopen(request, context=context, timeout=10) as answer:
            return answer.status, _read(answer.read())
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, _read(refusal.read())


def _read(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return raw.decode()
