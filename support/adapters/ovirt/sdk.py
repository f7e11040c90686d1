"""The oVirt SDK, which is not installed everywhere: it has no ready-made package (facts, sources 8)."""

from support.domain.errors import StartError

try:
    import ovirtsdk4 as sdk
    from ovirtsdk4 import types
except ImportError as missing:
    raise StartError(
        "oVirt sources need the package ovirt-engine-sdk-python, which is not usable here "
        f"({missing}); install a C compiler and the headers of Python and libxml2, then run `make setup` again"
    ) from missing

__all__ = ["sdk", "types"]
