"""Who owns the defects that show on appliances only."""

from acceptance.expecting import Owned, on_source, owned

_APPLIANCE = "1nisim-rhel9-efi"
"""EFI, several cores per socket, two disks, two NICs."""

ON_OVA: Owned = on_source(
    "ova",
    *owned("firmware", "ovf-firmware-unread", machine=_APPLIANCE),
    *owned("cpu", "ovf-cores-unread", machine=_APPLIANCE),
    *owned("memory", "ovf-units-decimal", machine=_APPLIANCE),
    *owned("nics", "ovf-later-nics-unread", machine=_APPLIANCE),
    *owned("disks", "ovf-last-disk-unread", machine=_APPLIANCE),
)
