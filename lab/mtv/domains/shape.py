"""What a domain is built from."""

from collections.abc import Callable, Sequence

from lab.cluster.store import Object
from lab.mtv.vm_run import VmRun
from lab.world.model import Disk

Volume = tuple[str, str, Disk]
"""Name of a volume, name of its claim, and the source disk it is a copy of."""
Domain = Callable[[VmRun, Sequence[Object], Sequence[Volume]], Object]
"""(machine, its interfaces without a model, its volumes in order) -> `spec.template.spec.domain`."""
