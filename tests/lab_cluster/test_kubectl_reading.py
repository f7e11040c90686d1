"""What kubectl shows of a fresh lab (facts/openshift.md 1.8; checklist item 16 of section 9)."""

import json
from datetime import UTC, datetime, timedelta

import yaml

from tests.lab_cluster.kubectl import Kubectl, Object

MTV = ("-n", "openshift-mtv")


def test_namespaces_come_as_a_table(kubectl: Kubectl) -> None:
    rows = {row["NAME"]: row["STATUS"] for row in kubectl.table("namespaces")}
    assert rows["openshift-mtv"] == "Active"
    assert kubectl("get", "ns", "default", "--no-headers").split()[:2] == ["default", "Active"]


def test_pods_of_the_toolkit_are_running(kubectl: Kubectl) -> None:
    rows = kubectl.table("pods", *MTV)
    assert {(row["READY"], row["STATUS"]) for row in rows} <= {("1/1", "Running"), ("2/2", "Running")}
    assert any(row["NAME"].startswith("forklift-controller-") for row in rows)


def test_all_namespaces_have_a_column_of_their_own(kubectl: Kubectl) -> None:
    rows = kubectl.table("csv", "-A")
    phases = {row["NAMESPACE"]: (row["DISPLAY"], row["PHASE"]) for row in rows}
    assert phases["openshift-cnv"] == ("OpenShift Virtualization", "Succeeded")


def test_wide_output_has_more_columns(kubectl: Kubectl) -> None:
    narrow, wide = kubectl.table("nodes")[0], kubectl.table("nodes", "-o", "wide")[0]
    assert set(wide) - set(narrow) == {
        "INTERNAL-IP",
        "EXTERNAL-IP",
        "OS-IMAGE",
        "KERNEL-VERSION",
        "CONTAINER-RUNTIME",
    }
    assert (wide["STATUS"], wide["ROLES"]) == ("Ready", "worker")
    assert wide["INTERNAL-IP"].startswith("192.0.2.")


def test_labels_are_shown_when_asked_for(kubectl: Kubectl) -> None:
    rows = kubectl.table("nodes", "-L", "kubernetes.io/os")
    assert {row["OS"] for row in rows} == {"linux"}
    assert "kubernetes.io/arch=amd64" in kubectl.table("nodes", "--show-labels")[0]["LABELS"]


def test_short_names_work(kubectl: Kubectl) -> None:
    for short in ("po", "svc", "deploy", "cm", "sa", "pvc", "ev", "net-attach-def", "vm", "vmi", "dv", "vmim", "csv"):
        kubectl("get", short, "-A")
    for short in ("ns", "no", "pv", "sc", "crd"):
        assert kubectl("get", short)


def test_one_object_in_every_output(kubectl: Kubectl) -> None:
    storage = ("storageclass", "lab-block")
    assert kubectl("get", *storage, "-o", "name") == "storageclass.storage.k8s.io/lab-block\n"
    assert yaml.safe_load(kubectl("get", *storage, "-o", "yaml"))["provisioner"] == "lab.csi"
    assert json.loads(kubectl("get", *storage, "-o", "json"))["kind"] == "StorageClass"
    assert kubectl("get", *storage, "-o", "jsonpath={.reclaimPolicy}") == "Delete"
    assert kubectl("get", *storage, "-o", "go-template={{.metadata.name}}") == "lab-block"
    columns = kubectl("get", *storage, "-o", "custom-columns=NAME:.metadata.name,BINDING:.volumeBindingMode")
    assert columns.split() == ["NAME", "BINDING", "lab-block", "Immediate"]


def test_a_list_as_json_names_the_kind_of_each_item(kubectl: Kubectl) -> None:
    found = kubectl.object("pods", *MTV)
    assert {(item["apiVersion"], item["kind"]) for item in found["items"]} == {("v1", "Pod")}


def test_labels_select(kubectl: Kubectl) -> None:
    api = kubectl("get", "pods", *MTV, "-l", "service=forklift-api", "-o", "name").split()
    assert len(api) == 1
    others = kubectl("get", "pods", *MTV, "-l", "service notin (forklift-api),app=forklift", "-o", "name").split()
    assert api[0] not in others
    assert others


def test_fields_select(kubectl: Kubectl) -> None:
    rows = kubectl.table("ns", "--field-selector", "metadata.name=default")
    assert [row["NAME"] for row in rows] == ["default"]
    running = kubectl("get", "pods", "-A", "--field-selector", "status.phase=Running", "-o", "name")
    assert running
    assert kubectl("get", "pods", "-A", "--field-selector", "status.phase!=Running", "-o", "name") == ""


def test_long_lists_come_in_pages(kubectl: Kubectl) -> None:
    whole = kubectl("get", "crd", "-o", "name")
    assert kubectl("get", "crd", "-o", "name", "--chunk-size=7") == whole
    assert len(whole.splitlines()) > 7


def test_rows_can_be_sorted(kubectl: Kubectl) -> None:
    names = [row["NAME"] for row in kubectl.table("nodes", "--sort-by=.metadata.name")]
    assert names == sorted(names)


def test_what_is_missing_is_told_in_the_servers_words(kubectl: Kubectl) -> None:
    assert 'namespaces "nowhere" not found' in kubectl.refused("get", "ns", "nowhere")
    assert 'plans.forklift.konveyor.io "p" not found' in kubectl.refused("get", "plan", "p")
    assert "the server doesn't have a resource type" in kubectl.refused("get", "flowers")
    assert kubectl("get", "ns", "nowhere", "--ignore-not-found") == ""


def test_describe_shows_fields_and_events(kubectl: Kubectl) -> None:
    node = kubectl("describe", "node", "worker-0")
    assert "kubernetes.io/hostname=worker-0" in node
    provider = kubectl("describe", "provider", "host", *MTV)
    assert "API Version:  forklift.konveyor.io/v1beta1" in provider
    assert "Validation has been completed." in provider.partition("Events:")[2]


def test_api_resources_list_what_the_lab_serves(kubectl: Kubectl) -> None:
    found = kubectl("api-resources", "--api-group=forklift.konveyor.io", "-o", "name").split()
    assert {"plans.forklift.konveyor.io", "providers.forklift.konveyor.io"} <= set(found)
    assert "virtualmachines.kubevirt.io" in kubectl("api-resources", "--categories=all", "-o", "name")
    assert "forklift.konveyor.io/v1beta1" in kubectl("api-versions").split()


def test_documents_can_be_read_raw(kubectl: Kubectl) -> None:
    assert kubectl("get", "--raw", "/healthz") == "ok"
    raw = json.loads(kubectl("get", "--raw", "/apis/forklift.konveyor.io/v1beta1/plans?limit=5"))
    assert raw["kind"] == "PlanList"
    assert json.loads(kubectl("version", "-o", "json"))["serverVersion"]["major"] == "1"


def test_questions_about_access_are_answered(kubectl: Kubectl) -> None:
    assert kubectl("auth", "can-i", "create", "plans.forklift.konveyor.io") == "yes\n"
    assert "*.*" in kubectl("auth", "can-i", "--list")
    assert "kube:admin" in kubectl("auth", "whoami")


def test_ages_are_those_that_kubectl_makes_itself(kubectl: Kubectl) -> None:
    """`get` prints ages of the server, `events` those of kubectl's own code."""
    spans = (30, 125, 645, 7530, 10_830, 29_130, 100_830, 260_830, 800_000, 70_000_830, 300_000_000)
    kubectl(
        "create", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": list(map(_aged, spans))})
    )
    ours = [row["LAST SEEN"] for row in kubectl.table("events", "-n", "default", "--sort-by=lastTimestamp")]
    theirs = [line.split()[0] for line in kubectl("events", "-n", "default").splitlines()[1:]]
    assert len(ours) == len(spans)
    assert [_without_seconds(age) for age in ours] == [_without_seconds(age) for age in theirs]


def _aged(seconds: int) -> Object:
    stamp = (datetime.now(UTC) - timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
    about = {"apiVersion": "v1", "kind": "Namespace", "name": "default", "namespace": "default"}
    metadata = {"name": f"aged-{seconds}", "namespace": "default"}
    times = {"firstTimestamp": stamp, "lastTimestamp": stamp, "count": 1}
    event = {"apiVersion": "v1", "kind": "Event", "metadata": metadata, "involvedObject": about}
    return event | times | {"type": "Normal", "reason": "Aged", "message": "so old"}


def _without_seconds(age: str) -> str:
    """Two commands run one after the other; only seconds may have passed between them."""
    minutes, found, _seconds = age.partition("m")
    return "seconds" if age.endswith("s") and not found else minutes + found
