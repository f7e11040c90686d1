"""Who asks: bearer tokens to users, and the 401 that everybody else gets."""

from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Middleware

from lab.cluster.refusals import Refused, unauthorized
from lab.kernel.http import Handler
from lab.kernel.service import Lab

_OPEN = ("/version", "/healthz", "/livez", "/readyz", "/.well-known/", "/oauth/")
"""For requests without a token; a wrong one is refused here, too."""
_SERVICE_ACCOUNT = "system:serviceaccount:"
ADMINISTRATORS = "system:cluster-admins"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    name: str
    groups: tuple[str, ...]


USER: web.RequestKey[User] = web.RequestKey("user", User)


def user_named(account: str) -> User:
    """As OpenShift shows the holder of a token; kubeadmin is called `kube:admin` once logged in."""
    everybody = ("system:authenticated",)
    if account.startswith(_SERVICE_ACCOUNT):
        namespace = account.split(":")[2]
        groups = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}", *everybody)
        return User(name=account, groups=groups)
    name = "kube:admin" if account == "kubeadmin" else account
    return User(name=name, groups=(ADMINISTRATORS, "system:authenticated:oauth", *everybody))


def authenticating(lab: Lab) -> Middleware:
    """Middleware that knows the user or refuses with 401."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if request.path.startswith(_OPEN) and (scheme.lower() != "bearer" or request.path.startswith("/oauth/")):
            return await handler(request)
        account = lab.tokens.user_of(secret.strip()) if scheme.lower() == "bearer" else None
        if account is None:
            raise unauthorized()
        request[USER] = _acting(user_named(account), request)
        return await handler(request)

    return check


def _acting(user: User, request: web.Request) -> User:
    """Who the request counts for: `kubectl --as` lets administrators act for others, with the rights of those."""
    name = request.headers.get("Impersonate-User")
    if not name:
        return user
    if ADMINISTRATORS not in user.groups:
        why = f'User "{user.name}" cannot impersonate resource "users" in API group "" at the cluster scope'
        raise Refused(403, "Forbidden", f'users "{name}" is forbidden: {why}', details={"name": name, "kind": "users"})
    groups = request.headers.getall("Impersonate-Group", [])
    own = user_named(name).groups if name.startswith(_SERVICE_ACCOUNT) else ("system:authenticated",)
    return User(name=name, groups=(*groups, *own))
