"""Commands in containers as clients send them: by the Python client, and by hand (facts/openshift.md 9.12)."""

import io
import tarfile
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from kubernetes.client import ApiException, CoreV1Api
from kubernetes.stream import stream

from lab.kernel.archiving import archiver

Cluster = Any
FILES = {"/out/": b"", "/out/one.txt": b"one\n", "/out/deep/two.bin": bytes(range(256)) * 300, "/else": b"no"}
POD: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "holder", "namespace": "default"},
    "spec": {"containers": [{"name": "copy", "image": "i"}, {"name": "other", "image": "i"}]},
    "status": {"phase": "Running"},
}


class Ended:
    """A command's end, as the Python client sees it."""

    def __init__(self, api: CoreV1Api, *words: str, container: str = "copy", name: str = "holder") -> None:
        channels = {"stdout": True, "stderr": True, "stdin": False, "tty": False}
        wanted = {"command": list(words), "container": container, "binary": True, "_preload_content": False}
        socket = stream(api.connect_get_namespaced_pod_exec, name, "default", **channels, **wanted)
        socket.run_forever(timeout=20)
        self.out, self.err = socket.read_stdout(0) or b"", socket.read_stderr(0) or b""
        self.code = socket.returncode
        socket.sock.shutdown()  # `close` leaves a connection alone that the other side has ended

    @property
    def files(self) -> dict[str, bytes]:
        """Name -> content of the archive that it wrote."""
        with tarfile.open(fileobj=io.BytesIO(self.out)) as archive:
            members = [(each.name, archive.extractfile(each)) for each in archive.getmembers()]
            return {name: content.read() for name, content in members if content is not None}


@pytest.fixture
def holder(cluster: Cluster) -> Iterator[None]:
    """A pod with one container that has files, and one of which nothing is known."""
    lab = cluster.lab
    uid = str(cluster.on_loop(lambda: lab.store.create(POD))["metadata"]["uid"])
    cluster.on_loop(lambda: lab.programs.update({(uid, "copy"): archiver(FILES)}))
    yield
    cluster.on_loop(lambda: lab.store.delete("Pod", "default", "holder"))


@pytest.mark.usefixtures("holder")
def test_tar_brings_a_folder_whatever_its_size(core: CoreV1Api) -> None:
    ended = Ended(core, "tar", "-C", "/out/", "-c", ".")
    assert (ended.code, ended.err) == (0, b"")
    assert ended.files == {"./one.txt": FILES["/out/one.txt"], "./deep/two.bin": FILES["/out/deep/two.bin"]}
    assert Ended(core, "tar", "cf", "-", "/out/one.txt").files == {"out/one.txt": b"one\n"}


@pytest.mark.usefixtures("holder")
def test_what_is_not_there_is_told_as_the_container_would(core: CoreV1Api) -> None:
    missing = Ended(core, "tar", "-C", "/out/", "-c", "three")
    assert missing.code == 2
    assert b"tar: three: Cannot stat: No such file or directory" in missing.err
    absent = Ended(core, "rsync", "--version")
    assert (absent.code, absent.out) == (127, b"")
    assert b"executable file `rsync` not found in $PATH" in absent.err


@pytest.mark.usefixtures("holder")
def test_a_container_whose_commands_are_unknown_refuses_all_of_them(core: CoreV1Api) -> None:
    with pytest.raises(ApiException, match="501"):
        Ended(core, "ls", container="other")
    with pytest.raises(ApiException, match="404"):
        Ended(core, "ls", name="nobody")


@pytest.mark.usefixtures("holder")
@pytest.mark.parametrize(
    ("headers", "code", "said"),
    [
        ({}, 400, "Upgrade request required"),
        ({"Connection": "Upgrade", "Upgrade": "SPDY/3.1"}, 501, "does not implement create pods/exec over SPDY/3.1"),
    ],
)
def test_only_websockets_carry_a_command(cluster: Cluster, headers: dict[str, str], code: int, said: str) -> None:
    answer = requests.post(
        f"{cluster.url}/api/v1/namespaces/default/pods/holder/exec?command=ls&container=copy",
        headers={"Authorization": f"Bearer {cluster.token()}"} | headers,
        verify=cluster.ca,
        timeout=20,
    )
    assert answer.status_code == code
    assert said in answer.json()["message"]


def test_nobody_runs_commands_without_the_right(cluster: Cluster) -> None:
    client = cluster.api_client(cluster.token("system:serviceaccount:default:default"))
    with pytest.raises(ApiException, match="403"):
        Ended(CoreV1Api(client), "tar", "--version")
    client.close()
