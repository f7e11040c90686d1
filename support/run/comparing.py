"""Gathers what the checks of one scenario look at: recorded facts, the guest's own answer, the provider's flag."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial

from support.checks.bundle import run_asked, run_checks
from support.checks.comparison import Comparison
from support.domain.contents import TargetContents
from support.domain.errors import GuestLoginRefused, GuestUnreachable, MachineNotFound, SuiteError, WaitTimeout
from support.domain.finding import Report
from support.domain.machine import OsFamily, Power
from support.domain.names import MachineName, RoleName
from support.domain.offload import StorageArray
from support.domain.source import SourceMachine
from support.domain.target import GuestIdentity, GuestNic, TargetMachine
from support.ports.guest import Login
from support.run.shaping import Shaping
from support.run.wiring import Wired
from support.workflow.guest_logins import keys_for, login_for, no_login
from support.workflow.move import MachineMove, Move
from support.workflow.offload import copied_by
from support.workflow.parallel import side_by_side
from support.workflow.reaching import beyond_the_pod_network, cut_off_by_masquerade
from support.workflow.session import Session
from support.workflow.settle import Promises, succeeded, wanted_power
from support.workflow.shaping import may_leave


class Comparing:
    """One per scenario; each guest is asked once, whoever wants to know."""

    def __init__(self, wired: Wired, session: Session) -> None:
        self._wired = wired
        self._session = session
        self._asked: dict[str, _Answer] = {}
        self._left: dict[str, _Left] = {}
        self._guests = wired.ports.guests

    def origin(self, role: RoleName) -> MachineName:
        """Source name of a role. Raises SuiteError for one without a name."""
        return self._wired.profile.machine_for(role)

    @property
    def shaping(self) -> Shaping:
        """What sentences about a machine's disks mean here."""
        return Shaping(self._wired.profile)

    @property
    def array(self) -> StorageArray:
        """The storage array that copies disks; raises SuiteError where the profile names none."""
        block = self._wired.profile.copy_offload
        if block is None:
            name = self._wired.profile.name
            raise SuiteError(f"profile '{name}' has no block copyoffload, expected one that names a storage array")
        return block.array

    @property
    def remote_cluster(self) -> str:
        """What must occur in the address of a remote destination."""
        return self._wired.settings.remote_ocp_cluster

    def promises(self, move: Move) -> Promises:
        """Guests that are to run must report in, but for those whose source was known to have no agent."""
        silent = [m for m in move.machines if m.source.power is Power.ON and m.source.guest.agent_running is False]
        return Promises(agent=not silent)

    def look(self, move: Move) -> None:
        """Ask every guest and look at every source, side by side; what was asked once is not asked again."""
        side_by_side(partial(self._look_at, move), move.machines)

    def _look_at(self, move: Move, machine: MachineMove) -> None:
        if machine.target is not None:
            self._answer(move, machine, machine.target)
            self._source_after(move, machine)

    def report(self, move: Move, machine: MachineMove) -> Report:
        """Every check that applies to one machine."""
        return run_checks(self._comparison(move, machine))

    def asked(self, move: Move, machine: MachineMove, name: str) -> Report:
        """One check by name. Raises SuiteError when the profile lacks what it needs."""
        if name == "ssh" and machine.target is not None and machine.target.power is Power.ON:
            self._login(machine.source, machine.target, must=True)
        return run_asked(self._comparison(move, machine), name)

    def _comparison(self, move: Move, machine: MachineMove) -> Comparison:
        target, maps, ports = machine.target, move.maps, self._wired.ports
        if target is None or maps is None:
            raise SuiteError(f"{machine.name}: nothing was read on the target yet, so nothing can be compared")
        answer, left = self._answer(move, machine, target), self._source_after(move, machine)
        return Comparison(
            source=machine.source,
            target=target,
            maps=maps,
            wanted_power=wanted_power(move, machine),
            openshift=ports.at(move.target).cluster.login.openshift_version(),
            unsettled=machine.unsettled,
            guest=answer.identity,
            guest_unread=answer.unread,
            guest_refused=answer.refused,
            contents=machine.contents,
            arrived=answer.contents,
            contents_unread=answer.contents_unread,
            tls_where=str(self._session.secret),
            secret_skips_tls=self._secret_skips_tls,
            skip_tls=not self._wired.profile.source_access().verify,
            leftovers=move.left_behind,
            source_copies=left.copies,
            source_after=left.machine,
            source_gone=left.gone,
            leftovers_kept=None
            if succeeded(move)
            else "the plan failed, and MTV keeps what it made until the plan is archived",
            options=move.order.options,
            plan=move.plan.ref.name if move.plan is not None else "",
            mtv=self._session.mtv_version,
            array=move.order.offload.datastores if move.order.offload is not None else None,
            copied_by=copied_by(move.progress_of(machine)),
            mark=move.mark,
            warnings=machine.warnings,
            guest_nics=answer.nics,
            guest_nics_unread=answer.nics_unread,
        )

    @cached_property
    def _secret_skips_tls(self) -> bool | None:
        """The session has one Secret for all machines."""
        return self._wired.ports.cluster.providers.secret_skips_tls(self._session.secret)

    def _source_after(self, move: Move, machine: MachineMove) -> "_Left":
        """The source as the move left it; read once. One that is lost is a broken promise, no error of the suite."""
        if machine.name not in self._left:
            copies = self._copies(move, machine)
            try:
                self._await_tidiness(machine)
                left = _Left(self._wired.ports.source.platform.describe(machine.platform_id), copies=copies)
            except MachineNotFound as gone:
                left = _Left(gone=str(gone), copies=copies)
            self._left[machine.name] = left
        return self._left[machine.name]

    def _await_tidiness(self, machine: MachineMove) -> None:
        """What is still there at the end of the budget is a finding of the check that looks for it."""
        ports = self._wired.ports
        if ports.source.tidied is not None:
            kept = [each.id for each in machine.source.snapshots]
            with suppress(WaitTimeout):
                ports.source.tidied.await_no_other_snapshots(machine.platform_id, kept, ports.budgets.settled)

    def _copies(self, move: Move, machine: MachineMove) -> tuple[str, ...]:
        """What MTV left on the source; one that failed is not asked for it."""
        source, budget = self._wired.ports.source, self._wired.ports.budgets.settled
        if not succeeded(move):
            return ()
        copies = source.copies.await_no_copies(machine.platform_id, budget) if source.copies is not None else ()
        return (*copies, *self._strays(move, machine))

    def _strays(self, move: Move, machine: MachineMove) -> Sequence[str]:
        """Only what was made for one disk more, or copied by an array, has anything to leave beside the disks."""
        shapes, budgets = self._wired.ports.source.shapes, self._wired.ports.budgets
        if shapes is None or not may_leave(move.order, machine.order):
            return ()
        return shapes.strays(machine.platform_id, budgets.source_task)

    def _answer(self, move: Move, machine: MachineMove, target: TargetMachine) -> "_Answer":
        if machine.name not in self._asked:
            self._guests = self._wired.ports.at(move.target).guests
            kept = move.order.options.preserve_static_ips is not False
            cut_off = cut_off_by_masquerade(machine.source, target) if kept else None
            answer = _Answer(unread=cut_off) if cut_off is not None else self._ask(machine, target)
            self._asked[machine.name] = answer
        return self._asked[machine.name]

    def _ask(self, machine: MachineMove, target: TargetMachine) -> "_Answer":
        if target.power is not Power.ON:
            return _Answer(unread="powered off")
        login = self._login(machine.source, target, must=False)
        if login is None:
            return _Answer(unread=no_login(_family(machine.source, target)))
        ports = self._wired.ports
        try:
            with ports.tells.step(f"log in to the guest of {target.name}"):
                answer = _Answer(self._guests.identify(target.namespace, target.name, login, ports.budgets.ssh))
        except GuestUnreachable as error:
            beyond = beyond_the_pod_network(target)
            return _Answer(unread=f"{beyond}: {error}") if beyond is not None else _Answer(refused=str(error))
        except GuestLoginRefused as error:
            return _Answer(refused=str(error))
        if any(nic.static_addresses for nic in machine.source.nics):
            self._read_network(answer, target, login)
        if machine.contents.unwritten is None:
            self._read_disks(answer, machine, target, login)
        return answer

    def _read_network(self, answer: "_Answer", target: TargetMachine, login: Login) -> None:
        """A guest that cannot say is no verdict on its own: its agent may tell, too."""
        ports = self._wired.ports
        try:
            with ports.tells.step(f"read the network of the guest of {target.name}"):
                answer.nics = self._guests.network(target.namespace, target.name, login, ports.budgets.ssh)
        except SuiteError as error:
            answer.nics_unread = str(error)

    def _read_disks(self, answer: "_Answer", machine: MachineMove, target: TargetMachine, login: Login) -> None:
        """What lies on the disks; a guest that cannot say is a check that did not run, with the guest's words."""
        ports, paths = self._wired.ports, machine.contents.paths
        try:
            with ports.tells.step(f"read the markers in the guest of {target.name}"):
                answer.contents = self._guests.contents(target.namespace, target.name, login, paths, ports.budgets.ssh)
        except SuiteError as error:
            answer.contents_unread = str(error)

    def _login(self, source: SourceMachine, target: TargetMachine, *, must: bool) -> Login | None:
        login = login_for(_family(source, target), self._wired.profile.guest_access())
        if login is None and must:
            raise SuiteError(
                f"{target.name}: the scenario logs in to its guest, but profile '{self._wired.profile.name}' has no "
                f"{keys_for(_family(source, target))}"
            )
        return login


@dataclass(frozen=True, slots=True)
class _Left:
    """What is on the source after the move, or that nothing is."""

    machine: SourceMachine | None = None
    gone: str | None = None
    copies: tuple[str, ...] = ()


class _Answer:
    """Who answered, or why nobody was asked, or why nobody answered."""

    def __init__(
        self, identity: GuestIdentity | None = None, unread: str | None = None, refused: str | None = None
    ) -> None:
        self.identity = identity
        self.unread = unread
        self.refused = refused
        self.nics: tuple[GuestNic, ...] | None = None
        self.nics_unread = unread or refused
        self.contents: TargetContents | None = None
        self.contents_unread: str | None = None


def _family(source: SourceMachine, target: TargetMachine) -> OsFamily:
    """A source that was off when it was recorded does not tell; its own agent on the target may."""
    return source.guest.family if source.guest.family is not OsFamily.UNKNOWN else target.guest.family
