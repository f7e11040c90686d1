"""What the sentences of one scenario call, as `context.run`: they collect an order, run it and judge what came."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from behave.model import Table

from support.checks.staying import stayed
from support.domain.errors import EndedOtherwise, MachineDiffers, ProductFailure, SuiteError
from support.domain.finding import Report
from support.domain.machine import Power
from support.domain.names import RoleName
from support.domain.request import Arrangements, HookRequest, HookStep, MachineRequest, PlanOptions
from support.domain.shaping import CloneShape
from support.domain.source import Provisioning
from support.evidence.tables import plan_options, source_and_target
from support.run.comparing import Comparing
from support.run.plan_options import SHARED_NAMESPACE, DiskNaming, labels_of_its_own, near_others
from support.run.playbooks import checked
from support.run.shaping import NONCONFORMING, extra_disks
from support.workflow.cutover import Cutover, CutoverRule
from support.workflow.follow import follow, must_succeed
from support.workflow.hook_verdicts import failed_in, moved_nothing, ran
from support.workflow.move import MachineMove, MachineOrder, Move, MoveOrder
from support.workflow.plan import plan, start
from support.workflow.ports_in_use import Ports
from support.workflow.prepare import prepare
from support.workflow.remote import open_remote
from support.workflow.session import Session
from support.workflow.settle import settle
from support.workflow.staying import look_at_home

_WHERE_TO_LOOK = (
    "where to look: the objects named above, which end with the scenario; with skip_teardown=true they stay"
)


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
        self._move: Move | None = None
        self._settled = False

    @property
    def move(self) -> Move | None:
        """How far the scenario got, for whoever has to explain a failure; None before its machines were prepared."""
        return self._move

    @property
    def session(self) -> Session:
        """As this scenario sees it: its destination may be another than the run's."""
        return self._session

    def ask_for_machine(self, role: RoleName, power: Power | None = None) -> None:
        shape = self._comparing.shaping.first(role)
        self._machines.append(MachineRequest(role=role, power=power, shape=shape))

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
        self._options = replace(
            self._options,
            pvc_name_template=naming.template,
            pvc_name_generated_suffix=naming.generated_suffix,
        )

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

    def migrate(self) -> None:
        """Run the order to the migration's end; the verdict over it is the next sentence's."""
        if not self._machines:
            raise SuiteError("the scenario asks for no machine, expected a Given that names one by role")
        machines = tuple(
            MachineOrder(request=each, origin=self._comparing.origin(each.role)) for each in self._machines
        )
        order = MoveOrder(
            machines=machines,
            options=self._options,
            scope=self._scope,
            hooks=tuple(self._hooks),
            arrangements=self._arrangements,
        )
        self._ports.tells.attach(
            "plan options", plan_options(self._options, self._arrangements, self._hooks), "text/csv"
        )
        if self._remote:
            wanted = self._comparing.remote_cluster
            self._session = open_remote(self._ports, self._session, self._scope, wanted)
        self._move = prepare(self._ports, self._session, order)
        self._move = plan(self._ports, self._session, self._move)
        self._move = self._moved_warm(self._move) if self._options.warm else self._moved_cold(self._move)

    def migrate_warm(self) -> None:
        """As `migrate`, while the machines run; the cutover comes as the run's settings say."""
        self._options = replace(self._options, warm=True)
        self.migrate()

    def _moved_cold(self, planned: Move) -> Move:
        self._move = start(self._ports, self._session, planned)
        return follow(self._ports, self._move)

    def _moved_warm(self, planned: Move) -> Move:
        begun = self._move = start(self._ports, self._session, planned, self._rule.scheduled())
        cutover = Cutover(self._ports, begun, self._rule, self._session.run)
        moved = follow(self._ports, begun, cutover.look)
        if moved.ended is not None:
            cutover.conclude(moved.ended)
        return cutover.written(moved)

    def migration_must_succeed(self) -> None:
        must_succeed(self._begun)

    def migration_must_fail_in(self, step: HookStep) -> None:
        """Every machine failed in this hook and nowhere else; raises EndedOtherwise with all that is otherwise."""
        self._tell(failed_in(self._begun, step), EndedOtherwise)

    def hooks_must_have_run(self) -> None:
        """Each hook came to its end for every machine; raises EndedOtherwise."""
        self._tell(ran(self._begun), EndedOtherwise)

    def machines_must_have_stayed(self) -> None:
        """Nothing is on the target and each source is powered as before; raises MachineDiffers."""
        self._tell([stayed(stay) for stay in look_at_home(self._ports, self._begun)], MachineDiffers)

    def machines_must_match(self) -> None:
        """Every check that applies, of every machine; raises MachineDiffers with all differences."""
        for machine in self._arrived().machines:
            if machine.target is not None:
                table = source_and_target(machine.source, machine.target)
                self._ports.tells.attach(f"source and target of {machine.name}", table, "text/csv")
        self._judge(self._comparing.report)

    def check(self, name: str) -> None:
        """One check by name, of every machine; one that could not run is no pass here, since it was asked for."""
        self._judge(lambda move, machine: self._comparing.asked(move, machine, name))

    def _judge(self, compare: Callable[[Move, MachineMove], Report]) -> None:
        move = self._arrived()
        self._comparing.look(move)
        self._tell([compare(move, machine) for machine in move.machines], MachineDiffers)

    def _tell(self, reports: Iterable[Report], failure: type[ProductFailure]) -> None:
        reports = list(reports)
        for report in reports:
            self._ports.tells.compared(report)
        bad = [str(report) for report in reports if not report.clean]
        if bad:
            raise failure("\n".join([*bad, _WHERE_TO_LOOK]))

    def _arrived(self) -> Move:
        if moved_nothing(self._begun):
            raise SuiteError("nothing was migrated: the plan failed in its pre-migration hook, so nothing is compared")
        if not self._settled:
            promises = self._comparing.promises(self._begun)
            self._move = settle(self._ports, self._session, self._begun, promises)
            self._settled = True
        return self._begun

    @property
    def _begun(self) -> Move:
        if self._move is None:
            raise SuiteError("nothing was migrated yet, expected a When before this sentence")
        return self._move
