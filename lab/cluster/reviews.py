"""Reviews: questions about access and identity that are asked by creating something (facts/openshift.md 7.6)."""

from aiohttp import web

from lab.cluster.access import Action, reason, rules
from lab.cluster.asked import Asked
from lab.cluster.bodies import sent_object
from lab.cluster.history import Object
from lab.cluster.identity import USER, User, user_named
from lab.cluster.refusals import bad_request, not_implemented
from lab.kernel.service import Lab

REVIEWS = frozenset(
    {
        "SelfSubjectAccessReview",
        "SubjectAccessReview",
        "LocalSubjectAccessReview",
        "SelfSubjectRulesReview",
        "SelfSubjectReview",
        "TokenReview",
    }
)


async def review(lab: Lab, asked: Asked) -> web.Response:
    """The review as it came, with its status."""
    body = await sent_object(asked.request)
    kind, user = asked.kind.kind, asked.request[USER]
    if body.get("kind") != kind:
        raise bad_request(f"{body.get('kind')} in version {asked.kind.version!r} cannot be handled as a {kind}")
    spec = body.get("spec") or {}
    if kind == "SelfSubjectAccessReview":
        status = _access(lab, user, spec)
    elif kind in ("SubjectAccessReview", "LocalSubjectAccessReview"):
        groups = tuple(spec.get("groups") or ()) or user_named(spec.get("user", "")).groups
        status = _access(lab, User(name=spec.get("user", ""), groups=groups), spec)
    elif kind == "SelfSubjectRulesReview":
        status = _rules(lab, user, spec)
    elif kind == "SelfSubjectReview":
        status = {"userInfo": _info(user)}
    elif kind == "TokenReview":
        status = _token(lab, spec)
    else:
        raise not_implemented(kind)
    return web.json_response(body | {"metadata": body.get("metadata") or {}, "status": status}, status=201)


def _access(lab: Lab, user: User, spec: Object) -> Object:
    if "nonResourceAttributes" in spec:
        # what is no resource is documents about the API itself, and those are open to everybody who is logged in
        return {"allowed": spec["nonResourceAttributes"].get("verb") == "get", "reason": ""}
    wanted = spec.get("resourceAttributes") or {}
    keys = ("verb", "group", "resource", "subresource", "namespace", "name")
    found = reason(lab.store, user, Action(**{key: str(wanted.get(key, "")) for key in keys}))
    return {"allowed": True, "reason": found} if found else {"allowed": False}


def _rules(lab: Lab, user: User, spec: Object) -> Object:
    documents = {"verbs": ["get"], "nonResourceURLs": ["/version", "/api", "/api/*", "/apis", "/apis/*", "/openapi/*"]}
    found = rules(lab.store, user, str(spec.get("namespace", "")))
    return {"resourceRules": found, "nonResourceRules": [documents], "incomplete": False}


def _token(lab: Lab, spec: Object) -> Object:
    account = lab.tokens.user_of(str(spec.get("token", "")))
    if account is None:
        return {"authenticated": False, "error": "[invalid bearer token]", "user": {}}
    return {"authenticated": True, "user": _info(user_named(account))}


def _info(user: User) -> Object:
    return {"username": user.name, "groups": list(user.groups)}
