"""Every wait of the suite, by name; seconds. The setting of each is `wait_<name>`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Budgets:
    """Defaults follow the reference suite; a raised one needs its measured cause in the commit."""

    pods: float = 300
    """`forklift-*` pods Running or Succeeded."""
    provider: float = 600
    """Provider Ready, inventory loaded."""
    provider_connection: float = 60
    """How long a failed connection test may stand; Forklift retries it every few seconds."""
    inventory: float = 300
    """A clone visible in MTV's inventory."""
    source_task: float = 1800
    """Clone, power and delete on the source platform."""
    guest_info: float = 120
    """A started source guest reports its network."""
    map: float = 120
    hook: float = 120
    """Hook Ready."""
    plan: float = 360
    """Plan Ready."""
    plan_blocked: float = 8
    """How long a final condition must stand before the plan counts as rejected (two slow requeues)."""
    migration: float = 3600
    """Migration ended; the setting is also called plan_wait_timeout."""
    settled: float = 300
    """Target machine in its wanted power state, DataVolumes and migration secrets gone."""
    guest_agent: float = 300
    ssh: float = 300
    cancel: float = 300
    archive: float = 120
    delete: float = 300
    namespace: float = 300
    evidence: float = 180
    """What explains one failure collected; what is not there by then stays out."""
