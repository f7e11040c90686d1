"""What the sentences of one scenario call, as `context.run`: they collect an order, run it and judge what came."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from behave.model import Table

from support.checks.staying import stayed
from support.checks.together import together
from support.domain.errors import EndedOtherwise, MachineDiffers, ProductFailure, SuiteError
from support.domain.finding import Report
from support.domain.machine import Power
from support.domain.names import RoleName
from support.domain.request import Arrangements, HookRequest, HookStep, MachineRequest, PlanOptions
from support.domain.shaping import CloneShape
from support.domain.source import Provisioning
from support.evidence.tables import plan_options, source_and_target
from support.run.comparing import Comparing
from support.run.moving import Moving
from support.run.plan_options import OFFLOADED, SHARED_NAMESPACE, DiskNaming, labels_of_its_own, named, near_others
from support.run.playbooks import checked
from support.run.shaping import NONCONFORMING, extra_disks
from support.workflow.cutover import CutoverRule
from support.workflow.follow import must_succeed
from support.workflow.hook_verdicts import failed_in, moved_nothing, ran
from support.workflow.move import MachineMove, MachineOrder, Move, MoveOrder
from support.workflow.ports_in_use import Ports
from support.workflow.remote import open_remote
from support.workflow.session import Session
from support.workflow.settle import settle, succeeded
from support.workflow.staying import look_at_home

_WHERE_TO_LOOK = "where to look: the objects named above; they are removed with the scenario unless skip_teardown=true"


class ScenarioRun:
    """One scenario: nothing is touched before `migrate`, and the target is read once however much is compared."""

    def __init__(
        self, ports: Ports, session: Session, comparing: Comparing, scope: str, rule: CutoverRule | None = None
    ) -> None:
        self._ports = ports
        self._session = session
        self._comparing = comparing
        self._scope = scope
        self._rule = rule or CutoverRule()
        self._machines: list[MachineRequest] = []
        self._options = PlanOptions()
        self._arrangements = Arrangements()
        self._remote = False
        self._hooks: list[HookRequest] = []
        self._apart = False
        self._moving: Moving | None = None
        self._settled = False

    @property
    def move(self) -> Move | None:
        """How far the scenario got, for whoever has to explain a failure; None before its machines were prepared.

        Of several it is the first that did not succeed, else the last.
        """
        moves = self._moving.moves if self._moving is not None else []
        return next((each for each in moves if not succeeded(each)), moves[-1] if moves else None)

    @property
    def session(self) -> Session:
        """As this scenario sees it: its destination may be another than the run's."""
        return self._session

    def ask_for_machine(self, role: RoleName, power: Power | None = None) -> None:
        shape = self._comparing.shaping.first(role)
        self._machines.append(MachineRequest(role=role, power=power, shape=shape))

    def ask_for_machines(self, count: int, role: RoleName, power: Power) -> None:
        for _ in range(count):
            self.ask_for_machine(role, power)

    def provision_disks(self, provisioning: Provisioning) -> None:
        self._shape(lambda shape: replace(shape, provisioning=provisioning))

    def lie_on(self, store: str) -> None:
        """Raises SuiteError where the profile does not say which datastore that is."""
        datastore = self._comparing.shaping.datastore(store)
        self._shape(lambda shape: replace(shape, datastore_id=datastore))

    def add_disks(self, table: Table | None) -> None:
        """Raises SuiteError for a table that cannot be read, or a datastore that the profile does not name."""
        disks = extra_disks(table, self._comparing.shaping.datastore)
        self._shape(lambda shape: replace(shape, disks=(*shape.disks, *disks)))

    def add_raw_disk(self) -> None:
        """Raises SuiteError where the profile names no LUN."""
        disk = self._comparing.shaping.raw_disk()
        self._shape(lambda shape: replace(shape, disks=(*shape.disks, disk)))

    def take_snapshots(self, count: int) -> None:
        self._shape(lambda shape: replace(shape, snapshots=count))

    def name_unlike_kubernetes(self) -> None:
        self._shape(lambda shape: replace(shape, name=NONCONFORMING))

    def _shape(self, change: Callable[[CloneShape], CloneShape]) -> None:
        """Of every machine asked for so far."""
        if not self._machines:
            raise SuiteError(
                "the scenario shapes a machine before it asks for one, expected a Given that names it first"
            )
        self._machines = [replace(each, shape=change(each.shape)) for each in self._machines]

    def plan_target_power(self, power: Power) -> None:
        self._options = replace(self._options, target_power=power)

    def plan_keeps_addresses(self) -> None:
        self._options = replace(self._options, preserve_static_ips=True)

    def plan_disk_names(self, naming: DiskNaming) -> None:
        self._options = named(self._options, naming)

    def plan_own_namespace(self) -> None:
        self._options = replace(self._options, target_namespace=self._session.name("machines"))

    def plan_labels(self) -> None:
        self._options = replace(self._options, target_labels=labels_of_its_own(self._session.run))

    def plan_affinity(self) -> None:
        self._options = replace(self._options, target_affinity=near_others(self._session.run))

    def plan_chosen_worker(self) -> None:
        self._arrangements = replace(self._arrangements, chosen_worker=True)

    def destination_is_remote(self) -> None:
        self._remote = True

    def networks_elsewhere(self) -> None:
        self._arrangements = replace(self._arrangements, networks_in=SHARED_NAMESPACE)

    def plan_hook(self, step: HookStep, playbook: str) -> None:
        """Raises SuiteError for a playbook that could never run, or a second one of a step."""
        if any(hook.step is step for hook in self._hooks):
            raise SuiteError(f"the scenario names two playbooks for its {step.spoken}, expected one")
        self._hooks.append(HookRequest(step=step, playbook=checked(playbook)))

    def each_in_a_plan_of_its_own(self) -> None:
        self._apart = True

    def migrate(self, *, warm: bool = False, offloaded: bool = False) -> None:
        """Run the order to the migration's end; the verdict over it is the next sentence's.

        Warm, its machines run meanwhile, and the cutover comes as the run's settings say.
        Raises SuiteError for an array that the profile does not name.
        """
        self._options = replace(self._options, warm=warm)
        order = self._order(self._asked, offloaded=offloaded)
        self._begin().alone(order)

    def migrate_at_once(self, *, offloaded: int) -> None:
        """Run a plan for each machine, all at the same time; of the first so many an array copies the disks."""
        if not self._apart:
            raise SuiteError("the scenario runs plans at the same time, expected a Given with machines in plans apart")
        orders = [self._order([each], offloaded=number < offloaded) for number, each in enumerate(self._asked)]
        self._begin().at_once(orders)

    def _order(self, machines: Sequence[MachineRequest], *, offloaded: bool) -> MoveOrder:
        array = self._comparing.array if offloaded else None
        naming = OFFLOADED if offloaded and self._options.pvc_name_template is None else None
        options = self._options if naming is None else named(self._options, naming)
        arranged = plan_options(options, self._arrangements, self._hooks, array)
        self._ports.tells.attach("plan options", arranged, "text/csv")
        return MoveOrder(
            machines=tuple(MachineOrder(request=each, origin=self._comparing.origin(each.role)) for each in machines),
            options=options,
            scope=self._scope,
            hooks=tuple(self._hooks),
            arrangements=self._arrangements,
            offload=array,
        )

    @property
    def _asked(self) -> Sequence[MachineRequest]:
        if not self._machines:
            raise SuiteError("the scenario asks for no machine, expected a Given that names one by role")
        return self._machines

    def _begin(self) -> Moving:
        if self._remote:
            wanted = self._comparing.remote_cluster
            self._session = open_remote(self._ports, self._session, self._scope, wanted)
        self._moving = Moving(self._ports, self._session, self._rule)
        return self._moving

    def migration_must_succeed(self) -> None:
        """Every plan and every machine in it; raises MigrationFailed for the first that did not."""
        for move in self._begun:
            must_succeed(move)

    def must_have_run_at_once(self) -> None:
        """One sight of all plans in which each copied disks; raises EndedOtherwise where there was none."""
        seen = self._moving.together if self._moving is not None else None
        if seen is None:
            raise SuiteError("no plans were run at the same time, expected a When that runs several")
        self._tell([together(seen)], EndedOtherwise)

    def migration_must_fail_in(self, step: HookStep) -> None:
        """Every machine failed in this hook and nowhere else; raises EndedOtherwise with all that is otherwise."""
        self._tell((each for move in self._begun for each in failed_in(move, step)), EndedOtherwise)

    def hooks_must_have_run(self) -> None:
        """Each hook came to its end for every machine; raises EndedOtherwise."""
        self._tell((each for move in self._begun for each in ran(move)), EndedOtherwise)

    def machines_must_have_stayed(self) -> None:
        """Nothing is on the target and each source is powered as before; raises MachineDiffers."""
        stays = [stay for move in self._begun for stay in look_at_home(self._ports, move)]
        self._tell([stayed(stay) for stay in stays], MachineDiffers)

    def machines_must_match(self) -> None:
        """Every check that applies, of every machine; raises MachineDiffers with all differences."""
        for machine in (each for move in self._arrived() for each in move.machines):
            if machine.target is not None:
                table = source_and_target(machine.source, machine.target)
                self._ports.tells.attach(f"source and target of {machine.name}", table, "text/csv")
        self._judge(self._comparing.report)

    def check(self, name: str) -> None:
        """One check by name, of every machine; one that could not run is no pass here, since it was asked for.

        But where this release of the product says nothing of it, that is told, and no failure.
        """
        self._judge(lambda move, machine: self._comparing.asked(move, machine, name))

    def _judge(self, compare: Callable[[Move, MachineMove], Report]) -> None:
        moves = self._arrived()
        for move in moves:
            self._comparing.look(move)
        self._tell([compare(move, machine) for move in moves for machine in move.machines], MachineDiffers)

    def _tell(self, reports: Iterable[Report], failure: type[ProductFailure]) -> None:
        reports = list(reports)
        for report in reports:
            self._ports.tells.compared(report)
        bad = [str(report) for report in reports if not report.clean]
        if bad:
            raise failure("\n".join([*bad, _WHERE_TO_LOOK]))

    def _arrived(self) -> Sequence[Move]:
        if any(moved_nothing(move) for move in self._begun):
            raise SuiteError("nothing was migrated: the plan failed in its pre-migration hook, so nothing is compared")
        if not self._settled:
            for number, move in enumerate(self._begun):
                promises = self._comparing.promises(move)
                self._begun[number] = settle(self._ports, self._session, move, promises)
            self._settled = True
        return self._begun

    @property
    def _begun(self) -> list[Move]:
        if self._moving is None or not self._moving.moves:
            raise SuiteError("nothing was migrated yet, expected a When before this sentence")
        return self._moving.moves
