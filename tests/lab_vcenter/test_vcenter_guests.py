"""Guest operations with an unmodified pyVmomi (checklist vCenter 11 of facts/sources.md section 7, and 1.17)."""

import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from lab.vcenter.programs import Program
from lab.world import physics
from lab.world.model import File

if TYPE_CHECKING:
    from tests.lab_vcenter.conftest import Conversation, RunningVcenter

RHEL, WINDOWS = "mtv-rhel8-warm-2disks2nics", "mtv-win2019-3disks"
CMD = "C:\\Windows\\System32\\cmd.exe"
POWERSHELL = "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe"


class Guest:
    """One machine's guest, by way of vCenter."""

    def __init__(self, vcenter: "RunningVcenter", client: "Conversation", name: str, user: str) -> None:
        self._vcenter, self.client, self.name = vcenter, client, name
        self.machine = client.named(name)
        manager = client.content.guestOperationsManager
        self.files, self.processes, self.logins = manager.fileManager, manager.processManager, manager.authManager
        self.auth = self.account(user)

    def account(self, user: str, password: str = "lab-guest-password", *, interactive: bool = False) -> Any:
        kind = self.client.vim.vm.guest.NamePasswordAuthentication
        return kind(username=user, password=password, interactiveSession=interactive)

    @property
    def fault(self) -> Any:
        return self.client.vim.fault

    def up(self) -> "Guest":
        """Power on and wait for the tools."""
        world = self._vcenter.world
        machine = world.machine_named(self.name)
        assert machine is not None

        def boot() -> None:
            machine.power, machine.guest_up = "on", True
            world.touch(machine)

        self._vcenter.on_loop(boot)
        return self

    def off(self, how: Callable[..., None] = physics.power_off) -> None:
        machine = self._vcenter.world.machine_named(self.name)
        self._vcenter.on_loop(lambda: how(self._vcenter.lab, machine))

    def run(self, program: str, arguments: str) -> int:
        """Start a program and ask until it has ended."""
        spec = self.client.vim.vm.guest.ProcessManager.ProgramSpec(programPath=program, arguments=arguments)
        pid = self.processes.StartProgramInGuest(self.machine, self.auth, spec)
        while True:
            (known,) = self.processes.ListProcessesInGuest(self.machine, self.auth, [pid])
            if known.endTime is not None:
                return int(known.exitCode)

    def upload(self, path: str, content: bytes, *, overwrite: bool = False, announced: int | None = None) -> str:
        attributes = self.client.vim.vm.guest.FileManager.FileAttributes()
        size = len(content) if announced is None else announced
        return str(self.files.InitiateFileTransferToGuest(self.machine, self.auth, path, attributes, size, overwrite))

    def send(self, url: str, content: bytes) -> int:
        return self._http(url, content)[0]

    def fetch(self, url: str) -> tuple[int, bytes]:
        return self._http(url, None)

    def _http(self, url: str, content: bytes | None) -> tuple[int, bytes]:
        assert url.startswith("https://*:443/guestFile?id=")
        address = url.replace("*:443", f"127.0.0.1:{self._vcenter.port}", 1)
        context = ssl.create_default_context(cafile=str(self._vcenter.lab.folder / "ca.crt"))
        method = "GET" if content is None else "PUT"
        request = urllib.request.Request(address, data=content, method=method)
        try:
            with urllib.request.urlopen(request, context=context, timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read()

    def write(self, path: str, content: bytes, *, overwrite: bool = False) -> None:
        assert self.send(self.upload(path, content, overwrite=overwrite), content) == 200

    def read(self, path: str) -> bytes:
        offer = self.files.InitiateFileTransferFromGuest(self.machine, self.auth, path)
        status, content = self.fetch(offer.url)
        assert (status, len(content)) == (200, offer.size)
        return content

    def disk(self, number: int) -> Any:
        machine = self._vcenter.world.machine_named(self.name)
        assert machine is not None
        return machine.disks[number]


@pytest.fixture
def linux(vcenter: "RunningVcenter", client: "Conversation") -> Guest:
    return Guest(vcenter, client, RHEL, "root").up()


@pytest.fixture
def windows(vcenter: "RunningVcenter", client: "Conversation") -> Guest:
    return Guest(vcenter, client, WINDOWS, "administrator").up()


def test_a_file_is_uploaded_synced_and_fetched(linux: Guest) -> None:
    content = bytes(range(256))
    linux.write("/data1/marker", content)
    assert linux.disk(1).files == {}, "an upload alone is in the guest's memory"
    assert linux.read("/data1/marker") == content
    assert linux.run("/bin/sh", '-c "sync -f /data1/marker"') == 0
    assert linux.disk(1).files == {"marker": File(content)}


def test_output_goes_where_the_arguments_say(linux: Guest) -> None:
    """Through bash, so that a redirection outside of the quotes counts as well."""
    assert linux.run("/usr/bin/lsblk", "-J -b > /srv/disks") == 0
    assert b"/data1" in linux.read("/srv/disks")
    assert linux.run("/bin/bash", "-c 'cat /nothing' 2> /srv/why") == 1
    assert b"No such file" in linux.read("/srv/why")
    assert linux.run("/bin/sh", "-c frobnicate") == 127


def test_windows_runs_cmd_and_powershell(windows: Guest) -> None:
    windows.write("D:\\marker", b"one")
    assert windows.run(CMD, "/c type D:\\marker > C:\\Users\\Public\\copy") == 0
    assert windows.read("C:\\Users\\Public\\copy") == b"one"
    assert windows.disk(1).files == {}
    assert windows.run(POWERSHELL, "-NoProfile -NonInteractive -Command Write-VolumeCache -DriveLetter D") == 0
    assert windows.disk(1).files == {"marker": File(b"one")}
    assert windows.run(CMD, "/c frobnicate") == 1


def test_a_plug_that_is_pulled_loses_what_was_not_synced(linux: Guest) -> None:
    linux.write("/data1/kept", b"x")
    linux.run("/bin/sync", "")
    linux.write("/data1/lost", b"x")
    linux.off()
    assert linux.disk(1).files == {"kept": File(b"x")}


@pytest.mark.parametrize(
    ("user", "password", "interactive"),
    [("root", "wrong", False), ("nobody", "lab-guest-password", False), ("root", "lab-guest-password", True)],
)
def test_a_wrong_login_is_refused(linux: Guest, user: str, password: str, *, interactive: bool) -> None:
    linux.logins.ValidateCredentialsInGuest(linux.machine, linux.auth)
    with pytest.raises(linux.fault.InvalidGuestLogin):
        linux.logins.ValidateCredentialsInGuest(linux.machine, linux.account(user, password, interactive=interactive))


def test_a_machine_that_is_off_or_booting_has_its_own_faults(vcenter: "RunningVcenter", client: "Conversation") -> None:
    guest = Guest(vcenter, client, RHEL, "root")
    with pytest.raises(guest.fault.InvalidPowerState):
        guest.logins.ValidateCredentialsInGuest(guest.machine, guest.auth)
    machine = vcenter.world.machine_named(RHEL)
    assert machine is not None
    vcenter.on_loop(lambda: setattr(machine, "power", "on"))
    assert client.read(guest.machine, "guest.guestOperationsReady") == {"guest.guestOperationsReady": False}
    with pytest.raises(guest.fault.GuestOperationsUnavailable):
        guest.logins.ValidateCredentialsInGuest(guest.machine, guest.auth)


def test_paths_have_their_faults(linux: Guest) -> None:
    with pytest.raises(linux.fault.FileNotFound):
        linux.read("/data1/nothing")
    with pytest.raises(linux.fault.FileNotFound):
        linux.upload("/nowhere/f", b"")
    with pytest.raises(linux.fault.NotAFile):
        linux.upload("/data1", b"")
    linux.write("/data1/f", b"one")
    with pytest.raises(linux.fault.FileAlreadyExists):
        linux.upload("/data1/f", b"two")
    linux.write("/data1/f", b"two", overwrite=True)
    assert linux.read("/data1/f") == b"two"
    spec = linux.client.vim.vm.guest.ProcessManager.ProgramSpec(programPath="/opt/tool", arguments="")
    with pytest.raises(linux.fault.FileNotFound):
        linux.processes.StartProgramInGuest(linux.machine, linux.auth, spec)


def test_directories_are_made_listed_and_removed(linux: Guest) -> None:
    files, machine, auth = linux.files, linux.machine, linux.auth
    with pytest.raises(linux.fault.FileNotFound):
        files.MakeDirectoryInGuest(machine, auth, "/data1/a/b", False)
    files.MakeDirectoryInGuest(machine, auth, "/data1/a/b", True)
    with pytest.raises(linux.fault.FileAlreadyExists):
        files.MakeDirectoryInGuest(machine, auth, "/data1/a", False)
    linux.write("/data1/a/f", b"12345")
    listed = files.ListFilesInGuest(machine, auth, "/data1/a", None, None, None)
    assert [(it.path, it.type, it.size) for it in listed.files] == [("b", "directory", 0), ("f", "file", 5)]
    first = files.ListFilesInGuest(machine, auth, "/data1/a", 0, 1, None)
    assert (len(first.files), first.remaining) == (1, 1)
    assert [it.path for it in files.ListFilesInGuest(machine, auth, "/data1/a", None, None, "f.*").files] == ["f"]
    with pytest.raises(linux.fault.DirectoryNotEmpty):
        files.DeleteDirectoryInGuest(machine, auth, "/data1/a", False)
    files.DeleteFileInGuest(machine, auth, "/data1/a/f")
    files.DeleteDirectoryInGuest(machine, auth, "/data1/a", True)
    with pytest.raises(linux.fault.FileNotFound):
        files.ListFilesInGuest(machine, auth, "/data1/a", None, None, None)


def test_temporary_files_have_names_of_their_own(linux: Guest, windows: Guest) -> None:
    make = linux.files.CreateTemporaryFileInGuest
    first, second = (make(linux.machine, linux.auth, "a-", ".txt", None) for _ in range(2))
    assert first != second
    assert first.startswith("/tmp/a-")
    assert linux.read(first) == b""
    own = windows.files.CreateTemporaryDirectoryInGuest(windows.machine, windows.auth, "a-", "", "D:\\")
    assert own.startswith("D:\\a-")


def test_a_url_is_good_for_one_transfer_of_what_was_announced(linux: Guest) -> None:
    url = linux.upload("/data1/f", b"", announced=3)
    assert linux.send(url, b"four") == 400
    assert linux.send(url, b"two") == 200
    assert linux.send(url, b"two") == 404
    offer = linux.files.InitiateFileTransferFromGuest(linux.machine, linux.auth, "/data1/f")
    assert linux.fetch(f"{offer.url}x")[0] == 404
    assert linux.send(offer.url, b"") == 404
    assert linux.fetch(offer.url) == (200, b"two")
    assert linux.fetch(offer.url)[0] == 404


def test_power_off_ends_what_went_on_in_the_guest(linux: Guest) -> None:
    url = linux.upload("/data1/f", b"x")
    spec = linux.client.vim.vm.guest.ProcessManager.ProgramSpec(programPath="/bin/sync", arguments="")
    pid = linux.processes.StartProgramInGuest(linux.machine, linux.auth, spec)
    linux.off()
    assert linux.send(url, b"x") == 404
    linux.up()
    assert linux.processes.ListProcessesInGuest(linux.machine, linux.auth, [pid]) == []


def test_a_program_that_has_ended_cannot_be_killed(linux: Guest) -> None:
    spec = linux.client.vim.vm.guest.ProcessManager.ProgramSpec(programPath="/bin/touch", arguments="/data1/f")
    pid = linux.processes.StartProgramInGuest(linux.machine, linux.auth, spec)
    (known,) = linux.processes.ListProcessesInGuest(linux.machine, linux.auth, [pid])
    assert (known.name, known.owner, known.cmdLine) == ("touch", "root", '"/bin/touch" /data1/f')
    assert linux.run("/bin/true", "") == 0
    with pytest.raises(linux.fault.GuestProcessNotFound):
        linux.processes.TerminateProcessInGuest(linux.machine, linux.auth, pid)


def test_a_program_that_is_killed_does_nothing_more(linux: Guest, vcenter: "RunningVcenter") -> None:
    done: list[int] = []
    programs, machine = vcenter.service.vcenter.programs, vcenter.world.machines[linux.machine._moId]

    def work() -> int:
        done.append(1)
        return 0

    def start_and_kill() -> int:
        program = Program(pid=0, name="touch", line="touch", owner="root")
        pid = programs.start(machine, program, work)
        assert programs.kill(machine, pid)
        assert not programs.kill(machine, pid)
        return pid

    pid = vcenter.on_loop(start_and_kill)
    assert linux.run("/bin/true", "") == 0
    (known,) = linux.processes.ListProcessesInGuest(linux.machine, linux.auth, [pid])
    assert (known.exitCode, done) == (137, [])


def test_an_exit_code_is_forgotten_after_five_minutes(linux: Guest, vcenter: "RunningVcenter") -> None:
    assert linux.run("/bin/false", "") == 1
    machine = vcenter.world.machines[linux.machine._moId]
    (program,) = vcenter.on_loop(lambda: vcenter.service.vcenter.programs.of(machine))
    assert program.ended is not None
    program.ended -= timedelta(minutes=4)
    assert len(linux.processes.ListProcessesInGuest(linux.machine, linux.auth, [])) == 1
    program.ended -= timedelta(minutes=2)
    assert linux.processes.ListProcessesInGuest(linux.machine, linux.auth, []) == []


def test_the_lab_writes_down_what_guests_did_not_understand(linux: Guest, vcenter: "RunningVcenter") -> None:
    linux.run("/bin/sh", "-c 'frobnicate'")
    assert vcenter.lab.requests.refused["guest command /bin/sh"] == 1


def test_hosts_show_the_certificate_that_their_transfers_have(
    linux: Guest, client: "Conversation", vcenter: "RunningVcenter"
) -> None:
    host = client.read(linux.machine, "runtime.host")["runtime.host"]
    shown = client.read(host, "config.certificate", "summary.config.sslThumbprint")
    pem = bytes(it & 0xFF for it in shown["config.certificate"]).decode()
    assert pem.strip() == ssl.get_server_certificate(("127.0.0.1", vcenter.port)).strip()
    assert len(shown["summary.config.sslThumbprint"]) == 59
