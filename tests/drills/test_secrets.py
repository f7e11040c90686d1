"""Secrets planted in settings, profile, objects and guests are in nothing that a run shows or leaves."""

import base64
import json
import os
import re
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from kubernetes import config, dynamic

from tests.drills.canaries import ProcessList, files_below, found_below, found_in
from tests.drills.conftest import SPEED
from tests.drills.running_lab import Finished, RunningLab, acceptance, behave, finish, run_ids, running_lab

pytestmark = [pytest.mark.drill, pytest.mark.timeout(600)]

WRONG, STRANGER, ARRAY, TOKEN, HOST, TRACKER = (
    f"canary-{name}-{base64.b32encode(os.urandom(10)).decode().lower()}"
    for name in ("wrong", "stranger", "array", "token", "host", "tracker")
)
"""A password that is refused, one of somebody else's objects, three of a profile's block, one beside the profile."""
KNOWN = ("lab-vcenter-password", "lab-guest-password", "lab-array-password", "lab-esxi-password")
PLANTED = (WRONG, STRANGER, ARRAY, TOKEN, HOST, TRACKER, *KNOWN)
OFFLOADING, OFFLOADED = "vsphere-copy-offload", "@test_copyoffload_thin_migration"
COPY_OFFLOAD = {
    "storage_vendor_product": "powerstore",
    "datastore_id": "datastore-11",
    "storage_hostname": "https://array.example.com/api/rest",
    "storage_username": "admin",
    "storage_password": ARRAY,
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    """One on which disks do not arrive, with a stranger's secrets where evidence is going to look."""
    with running_lab(tmp_path_factory.mktemp("lab"), "--speed", SPEED, "--defect", "disk-transfer-fails") as found:
        _plant(found)
        yield found


def _plant(lab: RunningLab) -> None:
    client: Any = dynamic.DynamicClient(config.new_client_from_config(str(lab.folder / "kubeconfig")))
    container = {"name": "main", "image": "x", "env": [{"name": "DB_PW", "value": STRANGER}]}
    applied = {"kubectl.kubernetes.io/last-applied-configuration": json.dumps({"password": STRANGER})}
    for kind, more in (
        ("Secret", {"stringData": {"token": STRANGER}}),
        ("ConfigMap", {"data": {"my.cnf": f"password={STRANGER}"}}),
        ("Pod", {"spec": {"containers": [container]}}),
    ):
        meta = {"name": "database-of-a-stranger", "namespace": "openshift-mtv", "annotations": applied}
        body = {"apiVersion": "v1", "kind": kind, "metadata": meta, **more}
        client.resources.get(api_version="v1", kind=kind).create(body=body, namespace="openshift-mtv")


_SANITY = "@test_sanity_cold_mtv_migration"


@dataclass
class Scene:
    """One run as a user with a password; everything it may write lies below `folder`."""

    lab: RunningLab
    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    processes: ProcessList | None = None

    @property
    def password(self) -> str:
        return self.lab.endpoints()["cluster_password"]

    @property
    def written(self) -> Path:
        return self.folder / "written"

    def profile(self, **changes: object) -> str:
        profiles = self._profiles()
        profiles["vsphere"] |= {"copyoffload": COPY_OFFLOAD, **changes}
        return self._private("providers.json", json.dumps(profiles))

    def offloading(self, **changes: str) -> str:
        """The profile of the array, with another block."""
        profiles = self._profiles()
        profiles[OFFLOADING]["copyoffload"] |= changes
        return self._private("providers.json", json.dumps(profiles))

    def _profiles(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.lab.folder / "providers.json").read_text())
        return found

    def _private(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o600)
        return str(path)

    def run(self, *options: str, interrupt: bool = False, tags: str = _SANITY, **settings: str) -> Finished:
        """The sanity scenario, or others, with DEBUG logs; its process list is watched."""
        found, temporary = self.lab.endpoints(), self.written / "tmp"
        temporary.mkdir(parents=True, exist_ok=True)
        known = {
            "target": "cluster",
            "cluster_host": found["cluster"],
            "cluster_username": found["cluster_username"],
            "cluster_ca": str(self.lab.folder / "ca.crt"),
            "source_provider": "vsphere",
            "storage_class": "lab-block",
            "providers_file": settings.get("providers_file") or self.profile(),
            "tracker_file": self._private("jira.cfg", f"[DEFAULT]\nurl = https://127.0.0.1:9\ntoken = {TRACKER}\n"),
            "reports_dir": str(self.written / "reports"),
            "log_level": "DEBUG",
            **self.settings,
            **settings,
        }
        secrets = {"MTV_CLUSTER_PASSWORD": self.password, "TMPDIR": str(temporary), **self.environment}
        arguments = [f"-D{key}={value}" for key, value in known.items()]
        process = behave(f"--tags={tags}", *options, *arguments, env=secrets)
        with ProcessList(process.pid).watched() as self.processes:
            if interrupt:
                self._interrupt(process.pid)
            return finish(process, 300)

    def _interrupt(self, process: int) -> None:
        """Once a migration is under way."""
        deadline = time.monotonic() + 120
        while not any(b'"Migration"' in path.read_bytes() for path in self.written.rglob("*.jsonl")):
            assert time.monotonic() < deadline, "no migration began"
            time.sleep(0.05)
        os.kill(process, signal.SIGINT)

    def leaks(self, done: Finished) -> list[str]:
        """Where any secret is: what was planted, the login's password, and every token the cluster gave out."""
        assert self.processes is not None
        assert self.processes.seen
        known = (*PLANTED, self.password)
        shown = {"output": done.text.encode(), "process list": b"\n".join(self.processes.seen)}
        leaks = [f"{where}: {secret}" for where, text in shown.items() for secret in found_in(text, known)]
        leaks += [f"{where}: a token" for where, text in shown.items() if b"sha256~" in text]
        leaks += [f"{path}: a token" for path in files_below(self.written) if _has_token(path)]
        return leaks + found_below(self.written, known)


def _has_token(path: Path) -> bool:
    """The name of a token's object is its hash, and stands in the journal on purpose; what logs in is the token."""
    return path.suffix != ".jsonl" and b"sha256~" in path.read_bytes()


@pytest.fixture
def scene(lab: RunningLab, tmp_path: Path) -> Scene:
    return Scene(lab, tmp_path)


WAYS: Mapping[str, tuple[str, dict[str, str]]] = {
    "a disk that does not arrive": ("failed in step DiskTransfer", {}),
    "a wait that runs out": ("not at its end within 0.2 s", {"plan_wait_timeout": "0.2"}),
    "a storage class that is not there": ("no storage class 'nowhere'", {"storage_class": "nowhere"}),
    "a cluster that is not there": ("127.0.0.1:9", {"cluster_host": "https://127.0.0.1:9"}),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_run_that_fails_keeps_its_secrets(scene: Scene, way: str) -> None:
    said, settings = WAYS[way]
    scene.settings |= settings
    done = scene.run()
    assert done.code in (1, 2), done.text
    assert said in done.text, done.text
    assert scene.leaks(done) == []


def test_evidence_shows_nothing_of_strangers_secrets_but_that_they_are_there(scene: Scene) -> None:
    path = scene.profile(machines={"RHEL 8": "rhel-no-nic"})
    done = scene.run(providers_file=path)
    assert "has no NIC" in done.text
    pods = [each for each in files_below(scene.written) if each.name == "database-of-a-stranger.yaml"]
    assert pods, "the stranger's pod is where evidence looks"
    assert "DB_PW" in pods[0].read_text()
    assert scene.leaks(done) == []


REFUSED = {"source": {"password": WRONG}, "guest": {"guest_vm_linux_password": WRONG}}


@pytest.mark.parametrize("side", REFUSED)
def test_a_password_that_is_refused_is_not_shown(scene: Scene, side: str) -> None:
    done = scene.run(providers_file=scene.profile(**REFUSED[side]))
    assert done.code in (1, 2), done.text
    assert scene.leaks(done) == []


def test_a_password_that_the_cluster_refuses_is_not_shown(scene: Scene) -> None:
    scene.environment["MTV_CLUSTER_PASSWORD"] = WRONG
    done = scene.run()
    assert done.code == 2, done.text
    assert "user or password refused" in done.text
    assert scene.leaks(done) == []


ON_THE_ARRAY: Mapping[str, tuple[str, dict[str, str]]] = {
    "a password that the array refuses": ("populator pod failed", {"storage_password": ARRAY}),
    "a token that the array refuses": ("populator pod failed", {"storage_token": TOKEN}),
    "a login that the host refuses": ("ESXi host", {"esxi_clone_method": "ssh", "esxi_password": HOST}),
    "a key on the host": ("populator pod failed", {"esxi_clone_method": "ssh", "storage_password": ARRAY}),
}


ANSWER = re.compile(
    r"Hard disk 1 \(\[\S+\] \S+\) was not copied to claim \S+: the log of pod populate-\S+ ended with: F \S"
)


@pytest.mark.parametrize("way", ON_THE_ARRAY)
def test_copy_offload_keeps_the_secrets_of_the_array_and_the_host(scene: Scene, way: str) -> None:
    said, changes = ON_THE_ARRAY[way]
    done = scene.run(tags=OFFLOADED, providers_file=scene.offloading(**changes), source_provider=OFFLOADING)
    assert done.code in (1, 2), done.text
    assert said in done.text, done.text
    assert bool(ANSWER.search(done.text)) == ("populator" in said), "the failure repeats what the array answered"
    populators = [each for each in files_below(scene.written) if each.parent.name == "vspherexcopyvolumepopulators"]
    assert bool(populators) == ("populator" in said), "evidence looks at what the array was to copy with"
    assert scene.leaks(done) == []


def test_secrets_of_the_array_that_the_environment_gives_are_kept(scene: Scene) -> None:
    given = {"STORAGE_PASSWORD": ARRAY, "STORAGE_TOKEN": TOKEN, "ESXI_PASSWORD": HOST}
    scene.environment |= {f"COPYOFFLOAD_{key}": secret for key, secret in given.items()}
    done = scene.run(tags=OFFLOADED, providers_file=scene.offloading(), source_provider=OFFLOADING)
    assert "populator pod failed" in done.text, done.text
    kept = [each for each in files_below(scene.written) if each.name.endswith("storage-array.yaml")]
    assert kept, "the Secret for the array is where evidence looks"
    (page,) = [each for each in files_below(scene.written) if each.name == "index.md"]
    assert re.search(r"The log of populate-\S+ ends with:\n\n```text\n.*Pure FlashArray", page.read_text())
    assert scene.leaks(done) == []


def test_workers_keep_secrets_too(scene: Scene) -> None:
    done = scene.run("-j", "2")
    assert done.code == 1, done.text
    assert scene.leaks(done) == []
    assert scene.processes is not None
    assert any(b"support.run.parallel.worker" in each for each in scene.processes.seen)


def test_an_interrupted_run_keeps_its_secrets(scene: Scene) -> None:
    done = scene.run(interrupt=True)
    assert done.code == 1, done.text
    assert scene.leaks(done) == []


def test_a_run_that_keeps_everything_and_its_cleanup_keep_secrets(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = scene.run(skip_teardown="true")
    (run,) = run_ids(scene.written / "reports")
    monkeypatch.setenv("MTV_CLUSTER_PASSWORD", scene.password)
    cleaned = acceptance("cleanup", run, f"-Dreports_dir={scene.written / 'reports'}")
    assert cleaned.code == 0, cleaned.text
    assert found_in(cleaned.text.encode(), (*PLANTED, scene.password)) == []
    assert scene.leaks(done) == []


@pytest.mark.parametrize(
    "leak",
    [
        WRONG.encode(),
        base64.b64encode(WRONG.encode()),
        base64.b64encode(f"user:{WRONG}".encode()),
        json.dumps({"auth": base64.b64encode(f'{{"password": "{WRONG}"}}'.encode()).decode()}).encode(),
        quote(WRONG, safe="").encode(),
    ],
    ids=["plain", "base64", "login", "nested", "quoted"],  # of their own, since what is planted differs each time
)
def test_a_leak_would_be_found_in_any_of_these_forms(tmp_path: Path, leak: bytes) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "run.log").write_bytes(b"before " + leak + b" after")
    assert found_below(tmp_path, PLANTED) == [f"{tmp_path / 'deep' / 'run.log'}: {WRONG}"]
