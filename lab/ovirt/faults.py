"""Refusals in the engine's own words (its AppErrors.properties and Messages.properties)."""

from dataclasses import dataclass

from lab.ovirt.documents import Doc

OPERATION_FAILED = "Operation Failed"


@dataclass
class Refused(Exception):
    """A request that gets a fault, or nothing but its status when there are no words."""

    status: int
    reason: str = ""
    detail: str = ""

    def fault(self) -> Doc:
        return {"detail": self.detail, "reason": self.reason}


def missing() -> Refused:
    """A path names nothing: the engine answers with a bare 404."""
    return Refused(404)


def unknown_reference(what: str) -> Refused:
    """A request's body names something that is not there."""
    return Refused(404, OPERATION_FAILED, f"Entity not found: {what}")


def conflict(action: str, kind: str, why: str) -> Refused:
    """`Cannot add VM. VM is running.`; `why` begins with its own punctuation."""
    return Refused(409, OPERATION_FAILED, f"[Cannot {action} {kind}{why}]")


def incomplete(kind: str, wanted: str, method: str) -> Refused:
    return Refused(400, "Incomplete parameters", f"{kind} [{wanted}] required for {method}")


def invalid(value: str, enumeration: str) -> Refused:
    return Refused(400, "Invalid value", f"{value} is not a member of {enumeration}")


def not_implemented(what: str) -> Refused:
    """What a real engine may do and this one does not."""
    return Refused(501, OPERATION_FAILED, f"The embedded lab does not implement {what}.")
