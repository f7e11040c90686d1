"""A lab starts once per folder, writes what others need, and ends with whoever it belongs to."""

import contextlib
import json
import os
import signal
import ssl
import stat
import subprocess
import sys
import textwrap
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any
from urllib.parse import urlsplit

import pytest

RunLab = Callable[..., "CompletedProcess[str]"]
Start = Callable[..., Any]
WRITTEN = {"kubeconfig", "remote-kubeconfig", "providers.json", "ca.crt", "endpoints.json"}


def alive(pid: int) -> bool:
    """Whether a process still runs; one that nobody has waited for yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone_within(pid: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not alive(pid)


def test_a_lab_writes_private_files_and_takes_them_away(start: Start, tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / "notes.txt").write_text("somebody else's")
    process = start()
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in process.folder.iterdir()}
    assert {name: modes[name] for name in WRITTEN} == dict.fromkeys(WRITTEN, 0o600)
    assert "server.pem" not in modes, "the private key is in memory only"
    process.popen.send_signal(signal.SIGTERM)
    assert process.ended() == 0
    assert [path.name for path in process.folder.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_a_lab(start: Start, number: signal.Signals) -> None:
    process = start()
    process.popen.send_signal(number)
    assert process.ended() == 0
    assert process.popen.stderr.read() == ""


def opened(process: Any, name: str, path: str) -> Any:
    """What the cluster of a kubeconfig answers to its own user."""
    config = json.loads((process.folder / name).read_text())
    server, token = config["clusters"][0]["cluster"]["server"], config["users"][0]["user"]["token"]
    trust = ssl.create_default_context(cafile=str(process.folder / "ca.crt"))
    request = urllib.request.Request(f"{server}{path}", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, context=trust, timeout=10) as answer:
        return json.load(answer)


def test_each_kubeconfig_opens_a_cluster_of_its_own(start: Start) -> None:
    process = start()
    files = ("kubeconfig", "remote-kubeconfig")
    assert all("gitVersion" in opened(process, file, "/version") for file in files)
    path = "/apis/config.openshift.io/v1/infrastructures/cluster"
    names = [opened(process, file, path)["status"]["infrastructureName"] for file in files]
    assert names == ["embedded-lab", "embedded-lab-remote"]
    uids = {opened(process, file, "/api/v1/namespaces/kube-system")["metadata"]["uid"] for file in files}
    assert len(uids) == 2


def test_the_remote_cluster_knows_no_login_of_the_first(start: Start) -> None:
    found = start().endpoints()
    assert found["remote_cluster"] != found["cluster"]
    assert found["remote_cluster_password"] != found["cluster_password"]


def test_the_provider_file_describes_the_vcenter(start: Start) -> None:
    process = start()
    profile = json.loads((process.folder / "providers.json").read_text())["vsphere"]
    assert profile["type"] == "vsphere"
    assert profile["api_url"] == process.endpoints()["vcenter"]
    assert profile["fqdn"] == urlsplit(profile["api_url"]).hostname
    wanted = {"version", "username", "password", "guest_vm_linux_user", "guest_vm_linux_password"}
    assert all(profile[key] for key in wanted | {"guest_vm_win_user", "guest_vm_win_password"})


def test_the_provider_file_describes_the_array_that_the_vcenters_datastores_are_on(start: Start) -> None:
    process = start()
    profiles = json.loads((process.folder / "providers.json").read_text())
    block = profiles["vsphere-copy-offload"].pop("copyoffload")
    assert profiles["vsphere-copy-offload"] == profiles["vsphere"]
    assert (block["storage_vendor_product"], block["pure_cluster_prefix"]) == ("pureFlashArray", "px_a1b2c3d4")
    assert all(block[f"storage_{key}"] for key in ("hostname", "username", "password"))
    stores = [block[key] for key in ("datastore_id", "secondary_datastore_id", "non_xcopy_datastore_id")]
    assert stores == ["datastore-11", "datastore-12", "datastore-13"]
    assert (block["default_vm_name"], block["esxi_host"]) == ("xcopy-template-test", "esxi-1.lab.test")
    assert block["rdm_lun_uuid"].startswith("naa.624a9370")
    assert (block["esxi_user"], block["esxi_password"]) == ("root", "lab-esxi-password")
    assert block["esxi_host"] in process.endpoints(), "where it is reached by SSH"


def test_the_provider_file_describes_the_ovirt_engine(start: Start) -> None:
    process = start()
    profile = json.loads((process.folder / "providers.json").read_text())["ovirt"]
    assert (profile["type"], profile["version"], profile["username"]) == ("ovirt", "4.5", "admin@internal")
    assert profile["api_url"] == process.endpoints()["ovirt"]
    assert all(profile[key] for key in ("fqdn", "password", "guest_vm_linux_user", "guest_vm_win_password"))


def test_the_provider_file_describes_the_export_with_appliances(start: Start) -> None:
    process = start()
    profile = json.loads((process.folder / "providers.json").read_text())["ova"]
    assert (profile["type"], profile["api_url"]) == ("ova", process.endpoints()["ova"])
    assert (profile["username"], profile["password"]) == ("", "")
    assert all(profile[key] for key in ("fqdn", "guest_vm_linux_user", "guest_vm_win_password"))


def test_every_endpoint_is_on_the_loopback_interface(start: Start) -> None:
    process = start()
    urls = [text for text in process.endpoints().values() if str(text).startswith("https://")]
    assert {
        "cluster",
        "remote_cluster",
        "oauth",
        "vcenter",
        "inventory",
        "downloads",
        "monitoring",
        "control",
    } <= process.endpoints().keys()
    assert {urlsplit(url).hostname for url in urls} == {"127.0.0.1"}
    listening = subprocess.run(["ss", "-Hltnp"], capture_output=True, text=True, check=False).stdout
    own = [line.split()[3] for line in listening.splitlines() if f"pid={process.popen.pid}," in line]
    assert all(address.startswith("127.0.0.1:") for address in own)


def test_a_folder_in_which_a_lab_is_alive_is_refused(start: Start, run_lab: RunLab) -> None:
    process = start()
    second = run_lab("up", "--dir", str(process.folder))
    assert second.returncode == 2
    assert second.stderr.startswith(f"Error: a lab is running in {process.folder}")
    assert second.stderr.count("\n") == 1
    assert {path.name for path in process.folder.iterdir()} >= WRITTEN, "the living lab's files are untouched"
    assert run_lab("diff", "--dir", str(process.folder)).returncode == 0


def test_two_labs_live_beside_each_other(start: Start, tmp_path: Path) -> None:
    one, other = start(tmp_path / "one"), start(tmp_path / "other")
    assert set(one.endpoints()) == set(other.endpoints())
    assert one.endpoints()["cluster"] != other.endpoints()["cluster"]


def test_a_killed_lab_does_not_keep_its_folder(start: Start, run_lab: RunLab) -> None:
    first = start()
    first.popen.kill()
    first.ended()
    assert run_lab("diff", "--dir", str(first.folder)).returncode == 2
    second = start(first.folder)
    assert second.endpoints()["pid"] == second.popen.pid


def test_down_ends_a_lab_and_is_content_when_none_is_there(start: Start, run_lab: RunLab) -> None:
    process = start()
    done = run_lab("down", "--dir", str(process.folder))
    assert (done.returncode, done.stderr) == (0, "")
    assert process.ended() == 0
    assert list(process.folder.iterdir()) == []
    again = run_lab("down", "--dir", str(process.folder))
    assert (again.returncode, again.stdout) == (0, f"no lab is running in {process.folder}\n")


def test_down_takes_away_what_a_killed_lab_left(start: Start, run_lab: RunLab) -> None:
    process = start()
    process.popen.kill()
    process.ended()
    assert run_lab("down", "--dir", str(process.folder)).returncode == 0
    assert list(process.folder.iterdir()) == []


def test_a_lab_ends_at_the_end_of_its_standard_input(start: Start) -> None:
    process = start(None, "--until-eof")
    process.popen.stdin.close()
    assert process.ended() == 0
    assert list(process.folder.iterdir()) == []


def test_without_until_eof_a_lab_outlives_its_standard_input(start: Start, run_lab: RunLab) -> None:
    process = start()
    process.popen.stdin.close()
    with pytest.raises(subprocess.TimeoutExpired):
        process.ended(0.5)
    assert run_lab("diff", "--dir", str(process.folder)).returncode == 0


def test_a_standard_input_without_an_end_is_refused(run_lab: RunLab, tmp_path: Path) -> None:
    with (tmp_path / "file").open("w+") as file:
        done = run_lab("up", "--dir", str(tmp_path / "lab"), "--until-eof", stdin=file)
    assert done.returncode == 2
    assert "--until-eof" in done.stderr


PARENT = """
    import subprocess, sys, time
    child = subprocess.Popen(
        [sys.executable, "-m", "lab", "up", "--dir", sys.argv[1], "--until-eof"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )
    assert child.stdout.readline() == "ready\\n"
    print(child.pid, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV])
def test_a_lab_ends_with_its_parent_however_that_died(tmp_path: Path, number: signal.Signals) -> None:
    folder = tmp_path / "lab"
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PARENT), str(folder)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert alive(child)
        parent.send_signal(number)
        parent.wait(10)
        assert gone_within(child, 10)
        assert list(folder.iterdir()) == []
    finally:
        parent.kill()
        parent.wait()
        if parent.stdout is not None:
            parent.stdout.close()


def test_nothing_secret_is_on_a_command_line_or_printed(start: Start) -> None:
    process = start()
    secrets = [process.endpoints()["control_token"], process.endpoints()["cluster_password"]]
    command = Path(f"/proc/{process.popen.pid}/cmdline").read_bytes().decode()
    process.popen.send_signal(signal.SIGTERM)
    process.ended()
    printed = process.popen.stdout.read() + process.popen.stderr.read()
    assert not [secret for secret in secrets if secret in command or secret in printed]


def test_a_lab_leaves_no_process_behind(start: Start) -> None:
    process = start()
    process.popen.send_signal(signal.SIGTERM)
    process.ended()
    with contextlib.suppress(ProcessLookupError):
        assert os.getpgid(process.popen.pid) is None
