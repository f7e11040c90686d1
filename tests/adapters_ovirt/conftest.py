"""Machines as an engine tells them; where the SDK is missing, what needs its types is skipped."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def told() -> Callable[..., Any]:
    """Makes a machine that is off, with changes."""
    types = pytest.importorskip("ovirtsdk4", reason="the oVirt SDK is not installed (it needs a C compiler)").types

    def machine(**changes: Any) -> Any:
        hardware = {
            "id": "AB-1",
            "name": "web1",
            "status": types.VmStatus.DOWN,
            "memory": 2**31,
            "cpu": types.Cpu(topology=types.CpuTopology(sockets=2, cores=3, threads=1)),
            "bios": types.Bios(type=types.BiosType.Q35_SEA_BIOS),
            "os": types.OperatingSystem(type="rhel_9x64"),
        }
        return types.Vm(**{**hardware, **changes})

    return machine
