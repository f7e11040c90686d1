"""pyVmomi's metadata, untyped on purpose: the lab builds server-side objects that its client-side stubs do not know."""

from typing import Any

import pyVmomi
from pyVmomi import SoapAdapter, VmomiSupport

_package: Any = pyVmomi
vim: Any = _package.vim
vmodl: Any = _package.vmodl
soap_adapter: Any = SoapAdapter
support: Any = VmomiSupport

API = "8.0.3.0"
NAMESPACE = "urn:vim25"
VERSION: str = support.versionMap[f"vim25/{API}"]


def ref(kind: Any, moid: str) -> Any:
    """A reference to a managed object; without a stub, so that nothing is ever fetched through it."""
    return kind(moid, None)


def moid(reference: Any) -> str:
    return str(reference._moId)


def wsdl_name(kind: Any) -> str:
    return str(kind._wsdlName)


def typed(value: Any, wanted: Any) -> Any:
    """Give a plain list, int or string the declared type, without which it cannot travel as `xsd:anyType`."""
    if value is None or wanted is object:
        return value
    if issubclass(wanted, list):
        return wanted(value)
    if issubclass(wanted, str | int) and not isinstance(value, wanted):
        return wanted(value)
    return value
