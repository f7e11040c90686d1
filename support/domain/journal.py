"""Records of the journal: what a run is about to create, has created, has changed, has given back.

The journal is what `acceptance cleanup` finishes a dead run from, so an intent is written before each create
and says enough to find the thing when the answer never came.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Realm(StrEnum):
    """Where a thing lives."""

    CLUSTER = "cluster"
    SOURCE = "source"


class Act(StrEnum):
    OPENED = "opened"
    """First record of a process: run id, cluster uid, source instance uuid, settings that cleanup needs."""
    INTENT = "intent"
    CREATED = "created"
    NOTED = "noted"
    """Something learnt on the way, such as a clone's task id."""
    GONE = "gone"
    PATCHING = "patching"
    PATCHED = "patched"
    RESTORED = "restored"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Something a run is about to own or change."""

    realm: Realm
    kind: str
    """Kubernetes kind, or `Machine` on the source, or `OAuthToken`."""
    name: str
    namespace: str = ""
    cluster: str = ""
    """As in ObjectRef: empty for the cluster MTV runs on."""
    scope: str = ""
    """Empty for the session, else the scenario's key: when it is to be removed."""
    details: Mapping[str, str] = field(default_factory=dict)
    """Never secrets. For example a clone's task id, or the original value of a patched field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One line of the journal; `key` joins intent, result and deletion of one thing."""

    act: Act
    key: str
    thing: Thing | None = None
    """On INTENT and PATCHING only."""
    uid: str = ""
    """On CREATED: Kubernetes uid, or the source platform's machine id."""
    details: Mapping[str, str] = field(default_factory=dict)
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenThing:
    """A thing whose end the journal does not tell; `uid` is empty when its result was never written."""

    key: str
    thing: Thing
    uid: str = ""
    shared: bool = False
    """Patched, not created: it is given back, never deleted."""
    details: Mapping[str, str] = field(default_factory=dict)
    """The thing's own details and what was noted later."""
