"""What the adapter uses of pyVmomi, without its stubs, which type a part only and call the rest untyped."""

from typing import Any

from pyVmomi import SoapAdapter, VmomiSupport
from pyVmomi import vim as _vim
from pyVmomi import vmodl as _vmodl

vim: Any = _vim
vmodl: Any = _vmodl
soap_stub: Any = SoapAdapter.SoapStubAdapter


def newest_versions() -> dict[str, str]:
    """pyVmomi's vim25 versions, newest first, with the ids servers announce them by."""
    support: Any = VmomiSupport
    return {version: support.versionIdMap[version] for version in support.GetServiceVersions("vim25")}
