"""Programs in guests: what is started, how its end and its words are had, and what each fault means."""

import re
from collections.abc import Callable
from typing import Any
from unittest.mock import MagicMock

import pytest

from support.adapters.vsphere import guest_files, guest_operations
from support.adapters.vsphere.guest_files import GuestFiles
from support.adapters.vsphere.guest_operations import Guest, await_operable
from support.adapters.vsphere.sdk import vim
from support.adapters.vsphere.updates import Sight
from support.domain.contents import GuestDisk, GuestFile
from support.domain.errors import GuestLoginRefused, GuestNotOperable, SourceError, SuiteError, WaitTimeout
from support.domain.machine import Bytes, OsFamily

PASSWORD = "tops3cret"
LSBLK = '{"blockdevices": [{"name": "sda", "type": "disk", "size": 1024, "mountpoint": "/"}]}'


class Tools:
    """Both managers of one guest: files by path, programs that end at the second look with their output written."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.files: dict[str, str] = {}
        self.folders: list[str] = []
        self.said: dict[str, tuple[int, str]] = {}
        """Exit code and output by a part of the command."""
        self.started: list[Any] = []
        self.looks = 0
        monkeypatch.setattr(guest_operations, "_PAUSE", 0)
        transfers: Any = MagicMock()
        transfers.put.side_effect = lambda url, body, _trust: self.files.update({url: body.decode()})
        transfers.get.side_effect = lambda url, _trust: self.files[url].encode()
        monkeypatch.setattr(guest_files, "guest_transfers", transfers)

    # the file manager; a URL is the path itself

    def CreateTemporaryFile(self, _vm: Any, _auth: Any, prefix: str, suffix: str) -> str:  # noqa: N802
        self.files[f"/tmp/{prefix}1{suffix}"] = ""
        return f"/tmp/{prefix}1{suffix}"

    def InitiateFileTransferFromGuest(self, _vm: Any, _auth: Any, path: str) -> Any:  # noqa: N802
        return MagicMock(url=path)

    def InitiateFileTransferToGuest(  # noqa: N802 - as the SDK has it
        self, _vm: Any, _auth: Any, path: str, attributes: Any, _size: int, _overwrite: bool
    ) -> str:
        assert isinstance(attributes, vim.vm.guest.FileManager.FileAttributes)
        return path

    def MakeDirectory(self, _vm: Any, _auth: Any, path: str, parents: bool) -> None:  # noqa: N802
        assert parents
        if path in self.folders:
            raise vim.fault.FileAlreadyExists(file=path)
        self.folders.append(path)

    def DeleteFile(self, _vm: Any, _auth: Any, path: str) -> None:  # noqa: N802
        del self.files[path]

    # the process manager

    def StartProgram(self, _vm: Any, auth: Any, spec: Any) -> int:  # noqa: N802
        assert (auth.username, auth.password, auth.interactiveSession) == ("root", PASSWORD, False)
        self.started.append(spec)
        self.looks = 0
        return 4711

    def ListProcesses(self, _vm: Any, _auth: Any, pids: list[int]) -> list[Any]:  # noqa: N802
        self.looks += 1
        command = self.started[-1].arguments
        code, words = next((told for part, told in self.said.items() if part in command), (0, ""))
        if self.looks == 1:
            return [MagicMock(pid=pids[0], exitCode=None)]
        output = re.search(r"> ['\"](.+?)['\"]", command)
        assert output is not None
        self.files[output.group(1)] = words
        return [MagicMock(pid=pids[0], exitCode=code)]

    def guest(self, family: OsFamily = OsFamily.LINUX, seconds: float = 10) -> Guest:
        auth = vim.vm.guest.NamePasswordAuthentication(username="root", password=PASSWORD, interactiveSession=False)
        files = GuestFiles(
            subject="guest of machine vm-7",
            machine=MagicMock(),
            family=family,
            auth=auth,
            manager=self,
            trust=MagicMock(),
        )
        return Guest(files=files, processes=self, seconds=seconds)


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> Tools:
    return Tools(monkeypatch)


def test_a_guest_tells_its_disks_by_way_of_a_temporary_file_that_goes(tools: Tools) -> None:
    tools.said["lsblk"] = (0, LSBLK)
    assert tools.guest().disks() == (GuestDisk(name="/dev/sda", size=Bytes(1024), filesystems=("/",)),)
    assert tools.files == {}
    (spec,) = tools.started
    assert spec.programPath == "/bin/sh"
    assert spec.arguments.startswith('-c "lsblk ')
    assert PASSWORD not in spec.arguments


def test_files_are_written_in_folders_made_once_and_then_brought_to_their_disks(tools: Tools) -> None:
    written = [GuestFile(path="/d/a.txt", text="one\n"), GuestFile(path="/d/b.txt", text="two\n")]
    for _ in range(2):
        tools.guest().write(written)
    assert tools.files == {"/d/a.txt": "one\n", "/d/b.txt": "two\n"}
    assert tools.folders == ["/d"]
    assert [spec.arguments.split(" >")[0] for spec in tools.started] == ['-c "sync'] * 2


def test_windows_is_told_through_its_own_shell(tools: Tools) -> None:
    tools.guest(OsFamily.WINDOWS).write([GuestFile(path=r"D:\mtv-acceptance\a.txt", text="one\n")])
    assert tools.folders == ["D:\\mtv-acceptance"]
    (spec,) = tools.started
    assert spec.programPath == r"C:\Windows\System32\cmd.exe"
    assert spec.arguments.startswith("/c powershell.exe -NoProfile")
    assert "Write-VolumeCache -DriveLetter D" in spec.arguments


def test_a_command_that_fails_is_told_with_its_own_words(tools: Tools) -> None:
    tools.said["sync"] = (1, "sync: input/output error\n")
    says = "guest of machine vm-7: `sync`: expected exit code 0, got 1; it said sync: input/output error"
    with pytest.raises(SourceError, match=re.escape(says)):
        tools.guest().write([])
    assert tools.files == {}


@pytest.mark.parametrize(("code", "words"), [(127, "sh: lsblk: not found"), (0, "no json")])
def test_a_guest_without_words_for_its_disks_is_not_operable(tools: Tools, code: int, words: str) -> None:
    tools.said["lsblk"] = (code, words)
    with pytest.raises(GuestNotOperable, match=f"guest of machine vm-7 cannot tell its disks: .*{words}"):
        tools.guest().disks()


def test_a_program_that_does_not_end_is_a_wait_that_ran_out(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "ListProcesses", lambda *_: [MagicMock(pid=4711, exitCode=None)])
    with pytest.raises(WaitTimeout, match=r"`sync`: not finished within 0 s .*last seen process 4711 running"):
        tools.guest(seconds=0).write([])


def _invalid_state() -> Exception:
    off, on = "poweredOff", "poweredOn"
    fault: Exception = vim.fault.InvalidPowerState(existingState=off, requestedState=on)
    return fault


@pytest.mark.parametrize(
    ("fault", "kind", "says"),
    [
        (vim.fault.InvalidGuestLogin, GuestLoginRefused, "refused the login; check the profile's guest credentials"),
        (vim.fault.GuestOperationsUnavailable, GuestNotOperable, "the guest's tools do not answer"),
        (vim.fault.OperationDisabledByGuest, GuestNotOperable, "told to refuse this"),
        (vim.fault.OperationNotSupportedByGuest, GuestNotOperable, "cannot do this"),
        (vim.fault.GuestComponentsOutOfDate, GuestNotOperable, "too old"),
        (_invalid_state, GuestNotOperable, "the machine is poweredOff, wanted poweredOn"),
        (vim.fault.GuestPermissionDenied, SourceError, "may not do this"),
        (lambda: vim.fault.CannotAccessFile(file="/d"), SourceError, "CannotAccessFile: /d"),
    ],
)
def test_each_fault_is_told_as_what_it_means(
    tools: Tools, monkeypatch: pytest.MonkeyPatch, fault: Callable[[], Exception], kind: type[Exception], says: str
) -> None:
    monkeypatch.setattr(tools, "MakeDirectory", MagicMock(side_effect=fault()))
    with pytest.raises(SuiteError, match=says) as told:
        tools.guest().write([GuestFile(path="/d/a.txt", text="one\n")])
    assert type(told.value) is kind
    assert str(told.value).startswith("guest of machine vm-7: make folder /d: ")
    assert PASSWORD not in str(told.value)


def test_a_vcenter_without_guest_operations_says_so_at_once() -> None:
    session = MagicMock()
    session.content.guestOperationsManager = None
    with pytest.raises(GuestNotOperable, match="guest of machine vm-7: this vCenter has no guest operations"):
        await_operable(session, MagicMock(_moId="vm-7"), 10)


def test_a_guest_that_takes_no_orders_says_what_was_last_seen_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = {"vm-7": {"runtime.powerState": "poweredOn", "guest.toolsRunningStatus": "guestToolsNotRunning"}}
    monkeypatch.setattr(guest_operations, "until", lambda *_: Sight(seen, False))
    with pytest.raises(GuestNotOperable, match="within 10 s; last seen poweredOn, guestToolsNotRunning"):
        await_operable(MagicMock(), MagicMock(_moId="vm-7"), 10)
