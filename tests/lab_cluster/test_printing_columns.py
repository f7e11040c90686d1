"""What each kind shows in a table, given as objects a cluster really holds."""

from datetime import UTC, datetime
from typing import Any

import pytest

from lab.cluster.kinds import KINDS
from lab.cluster.printing import COLUMNS, table

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
MADE = "2026-01-01T11:55:00Z"


def row(kind: str, *, wide: bool = False, **fields: Any) -> dict[str, Any]:
    """Title -> cell of one object, as kubectl shows it."""
    metadata = {"name": "x", "creationTimestamp": MADE} | fields.pop("metadata", {})
    printed = table(KINDS[kind], [{"metadata": metadata, **fields}], NOW, list_meta={})
    shown = zip(printed["columnDefinitions"], printed["rows"][0]["cells"], strict=True)
    return {column["name"]: cell for column, cell in shown if wide or column["priority"] == 0}


def pod(containers: list[dict[str, Any]], **status: Any) -> dict[str, Any]:
    spec = {"containers": [{"name": item["name"]} for item in containers], "nodeName": "worker-0"}
    return {"spec": spec, "status": {"phase": "Running", "containerStatuses": containers} | status}


def container(name: str = "main", *, ready: bool = False, **state: Any) -> dict[str, Any]:
    return {"name": name, "ready": ready, "restartCount": 0, "state": state}


def test_every_kind_with_columns_of_its_own_is_one_that_the_lab_serves() -> None:
    assert set(COLUMNS) - set(KINDS) == set()


def test_a_kind_without_columns_shows_name_and_age() -> None:
    assert row("StorageProfile") == {"Name": "x", "Age": "5m"}


def test_a_row_carries_the_metadata_of_its_object_and_the_list_its_version() -> None:
    printed = table(KINDS["Plan"], [{"metadata": {"name": "p", "namespace": "n"}}], NOW, list_meta={"continue": "c"})
    assert printed["metadata"] == {"continue": "c"}
    assert printed["rows"][0]["object"]["kind"] == "PartialObjectMetadata"
    assert printed["rows"][0]["object"]["metadata"] == {"name": "p", "namespace": "n"}


def test_a_plan_shows_its_conditions_and_nothing_for_those_it_does_not_have() -> None:
    conditions = [{"type": "Ready", "status": "True"}, {"type": "Succeeded", "status": "True"}]
    shown = row("Plan", status={"conditions": conditions})
    assert shown == {"Name": "x", "READY": "True", "EXECUTING": None, "SUCCEEDED": "True", "FAILED": None, "AGE": "5m"}


def test_a_provider_shows_phase_and_url() -> None:
    shown = row("Provider", spec={"type": "vsphere", "url": "https://vc/sdk"}, status={"phase": "Staging"})
    assert (shown["TYPE"], shown["STATUS"], shown["URL"]) == ("vsphere", "Staging", "https://vc/sdk")


def test_a_machine_instance_shows_its_first_address_and_more_when_wide() -> None:
    status = {"phase": "Running", "interfaces": [{"ipAddress": "10.0.0.1"}, {"ipAddress": "10.0.0.2"}]}
    status |= {"conditions": [{"type": "LiveMigratable", "status": "False"}]}
    assert row("VirtualMachineInstance", status=status)["IP"] == "10.0.0.1"
    assert "Live-Migratable" not in row("VirtualMachineInstance", status=status)
    assert row("VirtualMachineInstance", wide=True, status=status)["Live-Migratable"] == "False"
    assert row("VirtualMachineInstance", status={"interfaces": []})["IP"] is None


def test_a_cluster_version_says_since_when_it_stands_still() -> None:
    conditions = [
        {"type": "Available", "status": "True", "lastTransitionTime": "2020-01-01T00:00:00Z"},
        {"type": "Progressing", "status": "False", "lastTransitionTime": MADE, "message": "Cluster version is 4.20.6"},
    ]
    shown = row("ClusterVersion", status={"history": [{"version": "4.20.6"}], "conditions": conditions})
    assert shown["Since"] == "5m"
    assert shown["Status"] == "Cluster version is 4.20.6"


@pytest.mark.parametrize(
    ("statuses", "more", "ready", "shown"),
    [
        ([container(ready=True)], {}, "1/1", "Running"),
        ([container(waiting={"reason": "ImagePullBackOff"})], {}, "0/1", "ImagePullBackOff"),
        ([container(terminated={"reason": "Completed", "exitCode": 0})], {"phase": "Succeeded"}, "0/1", "Completed"),
        ([container(terminated={"exitCode": 137})], {"phase": "Failed"}, "0/1", "ExitCode:137"),
        ([container(terminated={"signal": 9, "exitCode": 0})], {"phase": "Failed"}, "0/1", "Signal:9"),
        ([container("a", ready=True), container("b", terminated={"reason": "Completed"})], {}, "1/2", "NotReady"),
        ([], {"phase": "Failed", "reason": "Evicted"}, "0/0", "Evicted"),
    ],
)
def test_a_pod_says_what_is_the_matter_with_its_containers(
    statuses: list[dict[str, Any]], more: dict[str, Any], ready: str, shown: str
) -> None:
    found = row("Pod", **pod(statuses, **more))
    assert (found["Ready"], found["Status"], found["Restarts"]) == (ready, shown, "0")


def test_a_pod_that_is_being_deleted_is_terminating_unless_it_is_over() -> None:
    going = {"deletionTimestamp": MADE}
    assert row("Pod", metadata=going, **pod([container(ready=True)]))["Status"] == "Terminating"
    assert row("Pod", metadata=going, **pod([], phase="Succeeded"))["Status"] == "Succeeded"


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ({"running": {}}, "Init:0/2"),
        ({"waiting": {"reason": "PodInitializing"}}, "Init:0/2"),
        ({"waiting": {"reason": "CrashLoopBackOff"}}, "Init:CrashLoopBackOff"),
        ({"terminated": {"exitCode": 1}}, "Init:ExitCode:1"),
        ({"terminated": {"exitCode": 0}}, "Pending"),
    ],
)
def test_a_pod_says_how_far_its_init_containers_are(state: dict[str, Any], shown: str) -> None:
    spec = {"initContainers": [{"name": "one"}, {"name": "two"}], "containers": [{"name": "main"}]}
    status = {"phase": "Pending", "initContainerStatuses": [{"name": "one", "state": state}]}
    assert row("Pod", spec=spec, status=status)["Status"] == shown


def test_the_last_restart_is_told() -> None:
    crashed = container(ready=True) | {"restartCount": 2, "lastState": {"terminated": {"finishedAt": MADE}}}
    assert row("Pod", **pod([crashed]))["Restarts"] == "2 (5m ago)"


def test_a_claim_shows_capacity_and_modes_only_of_a_volume() -> None:
    status = {"phase": "Bound", "capacity": {"storage": "30Gi"}, "accessModes": ["ReadWriteMany", "ReadWriteOnce"]}
    bound = row("PersistentVolumeClaim", spec={"volumeName": "v", "storageClassName": "fast"}, status=status)
    assert (bound["Status"], bound["Capacity"], bound["Access Modes"]) == ("Bound", "30Gi", "RWO,RWX")
    pending = row("PersistentVolumeClaim", spec={}, status={"phase": "Pending"})
    assert (pending["Status"], pending["Volume"], pending["Capacity"], pending["Access Modes"]) == (
        "Pending",
        "",
        "",
        "",
    )
    going = row("PersistentVolumeClaim", metadata={"deletionTimestamp": MADE}, spec={}, status=status)
    assert going["Status"] == "Terminating"


def test_a_volume_shows_its_claim() -> None:
    spec = {"capacity": {"storage": "1Gi"}, "claimRef": {"namespace": "n", "name": "c"}, "accessModes": []}
    shown = row("PersistentVolume", spec=spec, status={"phase": "Released"})
    assert (shown["Claim"], shown["Status"], shown["VolumeAttributesClass"]) == ("n/c", "Released", "<unset>")


def test_the_default_storage_class_is_marked() -> None:
    marked = {"annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}
    assert row("StorageClass", metadata=marked)["Name"] == "x (default)"
    assert row("StorageClass")["AllowVolumeExpansion"] == "false"


def test_a_node_shows_roles_and_whether_it_takes_pods() -> None:
    labels = {"labels": {"node-role.kubernetes.io/worker": "", "node-role.kubernetes.io/infra": "", "a": "b"}}
    ready = {"conditions": [{"type": "Ready", "status": "True"}]}
    shown = row("Node", metadata=labels, spec={"unschedulable": True}, status=ready)
    assert (shown["Roles"], shown["Status"]) == ("infra,worker", "Ready,SchedulingDisabled")
    assert row("Node")["Status"] == "Unknown"


def test_a_job_shows_its_end_and_how_long_it_took() -> None:
    spec = {"completions": 1, "template": {"spec": {"containers": [{"name": "hook", "image": "i"}]}}}
    status = {"succeeded": 1, "startTime": MADE, "completionTime": "2026-01-01T11:55:07Z"}
    status |= {"conditions": [{"type": "Complete", "status": "True"}]}
    shown = row("Job", wide=True, spec=spec, status=status)
    assert (shown["Status"], shown["Completions"], shown["Duration"]) == ("Complete", "1/1", "7s")
    assert (shown["Containers"], shown["Images"]) == ("hook", "i")


def test_a_deployment_shows_how_many_are_ready_of_how_many() -> None:
    shown = row("Deployment", wide=True, spec={"replicas": 2, "selector": {"matchLabels": {"b": "2", "a": "1"}}})
    assert (shown["Ready"], shown["Available"], shown["Selector"]) == ("0/2", 0, "a=1,b=2")


def test_a_service_shows_its_ports() -> None:
    ports = [{"port": 8443}, {"port": 53, "protocol": "UDP", "nodePort": 30053}]
    shown = row("Service", spec={"ports": ports, "clusterIP": "None"})
    assert (shown["Port(s)"], shown["Type"], shown["Cluster-IP"]) == ("8443/TCP,53:30053/UDP", "ClusterIP", "None")


def test_an_event_shows_what_it_is_about_and_no_name() -> None:
    about = {"kind": "Pod", "name": "p"}
    shown = row("Event", involvedObject=about, lastTimestamp=MADE, reason="Killing", message="m\n")
    assert shown == {"Last Seen": "5m", "Type": "", "Reason": "Killing", "Object": "pod/p", "Message": "m"}


def test_a_route_shows_host_services_and_termination() -> None:
    tls = {"termination": "edge", "insecureEdgeTerminationPolicy": "Redirect"}
    spec = {
        "host": "h",
        "to": {"name": "a", "weight": 1},
        "alternateBackends": [{"name": "b", "weight": 3}],
        "tls": tls,
    }
    shown = row("Route", spec=spec)
    assert (shown["Services"], shown["Termination"], shown["Port"]) == ("a(25%),b(75%)", "edge/Redirect", "<all>")
    assert "Age" not in shown


def test_secrets_and_configuration_show_how_much_is_in_them() -> None:
    assert row("Secret", type="Opaque", data={"a": "MQ==", "b": "Mg=="})["Data"] == 2
    assert row("ConfigMap", data={"a": "1"}, binaryData={"b": "Mg=="})["Data"] == 2
    assert row("ConfigMap")["Data"] == 0


def test_a_token_shows_when_it_ends() -> None:
    shown = row("OAuthAccessToken", userName="u", clientName="c", expiresIn=600, scopes=["user:full"])
    assert (shown["Created"], shown["Expires"], shown["Scopes"]) == ("5m", "2026-01-01T12:05:00+00:00", "user:full")
    assert row("OAuthAccessToken")["Expires"] == "never"


def test_a_binding_shows_its_role_and_who_has_it() -> None:
    subjects = [{"kind": "User", "name": "u"}, {"kind": "ServiceAccount", "name": "s", "namespace": "n"}]
    shown = row("RoleBinding", wide=True, roleRef={"kind": "ClusterRole", "name": "view"}, subjects=subjects)
    assert (shown["Role"], shown["Users"], shown["ServiceAccounts"]) == ("ClusterRole/view", "u", "n/s")
