"""The columns of what OpenShift's own API servers print: routes, projects, people and their tokens."""

from datetime import datetime, timedelta

from lab.cluster.printing.columns import NAME, Column, Object, Table, at, of, since, value


def _services(route: Object) -> str:
    backends = [value(route, "spec.to"), *(value(route, "spec.alternateBackends") or [])]
    named = [item for item in backends if item]
    if len(named) == 1:
        return str(named[0]["name"])
    total = sum(item.get("weight", 100) for item in named) or 1
    return ",".join(f"{item['name']}({100 * item.get('weight', 100) // total}%)" for item in named)


def _termination(route: Object) -> str:
    tls = value(route, "spec.tls") or {}
    parts = (tls.get("termination", ""), tls.get("insecureEdgeTerminationPolicy", ""))
    return "/".join(part for part in parts if part)


def _expires(token: Object) -> str:
    """A lifetime from the creation on; without one a token is for ever."""
    seconds, made = token.get("expiresIn"), value(token, "metadata.creationTimestamp")
    if not seconds or not made:
        return "never"
    return (datetime.fromisoformat(made) + timedelta(seconds=seconds)).isoformat()


def _listed(key: str) -> Column:
    title = {"identities": "Identities", "users": "Users", "scopes": "Scopes"}[key]
    return Column(title, of(lambda obj: ",".join(obj.get(key) or ())))


OPENSHIFT: Table = {
    "Route": (
        NAME,
        Column("Host/Port", at("spec.host", "")),
        Column("Path", at("spec.path", "")),
        Column("Services", of(_services)),
        Column("Port", at("spec.port.targetPort", "<all>")),
        Column("Termination", of(_termination)),
        Column("Wildcard", at("spec.wildcardPolicy", "None")),
    ),
    "Project": (
        NAME,
        Column(
            "Display Name", of(lambda it: (it["metadata"].get("annotations") or {}).get("openshift.io/display-name"))
        ),
        Column("Status", at("status.phase", "")),
    ),
    "User": (
        NAME,
        Column("UID", at("metadata.uid", "")),
        Column("Full Name", at("fullName", "")),
        _listed("identities"),
    ),
    "Group": (NAME, _listed("users")),
    "OAuthAccessToken": (
        NAME,
        Column("User Name", at("userName", "")),
        Column("Client Name", at("clientName", "")),
        Column("Created", since("metadata.creationTimestamp")),
        Column("Expires", of(_expires)),
        Column("Redirect URI", at("redirectURI", "")),
        _listed("scopes"),
    ),
}
