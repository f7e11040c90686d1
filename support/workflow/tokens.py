"""The tokens a login makes for itself, in the journal by name: a run that is killed cannot give its own back."""

from collections.abc import Iterable

from support.domain.journal import OpenThing, Realm, Thing
from support.domain.names import ObjectRef
from support.ports.journal import Journal
from support.workflow.ports_in_use import Ports
from support.workflow.removal.removing import Sweep

TOKEN = "OAuthToken"  # noqa: S105 - a kind, no secret
"""Kind of the login's token in the journal; the cluster login gives it back when it closes."""
CLUSTER = "cluster"
"""Detail of what a process says of itself, and of a token: uid of the cluster."""
INSTANCE = "source"
"""The same of the source: id of the platform's instance."""


class JournalledTokens:
    """The port TokenRegister: an intent when a token is there, its end when it is not.

    There is no intent beforehand, since nobody knows the name of a token that was not issued yet.
    """

    def __init__(self, journal: Journal, cluster: str = "") -> None:
        self._journal = journal
        self._cluster = cluster
        self._keys: dict[str, str] = {}

    def issued(self, name: str) -> None:
        thing = Thing(realm=Realm.CLUSTER, kind=TOKEN, name=name, cluster=self._cluster)
        self._keys[name] = self._journal.intent(thing)

    def revoked(self, name: str) -> None:
        self._journal.gone(self._keys.pop(name))

    def locate(self, detail: str, uid: str) -> None:
        """Say which cluster the tokens belong to: the opening, which tells it, comes later, or never."""
        for key in self._keys.values():
            self._journal.noted(key, {detail: uid})


def log_in(ports: Ports) -> None:
    """Connect to the cluster, with every token of its own journalled. Raises as `Cluster.connect`."""
    tokens = JournalledTokens(ports.journal)
    ports.cluster.login.report_tokens(tokens)
    ports.cluster.login.connect()
    tokens.locate(CLUSTER, ports.cluster.login.cluster_uid())


def log_in_to_source(ports: Ports) -> None:
    """Connect to the source platform; the tokens of one that is a cluster are journalled. Raises as its `connect`."""
    home, platform = ports.source.home, ports.source.platform
    if home is None or home.cluster is None:
        platform.connect()
        return
    tokens = JournalledTokens(ports.journal, home.cluster.name)
    home.cluster.cluster.login.report_tokens(tokens)
    platform.connect()
    tokens.locate(INSTANCE, platform.instance_id())
    home.cluster.guests.prepare()


def revoke_tokens(sweep: Sweep, things: Iterable[OpenThing]) -> None:
    """Delete the tokens of a dead run. A living one's are its login's affair, which still needs them."""
    for thing in things:
        if thing.thing.kind == TOKEN:
            _revoke(sweep, thing)


def _revoke(sweep: Sweep, thing: OpenThing) -> None:
    def revoke() -> None:
        place = sweep.ports.at(thing.thing.cluster)
        if not place.joined():
            place.cluster.login.connect()
        place.cluster.login.revoke_token(thing.thing.name)
        sweep.ports.journal.gone(thing.key)

    sweep.attempt(revoke, ObjectRef(TOKEN, thing.thing.name))
