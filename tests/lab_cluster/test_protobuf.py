"""Messages as oc and other Go clients write them, byte by byte (facts/openshift.md 1.8)."""

from typing import Any

import pytest
import requests
from kubernetes.client import ApiException, CoreV1Api

from lab.cluster.protobuf import from_protobuf
from lab.cluster.refusals import Refused

Cluster = Any


def field(number: int, value: bytes | str | int) -> bytes:
    """One field of a message; everything here is shorter than 128 bytes."""
    if isinstance(value, int):
        return bytes([*_varint(number << 3), value])
    raw = value.encode() if isinstance(value, str) else value
    return bytes([*_varint(number << 3 | 2), *_varint(len(raw))]) + raw


def _varint(value: int) -> list[int]:
    return [value] if value < 128 else [value & 0x7F | 0x80, value >> 7]


def sent(version: str, kind: str, body: bytes) -> bytes:
    return b"k8s\0" + field(1, field(1, version) + field(2, kind)) + field(2, body)


def test_a_pod_comes_with_all_that_was_set() -> None:
    reference = field(3, field(1, field(1, "") + field(2, "spec.nodeName")))
    container = field(1, "gather") + field(2, "i") + field(3, "sh") + field(3, "-c") + field(8, b"")
    container += field(7, field(1, "NODE_NAME") + field(2, "") + reference)
    labels = field(11, field(1, "app") + field(2, "must-gather"))
    volume = field(1, field(1, "out") + field(2, field(2, field(1, ""))))
    spec = volume + field(2, container) + field(4, 0) + field(11, 0) + field(22, field(2, "Exists"))
    metadata = field(1, field(1, "") + field(2, "must-gather-") + field(8, b"") + labels)
    assert from_protobuf(sent("v1", "Pod", metadata + field(2, spec) + field(3, field(1, "")))) == {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"generateName": "must-gather-", "labels": {"app": "must-gather"}},
        "spec": {
            "volumes": [{"name": "out", "emptyDir": {}}],
            "containers": [
                {
                    "name": "gather",
                    "image": "i",
                    "command": ["sh", "-c"],
                    "env": [{"name": "NODE_NAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}],
                }
            ],
            "terminationGracePeriodSeconds": 0,
            "tolerations": [{"operator": "Exists"}],
        },
    }


def test_what_is_not_understood_is_refused_when_it_was_set() -> None:
    assert from_protobuf(sent("v1", "Pod", field(2, field(12, 0))))["spec"] == {}
    with pytest.raises(Refused, match="reads no protobuf of field 12 of PodSpec"):
        from_protobuf(sent("v1", "Pod", field(2, field(12, 1))))


def test_options_of_a_deletion_are_read(cluster: Cluster, core: CoreV1Api, namespace: str) -> None:
    kept = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kept"}}
    core.create_namespaced_config_map(namespace, kept)

    def delete(options: bytes) -> int:
        return requests.delete(
            f"{cluster.url}/api/v1/namespaces/{namespace}/configmaps/kept",
            data=sent("v1", "DeleteOptions", options),
            headers={
                "Authorization": f"Bearer {cluster.token()}",
                "Content-Type": "application/vnd.kubernetes.protobuf",
            },
            verify=cluster.ca,
            timeout=20,
        ).status_code

    assert delete(field(2, field(1, "another"))) == 409
    assert delete(field(5, "All")) == 200
    core.read_namespaced_config_map("kept", namespace)
    assert delete(b"") == 200
    with pytest.raises(ApiException, match="not found"):
        core.read_namespaced_config_map("kept", namespace)
