"""GuestProcessManager (facts/sources.md 1.17)."""

import re
from typing import Any

from lab.vcenter.calls import Call, answers
from lab.vcenter.faults import Refused, file_not_found
from lab.vcenter.guest_access import Visit, enter
from lab.vcenter.programs import Program
from lab.vcenter.sdk import vim
from lab.world.trees import PathError

_MANAGER = vim.vm.guest.ProcessManager


@answers(_MANAGER, "StartProgramInGuest")
def _start(call: Call) -> int:
    """Answers with the process id at once; output goes nowhere unless the arguments say so."""
    visit, spec = enter(call), call.argument("spec")
    path, arguments = spec.programPath.strip('"'), spec.arguments or ""
    if not visit.shell.has(path):
        raise file_not_found(path)
    name = re.split(r"[\\/]", path)[-1]
    program = Program(pid=0, name=name, line=f'"{path}" {arguments}', owner=visit.user)
    return call.vcenter.programs.start(visit.machine, program, lambda: _run(call, visit, path, arguments))


def _run(call: Call, visit: Visit, path: str, arguments: str) -> int:
    """The exit code; what the guest's vocabulary lacks is counted among what the lab refused."""
    try:
        answer = visit.shell.start(path, arguments)
    except PathError:
        return 1
    if answer.not_understood:
        call.vcenter.lab.requests.refused[f"guest command {path}"] += 1
    call.world.touch(visit.machine)
    return answer.code


@answers(_MANAGER, "ListProcessesInGuest")
def _list(call: Call) -> list[Any]:
    """All that were started through Tools, or those of these ids that there are."""
    visit, wanted = enter(call), call.argument("pids", [])
    known = call.vcenter.programs.of(visit.machine)
    return [_shown(program) for program in known if not wanted or program.pid in wanted]


def _shown(program: Program) -> Any:
    shown = _MANAGER.ProcessInfo(
        name=program.name, pid=program.pid, owner=program.owner, cmdLine=program.line, startTime=program.started
    )
    if program.ended is not None:
        shown.endTime, shown.exitCode = program.ended, program.code
    return shown


@answers(_MANAGER, "TerminateProcessInGuest")
def _terminate(call: Call) -> None:
    visit, pid = enter(call), int(call.argument("pid", 0))
    if not call.vcenter.programs.kill(visit.machine, pid):
        raise Refused(vim.fault.GuestProcessNotFound(pid=pid), f"The process {pid} does not run in the guest.")
