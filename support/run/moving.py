"""Takes the orders of one scenario through their stages, and knows how far each came when one of them fails."""

from collections.abc import Sequence

from support.domain.together import Together
from support.workflow.cutover import Cutover, CutoverRule
from support.workflow.follow import follow
from support.workflow.move import Move, MoveOrder
from support.workflow.plan import plan, start
from support.workflow.ports_in_use import Ports
from support.workflow.prepare import prepare
from support.workflow.session import Session
from support.workflow.together import await_copying, follow_together


class Moving:
    """One per scenario; `moves` are those that have begun, each as far as it came."""

    def __init__(self, ports: Ports, session: Session, rule: CutoverRule) -> None:
        self._ports = ports
        self._session = session
        self._rule = rule
        self.moves: list[Move] = []
        self.together: Together | None = None
        """What was seen of plans that ran at the same time; None where one ran alone."""

    def alone(self, order: MoveOrder) -> None:
        """One plan to its end; the verdict over it is somebody else's."""
        self._ready([order])
        if order.options.warm:
            self._warm()
            return
        self.moves[0] = start(self._ports, self._session, self.moves[0])
        self.moves[0] = follow(self._ports, self.moves[0])

    def at_once(self, orders: Sequence[MoveOrder]) -> None:
        """All plans are ready before the first is started, and all are followed as one.

        Where an array copies for some only, those without it copy already when they are started.
        """
        self._ready(orders)
        plain = [number for number, order in enumerate(orders) if order.offload is None]
        offloaded = [number for number in range(len(orders)) if number not in plain]
        self._start(plain)
        if offloaded:
            await_copying(self._ports, [self.moves[number] for number in plain])
        self._start(offloaded)
        self.moves, self.together = follow_together(self._ports, self.moves)

    def _start(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            self.moves[number] = start(self._ports, self._session, self.moves[number])

    def _ready(self, orders: Sequence[MoveOrder]) -> None:
        for number, order in enumerate(orders):
            self.moves.append(prepare(self._ports, self._session, order))
            self.moves[number] = plan(self._ports, self._session, self.moves[number])

    def _warm(self) -> None:
        at = self._rule.scheduled()
        begun = self.moves[0] = start(self._ports, self._session, self.moves[0], at)
        cutover = Cutover(self._ports, begun, self._rule, self._session.run, at)
        moved = follow(self._ports, begun, cutover.look)
        if moved.ended is not None:
            cutover.conclude(moved.ended)
        self.moves[0] = cutover.written(moved)
