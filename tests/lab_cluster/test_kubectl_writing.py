"""kubectl changes things in a lab: create, apply, patch, label, delete (facts/openshift.md 1.5, 1.8)."""

import json
import tarfile
from collections.abc import Iterator

import pytest

from tests.lab_cluster.kubectl import Kubectl, Object


@pytest.fixture
def namespace(kubectl: Kubectl, request: pytest.FixtureRequest) -> Iterator[str]:
    """A namespace of the test's own, gone with its contents afterwards."""
    name = f"test-{abs(hash(request.node.name)) % 10**8}"
    assert kubectl("create", "namespace", name) == f"namespace/{name} created\n"
    yield name
    kubectl("delete", "namespace", name)
    assert "not found" in kubectl.refused("get", "namespace", name)


def settings(namespace: str, **data: str) -> Object:
    metadata = {"name": "settings", "namespace": namespace}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def hook(namespace: str, **spec: object) -> Object:
    metadata = {"name": "hook", "namespace": namespace}
    return {"apiVersion": "forklift.konveyor.io/v1beta1", "kind": "Hook", "metadata": metadata, "spec": spec}


def test_secrets_and_configuration_are_created_from_literals(kubectl: Kubectl, namespace: str) -> None:
    kubectl("create", "secret", "generic", "login", "--from-literal=user=me", "-n", namespace)
    kubectl("create", "configmap", "settings", "--from-literal=a=1", "--from-literal=b=2", "-n", namespace)
    assert kubectl("get", "secret", "login", "-n", namespace, "-o", "jsonpath={.data.user}") == "bWU="
    assert kubectl.table("cm", "settings", "-n", namespace)[0]["DATA"] == "2"
    assert "already exists" in kubectl.refused("create", "configmap", "settings", "-n", namespace)


def test_apply_creates_then_changes_then_leaves_alone(kubectl: Kubectl, namespace: str) -> None:
    assert kubectl.apply(settings(namespace, a="1", b="2")) == "configmap/settings created\n"
    assert kubectl.apply(settings(namespace, a="1", b="2")) == "configmap/settings unchanged\n"
    assert kubectl.apply(settings(namespace, a="3")) == "configmap/settings configured\n"
    assert kubectl.object("cm", "settings", "-n", namespace)["data"] == {"a": "3"}


def test_apply_changes_custom_resources_by_merge(kubectl: Kubectl, namespace: str) -> None:
    kubectl.apply(hook(namespace, image="one", deadline=5))
    assert kubectl.apply(hook(namespace, image="two")) == "hook.forklift.konveyor.io/hook configured\n"
    found = kubectl.object("hook", "hook", "-n", namespace)
    assert found["spec"] == {"image": "two"}
    assert found["metadata"]["generation"] == 2


def test_what_was_read_can_be_applied_again(kubectl: Kubectl, namespace: str) -> None:
    kubectl.apply(settings(namespace, a="1"), hook(namespace, image="one"))
    shown = kubectl("get", "cm/settings", "hook/hook", "-n", namespace, "-o", "yaml")
    assert kubectl("apply", "-f", "-", stdin=shown).count("configured") == 2
    found = kubectl.object("hook", "hook", "-n", namespace)
    assert (found["spec"], found["metadata"]["generation"]) == ({"image": "one"}, 1)


def test_a_dry_run_changes_nothing(kubectl: Kubectl, namespace: str) -> None:
    body = json.dumps(settings(namespace, a="1"))
    assert "(server dry run)" in kubectl("create", "-f", "-", "--dry-run=server", stdin=body)
    assert "not found" in kubectl.refused("get", "cm", "settings", "-n", namespace)


@pytest.mark.parametrize(
    ("options", "spec"),
    [
        (("--type", "merge", "-p", '{"spec":{"image":"two","deadline":null}}'), {"image": "two"}),
        (("--type", "json", "-p", '[{"op":"remove","path":"/spec/deadline"}]'), {"image": "one"}),
    ],
)
def test_custom_resources_are_patched(kubectl: Kubectl, namespace: str, options: tuple[str, ...], spec: Object) -> None:
    kubectl.apply(hook(namespace, image="one", deadline=5))
    assert kubectl("patch", "hook", "hook", "-n", namespace, *options) == "hook.forklift.konveyor.io/hook patched\n"
    assert kubectl.object("hook", "hook", "-n", namespace)["spec"] == spec


def test_a_json_patch_whose_test_fails_changes_nothing(kubectl: Kubectl, namespace: str) -> None:
    kubectl.apply(hook(namespace, image="one"))
    operations = '[{"op":"test","path":"/spec/image","value":"x"},{"op":"replace","path":"/spec/image","value":"y"}]'
    kubectl.refused("patch", "hook", "hook", "-n", namespace, "--type", "json", "-p", operations)
    assert kubectl.object("hook", "hook", "-n", namespace)["spec"]["image"] == "one"


def test_core_objects_take_the_default_kind_of_patch(kubectl: Kubectl, namespace: str) -> None:
    kubectl.apply(settings(namespace, a="1"))
    kubectl("patch", "cm", "settings", "-n", namespace, "-p", '{"data":{"b":"2"}}')
    assert kubectl.object("cm", "settings", "-n", namespace)["data"] == {"a": "1", "b": "2"}


def test_custom_resources_refuse_the_default_kind_of_patch(kubectl: Kubectl, namespace: str) -> None:
    kubectl.apply(hook(namespace, image="one"))
    why = kubectl.refused("patch", "hook", "hook", "-n", namespace, "-p", '{"spec":{"image":"two"}}')
    assert "strategic-merge-patch+json is not supported" in why


def test_server_side_apply_is_refused_by_name(kubectl: Kubectl, namespace: str) -> None:
    why = kubectl.refused("apply", "--server-side", "-f", "-", stdin=json.dumps(settings(namespace, a="1")))
    assert "server-side apply" in why.lower()


def test_labels_and_annotations_come_and_go(kubectl: Kubectl, namespace: str) -> None:
    kubectl.apply(hook(namespace, image="one"), settings(namespace, a="1"))
    for target in ("hook/hook", "cm/settings"):
        kubectl("label", target, "-n", namespace, "run=auto-ab12")
        kubectl("annotate", target, "-n", namespace, "note=two words")
        metadata = kubectl.object(target, "-n", namespace)["metadata"]
        assert metadata["labels"]["run"] == "auto-ab12"
        assert metadata["annotations"]["note"] == "two words"
        assert "already has a value" in kubectl.refused("label", target, "-n", namespace, "run=other")
        kubectl("label", target, "-n", namespace, "run-")
        assert "labels" not in kubectl.object(target, "-n", namespace)["metadata"]


def test_an_unknown_field_is_refused_by_its_path(kubectl: Kubectl, namespace: str) -> None:
    why = kubectl.refused("apply", "-f", "-", stdin=json.dumps(hook(namespace, image="one", imag="two")))
    assert 'unknown field "spec.imag"' in why


def test_a_field_that_does_not_fit_is_refused_in_the_servers_words(kubectl: Kubectl, namespace: str) -> None:
    why = kubectl.refused("apply", "-f", "-", stdin=json.dumps(hook(namespace, image="one", deadline="soon")))
    assert 'spec.deadline in body must be of type integer: "string"' in why


def test_replace_needs_the_object_and_its_version(kubectl: Kubectl, namespace: str) -> None:
    kubectl.apply(settings(namespace, a="1"))
    old = kubectl.object("cm", "settings", "-n", namespace)
    kubectl("replace", "-f", "-", stdin=json.dumps(settings(namespace, z="1")))
    assert "Conflict" in kubectl.refused("replace", "-f", "-", stdin=json.dumps(old | {"data": {"a": "2"}}))
    assert kubectl.object("cm", "settings", "-n", namespace)["data"] == {"z": "1"}


def test_deletion_waits_until_the_finalizers_are_gone(kubectl: Kubectl, namespace: str) -> None:
    held = settings(namespace, a="1")
    held["metadata"]["finalizers"] = ["example.test/held"]
    kubectl.apply(held)
    deleting = kubectl.start("delete", "cm", "settings", "-n", namespace)
    assert kubectl("wait", "cm/settings", "-n", namespace, "--for=jsonpath={.metadata.deletionTimestamp}")
    assert deleting.poll() is None
    kubectl("patch", "cm", "settings", "-n", namespace, "--type", "merge", "-p", '{"metadata":{"finalizers":null}}')
    out, err = deleting.communicate(timeout=20)
    assert (deleting.returncode, out, err) == (0, 'configmap "settings" deleted\n', "")


def test_a_selection_is_deleted_at_once(kubectl: Kubectl, namespace: str) -> None:
    for name in ("a", "b", "c"):
        kubectl("create", "configmap", name, "-n", namespace)
    kubectl("label", "cm", "a", "b", "-n", namespace, "mine=yes")
    kubectl("delete", "cm", "-n", namespace, "-l", "mine=yes")
    left = kubectl("get", "cm", "-n", namespace, "-o", "name").split()
    assert "configmap/c" in left
    assert not {"configmap/a", "configmap/b"} & set(left)
    assert kubectl("delete", "cm", "a", "-n", namespace, "--ignore-not-found") == ""


def test_a_new_pod_is_pending_and_has_no_log(kubectl: Kubectl, namespace: str) -> None:
    kubectl("run", "idle", "--image=registry.lab.test/idle", "-n", namespace)
    assert kubectl.table("pods", "-n", namespace)[0]["STATUS"] == "Pending"
    assert kubectl("logs", "idle", "-n", namespace) == ""


def test_somebody_else_has_other_rights(kubectl: Kubectl, namespace: str) -> None:
    account = f"--as=system:serviceaccount:{namespace}:default"
    assert kubectl.run("auth", "can-i", "delete", "pods", "-n", namespace, account).stdout == "no\n"
    why = kubectl.refused("get", "pods", "-n", namespace, account)
    assert f'cannot list resource "pods" in API group "" in the namespace "{namespace}"' in why
    assert kubectl("auth", "can-i", "delete", "pods", "--as=x", "--as-group=system:cluster-admins") == "yes\n"


def test_a_service_account_gets_a_token(kubectl: Kubectl, namespace: str) -> None:
    kubectl("create", "serviceaccount", "robot", "-n", namespace)
    token = kubectl("create", "token", "robot", "-n", namespace, "--duration=10m").strip()
    who = kubectl("auth", "whoami", "--token", token, "-o", "jsonpath={.status.userInfo.username}")
    assert who == f"system:serviceaccount:{namespace}:robot"


GATHERING: Object = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "must-gather-x", "labels": {"app": "must-gather"}},
    "spec": {
        "containers": [
            {"name": "gather", "command": ["sh", "-c", "bash <<-MUSTGATHER_EOF\n/usr/bin/gather\nMUSTGATHER_EOF\n"]},
            {"name": "copy"},
        ]
    },
}


def test_what_a_pod_has_gathered_is_followed_and_copied(kubectl: Kubectl, namespace: str) -> None:
    image = kubectl.object("-n", "openshift-mtv", "csv")["items"][0]["metadata"]["annotations"]
    rights = ("--clusterrole=cluster-admin", f"--serviceaccount={namespace}:default")
    kubectl("create", "clusterrolebinding", namespace, *rights)
    spec = {"containers": [each | {"image": next(iter(image.values()))} for each in GATHERING["spec"]["containers"]]}
    pod = GATHERING | {"metadata": GATHERING["metadata"] | {"namespace": namespace}, "spec": spec}
    kubectl.apply(pod)
    kubectl("-n", namespace, "wait", "pod/must-gather-x", "--for=jsonpath={.status.phase}=Running")
    assert kubectl("-n", namespace, "logs", "-f", "must-gather-x", "-c", "gather").endswith("Caches written to disk\n")
    archive = kubectl.folder / "gathered.tar.gz"
    kubectl("cp", "-c", "copy", f"{namespace}/must-gather-x:/must-gather/must-gather.tar.gz", str(archive))
    with tarfile.open(archive) as opened:
        assert "must-gather/namespaces/openshift-mtv/crs/providers.forklift.konveyor.io/host.yaml" in opened.getnames()
    refused = kubectl.refused("-n", namespace, "exec", "must-gather-x", "-c", "copy", "--", "ls")
    assert "executable file `ls` not found in $PATH" in refused
    assert "command terminated with exit code 127" in refused
    kubectl("delete", "clusterrolebinding", namespace)
