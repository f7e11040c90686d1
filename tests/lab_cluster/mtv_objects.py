"""Objects of MTV, as somebody without the suite would write them for kubectl."""

import json

from tests.lab_cluster.kubectl import Kubectl, Object

NAMESPACE, MACHINE = "openshift-mtv", "mtv-tests-rhel8"
HERE = ("-n", NAMESPACE)


def forklift(kind: str, name: str, spec: Object) -> Object:
    metadata = {"name": name, "namespace": NAMESPACE}
    return {"apiVersion": "forklift.konveyor.io/v1beta1", "kind": kind, "metadata": metadata, "spec": spec}


def named(name: str) -> Object:
    return {"name": name, "namespace": NAMESPACE}


def source_provider(kubectl: Kubectl, **settings: str) -> None:
    """The vCenter of the lab's own profile, Ready as `vc`."""
    profile = json.loads((kubectl.lab.folder / "providers.json").read_text())["vsphere"]
    login = {"url": profile["api_url"], "user": profile["username"], "password": profile["password"]}
    literals = [f"--from-literal={key}={value}" for key, value in (login | {"insecureSkipVerify": "true"}).items()]
    kubectl("create", "secret", "generic", "vc", *HERE, *literals)
    spec = {"type": "vsphere", "url": profile["api_url"], "secret": named("vc"), "settings": settings}
    kubectl.apply(forklift("Provider", "vc", spec))
    kubectl("wait", "provider/vc", *HERE, "--for=condition=Ready", "--timeout=30s")
    row = kubectl.table("provider", "vc", *HERE)[0]
    assert {row[title] for title in ("READY", "CONNECTED", "INVENTORY")} == {"True"}
