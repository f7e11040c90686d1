"""These tests need the SDK's types, and no engine."""

from collections.abc import Callable
from typing import Any

import pytest

sdk = pytest.importorskip("ovirtsdk4", reason="the oVirt SDK is not installed (it needs a C compiler)")
types = sdk.types


def engine_machine(**changes: Any) -> Any:
    """A machine as an engine tells it, with changes."""
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


@pytest.fixture
def told() -> Callable[..., Any]:
    return engine_machine
