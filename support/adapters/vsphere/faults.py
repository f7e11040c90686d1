"""What vCenter's faults mean, in the suite's own errors; payloads stay in the chained cause.

Table: facts, sources 1.12.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from typing import Any
from xml.parsers.expat import ExpatError

from support.adapters.vsphere.sdk import vim, vmodl
from support.domain.errors import SourceError, SourceLoginError, SourceUnreachable

TRANSPORT = (OSError, HTTPException, ExpatError)
"""What a lost or broken connection raises; TLS errors are OSErrors."""

GONE = vmodl.fault.ManagedObjectNotFound


def _no_permission(fault: Any) -> str:
    return f"the account lacks the privilege {fault.privilegeId or 'System.Read'}"


def _duplicate(fault: Any) -> str:
    return f"something named '{fault.name}' exists already"


def _wrong_power(fault: Any) -> str:
    return f"the machine is {fault.existingState}, wanted {fault.requestedState}"


def _argument(fault: Any) -> str:
    return f"vCenter refused the argument {fault.invalidProperty or '(not named)'}"


def _device(fault: Any) -> str:
    return f"device change {fault.deviceIndex} is not acceptable ({fault.property})"


def _no_space(fault: Any) -> str:
    return f"datastore {getattr(fault, 'datastore', None) or ''} has no room left".replace("  ", " ")


def _file(fault: Any) -> str:
    return f"{_name_of(fault)}: {fault.file}"


_MEANINGS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (vim.fault.InvalidLogin, lambda _: "user name or password refused"),
    (vim.fault.NotAuthenticated, lambda _: "the session ended and could not be renewed"),
    (vim.fault.NoPermission, _no_permission),
    (vim.fault.HostConnectFault, lambda _: "no connection"),
    (vmodl.fault.ManagedObjectNotFound, lambda _: "it is no longer there"),
    (vim.fault.DuplicateName, _duplicate),
    (vim.fault.InvalidPowerState, _wrong_power),
    (vim.fault.TaskInProgress, lambda _: "another task holds it"),
    (vim.fault.NoDiskSpace, _no_space),
    (vim.fault.InvalidDeviceSpec, _device),
    (vim.fault.FileFault, _file),
    (vim.fault.InsufficientResourcesFault, lambda _: "the host has not enough resources"),
    (vmodl.fault.RequestCanceled, lambda _: "the task was cancelled"),
    (vim.fault.ToolsUnavailable, lambda _: "guest tools do not run"),
    (vim.fault.GuestOperationsUnavailable, lambda _: "the guest's tools do not answer"),
    (vim.fault.GuestPermissionDenied, lambda _: "the guest's user may not do this"),
    (vim.fault.OperationDisabledByGuest, lambda _: "the guest's tools are told to refuse this"),
    (vim.fault.OperationNotSupportedByGuest, lambda _: "this guest system cannot do this"),
    (vim.fault.GuestComponentsOutOfDate, lambda _: "the guest's tools are too old"),
    (vim.fault.TooManyGuestLogons, lambda _: "too many are logged in to the guest"),
    (vmodl.fault.InvalidArgument, _argument),
    (vmodl.query.InvalidProperty, lambda fault: f"vCenter knows no property '{fault.name}'"),
    (vmodl.fault.MethodNotFound, lambda fault: f"vCenter knows no method '{fault.method}'"),
    (vmodl.fault.NotSupported, lambda _: "vCenter does not support this here"),
    (vmodl.fault.NotImplemented, lambda _: "vCenter does not implement this"),
)


def _name_of(fault: Any) -> str:
    return str(type(fault).__name__).rsplit(".", 1)[-1]


def meaning(fault: Any) -> str:
    """One line for people: our words for known faults, and the server's own message where it sent one."""
    known = next((words(fault) for kind, words in _MEANINGS if isinstance(fault, kind)), _name_of(fault))
    said = (getattr(fault, "msg", None) or "").strip()
    return f"{known} (vCenter: {said})" if said and said not in known else known


def error_of(subject: str, fault: Any) -> SourceError:
    """The error of our tree that a fault stands for; chain the fault as its cause."""
    text = f"{subject}: {meaning(fault)}"
    if isinstance(fault, vim.fault.InvalidLogin):
        return SourceLoginError(f"{text}; correct username and password of the source profile")
    if isinstance(fault, vim.fault.HostConnectFault):
        return SourceUnreachable(text)
    return SourceError(text)


@contextmanager
def translated(subject: str) -> Iterator[None]:
    """Turn SDK and transport errors inside the block into ours; `subject` says what was attempted on what."""
    try:
        yield
    except vmodl.MethodFault as fault:
        raise error_of(subject, fault) from fault
    except TRANSPORT as error:
        raise SourceUnreachable(f"{subject}: connection lost or refused ({type(error).__name__}: {error})") from error
