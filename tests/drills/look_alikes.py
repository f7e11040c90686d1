"""Twenty things of other people that look like ours: near names, near labels, near notes. Nobody may touch them."""

import json
from pathlib import Path
from typing import Any

from kubernetes import config, dynamic
from kubernetes.client import ApiClient

from support.adapters.vsphere.platform import Vsphere
from support.domain.names import MachineName, RunId
from tests.contracts.vsphere.places import access
from tests.drills.running_lab import RunningLab

_SECONDS = 120.0


def plant_on_cluster(lab: RunningLab, run: RunId) -> int:
    """Objects whose names begin as the run's, labelled as another run's; returns how many."""
    client: Any = dynamic.DynamicClient(_api(lab.folder / "kubeconfig"))
    near = {"mtv-acceptance/run": f"{run}x"}
    spaces = [f"{run}x", f"{run}-vms-of-somebody", f"x{run}"]
    for space in spaces:
        _create(client, "v1", "Namespace", space, labels=near)
    count = len(spaces)
    for space in (*spaces, "default"):
        _create(client, "v1", "Secret", f"{run}-source-vsphere", space, labels=near, stringData={"user": "somebody"})
        _create(client, "v1", "ConfigMap", f"{run}-settings", space, labels={"run": run}, data={"a": "b"})
        _create(client, "forklift.konveyor.io/v1beta1", "Hook", f"{run}-hook", space, spec={"image": "quay.io/x/y"})
        count += 3
    return count


def plant_on_source(lab: RunningLab, run: RunId) -> int:
    """Machines whose names begin as the run's, with notes that do not say so, and the other way round."""
    platform = Vsphere(_vcenter(lab))
    platform.connect()
    names = {
        f"{run}-mtv-tests-rhel8-keep": "kept by the backup team",
        f"{run}x-mtv-tests-rhel8": f"{run}x clone of mtv-tests-rhel8",
        f"copy-of-{run}": f"{run} once made this, now it is ours",
        f"{run}": "a machine that is called like a run",
        f"{run}-mtv": f"{run}y clone of mtv-tests-rhel8",
    }
    origin = MachineName("mtv-tests-rhel8")
    tasks = [platform.start_clone(origin, MachineName(name), notes) for name, notes in names.items()]
    for task in tasks:
        platform.finish_clone(task, _SECONDS)
    platform.close()
    return len(names)


def _vcenter(lab: RunningLab) -> Any:
    profile = json.loads((lab.folder / "providers.json").read_text())["vsphere"]
    return access(profile["api_url"], profile["username"], profile["password"])


def _api(kubeconfig: Path) -> ApiClient:
    return config.new_client_from_config(str(kubeconfig))


def _create(client: Any, version: str, kind: str, name: str, namespace: str = "", **content: Any) -> None:
    labels = content.pop("labels", {})
    body = {"apiVersion": version, "kind": kind, "metadata": {"name": name, "labels": labels}, **content}
    resource = client.resources.get(api_version=version, kind=kind)
    resource.create(body=body, namespace=namespace or None)
