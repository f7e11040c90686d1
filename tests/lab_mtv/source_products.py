"""What products with a source of their own kind have in common."""

import time
from collections.abc import Callable
from typing import Any

from tests.harness.lab_in_thread import ClusterInThread
from tests.lab_mtv.scene import NAMESPACE, TARGET, forklift, has

_LONGEST = 20.0


class SourceProduct(ClusterInThread):
    """MTV, its inventory, a source and a destination cluster."""

    home = NAMESPACE

    def all(self, kind: str, namespace: str = TARGET) -> list[dict[str, Any]]:
        return self.on_loop(lambda: list(self.lab.store.list(kind, namespace)))

    def eventually(self, holds: Callable[[], bool]) -> None:
        """Look again until it holds; what goes on at the source is watched by nobody."""
        end = time.monotonic() + _LONGEST
        while not self.on_loop(holds):
            assert time.monotonic() < end, "did not come to hold"
            self.pause(0.1)


def both_ready(product: ClusterInThread) -> None:
    """A destination beside the source Provider `vc`, and both Ready."""
    product.create(forklift("Provider", "local", {"type": "openshift", "url": "", "secret": {}}))
    for name in ("vc", "local"):
        product.until("Provider", name, lambda it: has(it, "Ready"))
