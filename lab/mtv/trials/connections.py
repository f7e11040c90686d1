"""Testing whether a Provider's endpoint can be reached, trusted and logged in to; one tester per type."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from hashlib import sha1

from lab.cluster.store import Object
from lab.kernel.addresses import endpoint, same
from lab.kernel.service import Lab
from lab.mtv.destinations import cluster_at
from lab.mtv.ova_providers import probe
from lab.mtv.ovirt.trial import try_engine
from lab.mtv.provider_secrets import authority, insecure, value
from lab.mtv.trials.cloud import NoLogin, try_cloud
from lab.mtv.trials.cluster import Unusable, try_cluster
from lab.mtv.trials.endings import TestFailed
from lab.world.model import Account

_HANDSHAKE_SECONDS = 5.0


Tester = Callable[[Lab, Object, Object | None], Awaitable[str]]
"""(lab, Provider, its Secret) -> fingerprint of a vSphere certificate, else empty; raises TestFailed, StillStarting."""


async def connect(lab: Lab, provider: Object, secret: Object | None) -> str:
    """Test the connection of a Provider. Returns the SHA-1 fingerprint of a vSphere's certificate, else nothing."""
    kind = provider["spec"]["type"]
    if kind not in TESTERS:
        lab.requests.refused[f"mtv Provider of type {kind}"] += 1
        raise TestFailed(f"the embedded lab has no {kind} source")
    return await TESTERS[kind](lab, provider, secret)


async def _vsphere(lab: Lab, provider: Object, secret: Object | None) -> str:
    url = str(provider["spec"]["url"])
    seen = await _handshake(url, secret)
    if not same(url, lab.endpoints.get("vcenter", "")):
        raise TestFailed("404 Not Found")
    account = lab.world.vcenter_account
    if (value(secret, "user"), value(secret, "password")) != (account.user, account.password):
        message = "ServerFaultCode: Cannot complete login due to an incorrect user name or password."
        raise TestFailed(message, rejected=True)
    return seen


async def _openshift(lab: Lab, provider: Object, secret: Object | None) -> str:
    """The own cluster needs nothing; any other is asked over the wire, with the Secret's token."""
    url = str(provider["spec"].get("url") or "")
    if not url:
        return ""
    try:
        await try_cluster(url, value(secret, "token"), _context(secret))
    except Unusable as problem:
        raise TestFailed(str(problem)) from problem
    if cluster_at(lab, url) is None:
        lab.requests.refused["mtv Provider of a cluster that is not the lab's"] += 1
        raise TestFailed("the embedded lab moves machines to its own clusters only")
    return ""


async def _ova(lab: Lab, provider: Object, _secret: Object | None) -> str:
    """Only MTV's own server is asked; that has the export or does not start."""
    probe(lab, provider)
    return ""


async def _ovirt(lab: Lab, provider: Object, secret: Object | None) -> str:
    """A login over the wire; the machines are those of the lab's own engine."""
    url = str(provider["spec"]["url"])
    await try_engine(url, Account(user=value(secret, "user"), password=value(secret, "password")), _context(secret))
    if not same(url, lab.endpoints.get("ovirt", "")):
        lab.requests.refused["mtv Provider of an engine that is not the lab's"] += 1
        raise TestFailed("the embedded lab moves machines from its own engine only")
    return ""


async def _openstack(lab: Lab, provider: Object, secret: Object | None) -> str:
    """A login over the wire; the client of a region that the catalog has not would never find the inventory's."""
    url, region = str(provider["spec"]["url"]), value(secret, "regionName")
    try:
        regions = await try_cloud(url, secret, _context(secret))
    except NoLogin as problem:
        raise TestFailed(str(problem)) from problem
    if not same(url, lab.endpoints.get("openstack", "")) or (region and region not in regions):
        lab.requests.refused["mtv Provider of a cloud or a region that is not the lab's"] += 1
        raise TestFailed("the embedded lab moves machines from its own cloud only, which has one region")
    return ""


TESTERS: dict[str, Tester] = {
    "vsphere": _vsphere,
    "openshift": _openshift,
    "openstack": _openstack,
    "ova": _ova,
    "ovirt": _ovirt,
}
"""Other sources add theirs when the lab has them."""


async def _handshake(url: str, secret: Object | None) -> str:
    """Open a TLS connection the way the Secret asks for; the fingerprint of the server's certificate."""
    at, context = endpoint(url), _context(secret)
    try:
        async with asyncio.timeout(_HANDSHAKE_SECONDS):
            _, writer = await asyncio.open_connection(at.host, at.port, ssl=context)
    except ssl.SSLError as error:
        raise TestFailed(f"tls: failed to verify certificate: x509: {error.reason or error}") from error
    except (OSError, TimeoutError) as error:
        raise TestFailed(f"dial tcp {at.host}:{at.port}: {error or 'i/o timeout'}") from error
    try:
        certificate = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    finally:
        writer.close()
        await _closed(writer)
    return _fingerprint(certificate)


async def _closed(writer: asyncio.StreamWriter) -> None:
    try:
        await writer.wait_closed()
    except (OSError, ssl.SSLError):
        return  # the peer closed first; the handshake is what was asked for


def _context(secret: Object | None) -> ssl.SSLContext:
    if insecure(secret):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context
    try:
        context = ssl.create_default_context(cadata=authority(secret) or None)
    except ssl.SSLError as error:
        raise TestFailed("x509: the CA of the Secret cannot be parsed") from error
    # Go's verification, which the product uses, accepts a server certificate that is itself in the pool
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def _fingerprint(certificate: bytes) -> str:
    digest = sha1(certificate, usedforsecurity=False).hexdigest().upper()
    return ":".join(digest[index : index + 2] for index in range(0, len(digest), 2))
