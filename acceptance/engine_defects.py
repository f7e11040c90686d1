"""Who owns the defects that show on an oVirt engine only."""

from acceptance.expecting import WARM, Owned, on_source, owned

_TWO_OF_EACH = "mtv-rhel8-warm-2disks2nics"

ON_OVIRT: Owned = on_source(
    "ovirt",
    *owned("nics", "engine-template-nics-lost", machine=_TWO_OF_EACH),
    *owned("disks", "engine-domain-mixed-up", "engine-disk-as-occupied", machine=_TWO_OF_EACH),
    *owned("memory", "engine-memory-rounded"),
    *owned("source power", "engine-source-left-on"),
    *owned("snapshots", "engine-snapshot-left", scenario=WARM),
)
