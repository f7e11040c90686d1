"""VirtualMachineExports as kubevirt/kubevirt serves them (facts/forklift.md 9.9.44, pkg/storage/export)."""

from base64 import b64decode
from typing import TYPE_CHECKING, Any

import pytest

from tests.harness.from_image import machine, wire
from tests.lab_virtualization.conftest import NAMESPACE, phase

if TYPE_CHECKING:
    from tests.lab_virtualization.conftest import Destination, Yard

Object = dict[str, Any]
EXPORTS = "/apis/export.kubevirt.io/v1beta1/namespaces/demo/virtualmachineexports"
HELPERS = (("Service", "virt-export-m"), ("Pod", "virt-export-m"), ("Secret", "export-token-m"))


def export(name: str = "m", kind: str = "VirtualMachine") -> Object:
    source = {"apiGroup": "kubevirt.io", "kind": kind, "name": name}
    metadata = {"name": name, "namespace": NAMESPACE}
    header = {"apiVersion": "export.kubevirt.io/v1beta1", "kind": "VirtualMachineExport"}
    return header | {"metadata": metadata, "spec": {"source": source}}


def reason(obj: Object) -> str:
    (ready,) = obj["status"]["conditions"]
    return str(ready["reason"])


@pytest.fixture
def filled(destination: "Destination", yard: "Yard") -> Object:
    """A machine that is off, with its disk filled."""
    destination.create(machine("m", NAMESPACE, on=False))
    return destination.until("DataVolume", "m-root", lambda it: phase(it) == "Succeeded")[-1]


def ready(destination: "Destination") -> Object:
    body, header = export(), {"Authorization": f"Bearer {destination.token()}"}
    assert wire(destination.lab, "POST", destination.url + EXPORTS, body, **header)[0] == 201
    return destination.until("VirtualMachineExport", "m", lambda it: phase(it) == "Ready")[-1]


def token(destination: "Destination", shown: Object) -> str:
    secret = destination.get("Secret", shown["status"]["tokenSecretRef"])
    assert secret is not None
    return b64decode(secret["data"]["token"]).decode()


def fetch(destination: "Destination", url: str, token: str) -> tuple[int, Any]:
    return wire(destination.lab, "GET", url, x_kubevirt_export_token=token)


@pytest.mark.usefixtures("filled")
def test_an_export_of_a_machine_that_is_off_gets_ready(destination: "Destination") -> None:
    shown = ready(destination)
    external = shown["status"]["links"]["external"]
    assert external["cert"].startswith("-----BEGIN CERTIFICATE-----")
    (volume,) = external["volumes"]
    assert volume["name"] == "m-root"
    assert [item["format"] for item in volume["formats"]] == ["raw", "gzip"]
    for kind, name in HELPERS:
        found = destination.get(kind, name)
        assert found is not None
        assert found["metadata"]["ownerReferences"][0]["uid"] == shown["metadata"]["uid"]


@pytest.mark.usefixtures("filled")
def test_the_manifest_has_the_machine_with_its_instance_type_written_out(destination: "Destination") -> None:
    shown = ready(destination)
    (url,) = [item["url"] for item in shown["status"]["links"]["external"]["manifests"] if item["type"] == "all"]
    status, answer = fetch(destination, url, token(destination, shown))
    assert (status, answer["kind"]) == (200, "List")
    (found,) = [item for item in answer["items"] if item["kind"] == "VirtualMachine"]
    assert "instancetype" not in found["spec"]
    assert found["spec"]["template"]["spec"]["domain"]["memory"] == {"guest": "2Gi"}
    assert "status" not in found
    assert "uid" not in found["metadata"]
    (template,) = found["spec"]["dataVolumeTemplates"]
    assert template["spec"]["source"]["http"]["url"].endswith("/volumes/m-root/disk.img.gz")


@pytest.mark.usefixtures("filled")
def test_nobody_gets_anything_without_the_token(destination: "Destination") -> None:
    shown = ready(destination)
    for item in shown["status"]["links"]["external"]["manifests"]:
        assert fetch(destination, item["url"], "wrong")[0] == 401


@pytest.mark.usefixtures("filled")
def test_bytes_of_a_disk_are_refused_and_counted(destination: "Destination") -> None:
    shown = ready(destination)
    url = shown["status"]["links"]["external"]["volumes"][0]["formats"][1]["url"]
    assert fetch(destination, url, token(destination, shown))[0] == 501
    assert destination.lab.requests.refused["GET bytes of an exported disk"] == 1


@pytest.mark.usefixtures("filled")
def test_a_disk_can_be_imported_by_its_url_with_the_token(destination: "Destination", yard: "Yard") -> None:
    shown = ready(destination)
    url = shown["status"]["links"]["external"]["volumes"][0]["formats"][1]["url"]
    header = f"x-kubevirt-export-token:{token(destination, shown)}"
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "header", "namespace": NAMESPACE}}
    destination.create(secret | {"data": {"token": _encoded(header)}})
    source = {"http": {"url": url, "secretExtraHeaders": ["header"]}}
    destination.create(yard.data_volume("copy", source=source))
    destination.create(yard.data_volume("stranger", source={"http": {"url": url}}))
    destination.until("DataVolume", "copy", lambda it: phase(it) == "Succeeded")
    claim, original = (
        destination.get("PersistentVolumeClaim", "copy"),
        destination.get("PersistentVolumeClaim", "m-root"),
    )
    assert claim is not None
    assert original is not None
    volumes = destination.world.volumes
    assert volumes[claim["metadata"]["uid"]].digest == volumes[original["metadata"]["uid"]].digest
    stranger = destination.get("DataVolume", "stranger")
    assert stranger is not None
    assert phase(stranger) == "ImportScheduled"


def _encoded(text: str) -> str:
    from base64 import b64encode

    return b64encode(text.encode()).decode()


@pytest.mark.usefixtures("filled")
def test_a_machine_that_runs_is_not_exported_until_it_stops(destination: "Destination") -> None:
    destination.patch("VirtualMachine", "m", {"spec": {"runStrategy": "Always"}})
    destination.until("VirtualMachineInstance", "m", lambda it: phase(it) == "Running")
    destination.create(export())
    seen = destination.until("VirtualMachineExport", "m", lambda it: "status" in it)[-1]
    assert (phase(seen), reason(seen)) == ("Pending", "InUse")
    destination.patch("VirtualMachine", "m", {"spec": {"runStrategy": "Halted"}})
    destination.until("VirtualMachineExport", "m", lambda it: phase(it) == "Ready")


def test_a_machine_that_is_not_there_is_skipped(destination: "Destination") -> None:
    destination.create(export())
    seen = destination.until("VirtualMachineExport", "m", lambda it: "status" in it)[-1]
    assert (phase(seen), reason(seen)) == ("Skipped", "VMNotFound")


@pytest.mark.usefixtures("filled")
def test_with_the_export_everything_goes_and_nothing_is_handed_out(destination: "Destination") -> None:
    shown = ready(destination)
    assert destination.world.served
    destination.gone("VirtualMachineExport", "m", after=lambda: destination.lab.store.delete(*_place()))
    for kind, name in HELPERS:
        destination.gone(kind, name)
    claim = destination.get("PersistentVolumeClaim", "m-root")
    assert claim is not None
    destination.until("PersistentVolumeClaim", "m-root", lambda _: not destination.world.served)
    url = shown["status"]["links"]["external"]["manifests"][0]["url"]
    assert fetch(destination, url, "whatever")[0] == 404


def _place() -> tuple[str, str, str]:
    return "VirtualMachineExport", NAMESPACE, "m"


def test_what_is_no_machine_is_not_exported_and_counted(destination: "Destination") -> None:
    destination.create(export(kind="PersistentVolumeClaim"))
    destination.pause(1)
    assert destination.lab.requests.refused["VirtualMachineExport of a PersistentVolumeClaim"] >= 1
