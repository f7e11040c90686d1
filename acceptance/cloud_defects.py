"""Who owns the defects that show on servers of an OpenStack cloud only."""

from acceptance.expecting import Owned, on_source, owned

_TWO_DISKS, _EFI = "mtv-rhel8-warm-2disks2nics", "mtv-tests-rhel9-efi"

ON_OPENSTACK: Owned = on_source(
    "openstack",
    # Firmware that is told no order goes on to the next disk when one has no system.
    *owned("disks", "cloud-type-in-other-class", "cloud-boot-order-lost", machine=_TWO_DISKS),
    *owned("firmware", "cloud-firmware-unread", machine=_EFI),
    # A volume that stays keeps its snapshot.
    *owned("residue", "cloud-volumes-left", "cloud-snapshots-left", also=("snapshots",)),
    *owned("residue", "cloud-images-left"),
)
