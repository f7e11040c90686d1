"""What the lab's process itself costs."""

import resource
import sys
import time
from typing import Any


def usage(started: float) -> dict[str, Any]:
    """Processor seconds, peak memory in bytes, seconds since `started` (monotonic)."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2): kilobytes on Linux
    return {
        "cpu_seconds": own.ru_utime + own.ru_stime,
        "peak_memory_bytes": own.ru_maxrss * unit,
        "up_seconds": time.monotonic() - started,
    }
