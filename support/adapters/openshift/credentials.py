"""What the Secret of a source Provider says, per type of source (forklift.md 1.1)."""

from support.domain.access import CloudDomain, CloudScope, SourceAccess
from support.domain.errors import SuiteError
from support.domain.source import ProviderKind

_BY_USER = frozenset({ProviderKind.VSPHERE, ProviderKind.OVIRT})
"""Sources whose Secret has the keys user, password and url."""
_KNOWN = _BY_USER | {ProviderKind.OPENSTACK, ProviderKind.OVA}


def credentials(access: SourceAccess) -> dict[str, str]:
    """Content of the Secret as text. Raises SuiteError for a kind that nothing is known of."""
    if access.kind is ProviderKind.OVA:
        return {"url": access.url}  # a share is mounted: nobody logs in, and nothing has a certificate
    return {**_login(access), "password": access.password.reveal(), "url": access.url, **_trust(access)}


def _login(access: SourceAccess) -> dict[str, str]:
    if access.kind in _BY_USER:
        return {"user": access.username}
    if access.kind is ProviderKind.OPENSTACK and access.cloud is not None:
        return _of_cloud(access.username, access.cloud)
    known = ", ".join(sorted(kind.value for kind in _KNOWN))
    raise SuiteError(f"profile {access.profile}: no Provider secret is known for {access.kind.value}, only {known}")


def _of_cloud(username: str, scope: CloudScope) -> dict[str, str]:
    return {
        "authType": "password",
        "username": username,
        "projectName": scope.project_name,
        "regionName": scope.region_name,
        **_domain("userDomain", scope.user_domain),
        **_domain("projectDomain", scope.project_domain),
    }


def _domain(key: str, domain: CloudDomain) -> dict[str, str]:
    """By one of the two, since the client library that MTV is built with refuses both (gophercloud, AuthOptions)."""
    found = {f"{key}ID": domain.id, f"{key}Name": domain.name}
    return {each: value for each, value in found.items() if value}


def _trust(access: SourceAccess) -> dict[str, str]:
    """Text, not a boolean: Secret data are strings. `cacert` is the key that every release reads (forklift.md 1.1).

    oVirt's CA is there even where the API is not verified: disks come by way of imageio, which is (sources.md 3.2).
    """
    used = access.verify or access.kind is ProviderKind.OVIRT
    authority = {"cacert": access.ca_pem} if used and access.ca_pem else {}
    return {"insecureSkipVerify": "false" if access.verify else "true", **authority}
