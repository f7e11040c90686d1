"""Which CA speaks for the ingress: the one given, else the one the cluster publishes, beside the API's own."""

import logging
import ssl
from collections.abc import Callable

from support.adapters.openshift.access import tls
from support.adapters.openshift.access.login import Login
from support.domain.access import ClusterAccess
from support.domain.errors import ClusterError
from support.domain.names import ObjectRef

_LOG = logging.getLogger(__name__)

INGRESS_BUNDLE = ObjectRef("ConfigMap", "default-ingress-cert", "openshift-config-managed")
BUNDLE_KEY = "ca-bundle.crt"


def for_routes(read_bundle: Callable[[], str], access: ClusterAccess, login: Login) -> ssl.SSLContext:
    """A context for Routes. Without any CA of ours the operating system's store decides."""
    if not login.verify:
        return tls.context(verify=False)
    if access.ca_file is not None:
        return tls.context(verify=True, ca_pem=login.ca_pem)
    published = _readable(read_bundle)
    made = tls.context(verify=True, ca_pem="\n".join(filter(None, (login.ca_pem, published))))
    # A cluster whose ingress has a public certificate publishes no private CA for it.
    made.load_default_certs()
    return made


def _readable(read_bundle: Callable[[], str]) -> str:
    try:
        return read_bundle()
    except ClusterError as error:
        _LOG.info("ingress CA: %s cannot be read (%s); setting cluster_ca may name a file", INGRESS_BUNDLE, error)
        return ""
