"""What a guest is told to do through VMware Tools: no task, no session in the guest, a login with each call."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import tenacity

from support.adapters.guest.dialects import OddAnswer, dialect_of
from support.adapters.vsphere.guest_faults import in_guest
from support.adapters.vsphere.guest_files import GuestFiles
from support.adapters.vsphere.guest_transfers import Trust
from support.adapters.vsphere.reading import read_one
from support.adapters.vsphere.sdk import vim
from support.adapters.vsphere.session import Session
from support.adapters.vsphere.updates import Seen, until
from support.domain.contents import GuestDisk, GuestFile
from support.domain.errors import GuestNotOperable, SourceError, WaitTimeout
from support.domain.machine import OsFamily
from support.ports.guest import Login

_READY, _TOOLS, _STATE = "guest.guestOperationsReady", "guest.toolsRunningStatus", "runtime.powerState"
_MANAGERS = ("fileManager", "processManager")
_PAUSE = 0.2
_SAID = 300


def await_operable(session: Session, machine: Any, seconds: float) -> None:
    """Until the guest takes orders, which is later than its tools run; raises GuestNotOperable when it never does."""
    subject = f"guest of machine {machine._moId}"
    if session.content.guestOperationsManager is None:
        raise GuestNotOperable(f"{subject}: this vCenter has no guest operations")
    with in_guest(subject):
        sight = until(session, (machine,), (_READY, _TOOLS, _STATE), _takes_orders, seconds)
    if not sight.reached:
        seen = sight.seen.get(machine._moId, {})
        power, tools = seen.get(_STATE, "power unknown"), seen.get(_TOOLS, "tools unknown")
        raise GuestNotOperable(f"{subject}: took no orders within {seconds:g} s; last seen {power}, {tools}")


def _takes_orders(seen: Seen) -> bool:
    return any(values.get(_READY) for values in seen.values())


def guest(session: Session, machine: Any, login: Login, trust: Trust, seconds: float) -> "Guest":
    """A guest to be told things; `seconds` is how long one program may take."""
    subject = f"guest of machine {machine._moId}"
    with in_guest(subject):
        managers = read_one(session, session.content.guestOperationsManager, _MANAGERS)
    auth = vim.vm.guest.NamePasswordAuthentication(
        username=login.user,
        password=login.password.reveal(),
        interactiveSession=False,  # one would need somebody logged in at the console, which no test machine has
    )
    files = GuestFiles(
        subject=subject,
        machine=machine,
        family=login.family,
        auth=auth,
        manager=managers.get("fileManager"),
        trust=trust,
    )
    return Guest(files=files, processes=managers.get("processManager"), seconds=seconds)


class _ProgramFailed(SourceError):
    """A program in a guest ran and did not do what it should."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """One guest with a login. Raises GuestNotOperable, GuestLoginRefused, SourceError, WaitTimeout."""

    files: GuestFiles
    processes: Any
    seconds: float

    def disks(self) -> tuple[GuestDisk, ...]:
        """As the guest sees them; one that has no words for it is not operable."""
        dialect = dialect_of(self.files.family)
        try:
            return dialect.disks([self._ask(question) for question in dialect.questions])
        except (_ProgramFailed, OddAnswer) as error:
            raise GuestNotOperable(f"{self.files.subject} cannot tell its disks: {error}") from error

    def write(self, files: Sequence[GuestFile]) -> None:
        """Send files, then bring them to their disks."""
        for file in files:
            self.files.write(file)
        self._ask(dialect_of(self.files.family).sync([file.path for file in files]))

    def _ask(self, command: str) -> str:
        """What a command printed, by way of a file: tools hand out no output of programs."""
        subject = f"{self.files.subject}: `{command}`"
        with self.files.scratch() as output:
            code = self._ran(subject, self._program(command, output))
            said = self.files.read(output)
        if code:
            told = said.strip()[:_SAID] or "nothing"
            raise _ProgramFailed(f"{subject}: expected exit code 0, got {code}; it said {told}")
        return said

    def _program(self, command: str, output: str) -> Any:
        if self.files.family is OsFamily.WINDOWS:
            path, arguments = r"C:\Windows\System32\cmd.exe", f'/c {command} > "{output}" 2>&1'
        else:
            path, arguments = "/bin/sh", f"-c \"{command} > '{output}' 2>&1\""
        return vim.vm.guest.ProcessManager.ProgramSpec(programPath=path, arguments=arguments)

    def _ran(self, subject: str, program: Any) -> int:
        """Exit code of a program that came to its end."""
        with in_guest(subject):
            pid = self.processes.StartProgram(self.files.machine, self.files.auth, program)
            again = tenacity.Retrying(
                retry=tenacity.retry_if_result(lambda code: code is None),
                stop=tenacity.stop_after_delay(self.seconds),
                wait=tenacity.wait_fixed(_PAUSE),
                retry_error_callback=lambda _state: None,
            )
            code: int | None = again(lambda: self._exit_code(pid))
        if code is None:
            raise WaitTimeout(
                subject=subject,
                wanted="finished",
                budget="guest_info",
                seconds=self.seconds,
                last_seen=f"process {pid} running",
                age=0,
            )
        return code

    def _exit_code(self, pid: int) -> int | None:
        """None while it runs; vCenter keeps the code for five minutes, far longer than the pause."""
        listed = self.processes.ListProcesses(self.files.machine, self.files.auth, [pid])
        return next((each.exitCode for each in listed or () if each.pid == pid), None)
