"""Defects that only show on machines that come from an OpenShift cluster."""

from acceptance.expecting import Owned, on_source, owned

IMAGE = "rhel9"
"""The image that its machines are made from."""

ON_OPENSHIFT: Owned = on_source(
    "openshift",
    *owned("memory", "instance-type-lost", machine=IMAGE),
    *owned("firmware", "preference-lost", machine=IMAGE),
    *owned("identity", "firmware-ids-lost", machine=IMAGE),
    *owned("data", "image-cloned-again", machine=IMAGE),
    *owned("residue", "exports-left", machine=IMAGE),
    # No pod may use an attachment of another namespace, so the machine never runs.
    *owned("nics", "source-networks-kept", also=("power", "guest agent"), machine=IMAGE),
)
