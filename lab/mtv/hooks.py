"""Hooks: judged as objects, and run as Jobs before and after a machine's move."""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterable

from lab.cluster.reconciling import Ref
from lab.cluster.store import Object
from lab.mtv.conditions import CRITICAL, READY, REQUIRED, Condition, blockers
from lab.mtv.statuses import report
from lab.mtv.toolkit import Toolkit
from lab.virtualization.anatomy import deleting, name_of, namespace_of

_KIND = "Hook"


class Hooks:
    """Facts/forklift.md 1.4."""

    watches: tuple[str, ...] = (_KIND,)

    def __init__(self, toolkit: Toolkit) -> None:
        self._lab = toolkit.lab

    def refs(self, obj: Object) -> Iterable[Ref]:
        return (Ref(_KIND, namespace_of(obj), name_of(obj)),)

    async def reconcile(self, ref: Ref) -> float | None:
        hook = self._lab.store.get(_KIND, ref.namespace, ref.name)
        if hook is None or deleting(hook):
            return None
        found = _judged(hook)
        if hook["spec"].get("aap"):
            self._lab.requests.refused["mtv Hook with aap"] += 1
        if not blockers(found):
            found.append(Condition(type=READY, category=REQUIRED, message="The hook is ready."))
        report(self._lab, hook, found)
        return None


def _judged(hook: Object) -> list[Condition]:
    spec = hook["spec"]
    if spec.get("aap"):
        message = "The embedded lab does not run AAP job templates."
        return [Condition(type="InvalidHookExecute", category=CRITICAL, reason="NotSupported", message=message)]
    found = []
    image = str(spec.get("image") or "")
    if not image or image != image.strip() or image != image.lower().replace(" ", ""):
        message = "The image name specified in the hook is invalid."
        found.append(Condition(type="InvalidImage", category=CRITICAL, reason="DataErr", message=message))
    if playbook(hook) is None:
        message = "The playbook is not base64 encoded."
        found.append(Condition(type="InvalidPlaybook", category=CRITICAL, reason="DataErr", message=message))
    return found


def playbook(hook: Object) -> str | None:
    """A Hook's playbook, empty when it has none; None when it is no base64."""
    try:
        return b64decode(hook["spec"].get("playbook") or "", validate=True).decode()
    except (NotBase64, UnicodeDecodeError):
        return None
