"""What a gather container is told to do: `oc` wraps the command that a user gave in a script of its own."""

import re
import shlex
from collections.abc import Sequence

from lab.cluster.access import Action, reason
from lab.cluster.identity import user_named
from lab.cluster.store import Object
from lab.mtv.gathering import targeted, whole
from lab.mtv.gathering.dump import Dump
from lab.virtualization.anatomy import namespace_of

_WRAPPED = re.compile(r"<<-?'?MUSTGATHER_EOF'?\n(.*?)\n\s*MUSTGATHER_EOF", re.DOTALL)
_ASSIGNED = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)
_SCRIPTS = "/usr/bin/"


def run(dump: Dump, pod: Object) -> dict[str, bytes]:
    """Name -> content of what is in the folder afterwards. `oc`'s wrapper ends well whatever its command came to."""
    words = shlex.split(_command(pod))
    told = dict(word.split("=", 1) for word in words[: _assignments(words)])
    name = next(iter(words[_assignments(words) :]), "")
    script = name.removeprefix(_SCRIPTS)
    if script not in ("gather", "targeted"):
        dump.say(*([f"bash: line 1: {name}: command not found"] if name else []))
        return {}
    if not _may_read(dump, pod):
        dump.say("Error from server (Forbidden): forkliftcontrollers.forklift.konveyor.io is forbidden")
        return dump.archived()
    return whole.gather(dump) if script == "gather" else targeted.gather(dump, told)


def _command(pod: Object) -> str:
    """Empty for a container whose script is none of oc's."""
    wrapped = _WRAPPED.search(" ".join(pod["spec"]["containers"][0].get("command") or []))
    return wrapped[1].strip() if wrapped else ""


def _assignments(words: Sequence[str]) -> int:
    """How many of the first words are variables for the command."""
    return next((index for index, word in enumerate(words) if not _ASSIGNED.fullmatch(word)), len(words))


def _may_read(dump: Dump, pod: Object) -> bool:
    """The scripts ask the API with the rights of the pod's account."""
    account = f"system:serviceaccount:{namespace_of(pod)}:{pod['spec'].get('serviceAccountName', 'default')}"
    wanted = Action(verb="list", group="forklift.konveyor.io", resource="forkliftcontrollers")
    return bool(reason(dump.lab.store, user_named(account), wanted))
