"""Changing an object that others change, too: read, decide, patch what was read."""

import logging
from collections.abc import Callable

from support.adapters.openshift.api import Api, Object
from support.adapters.openshift.refusals import Conflict
from support.domain.errors import ClusterError
from support.domain.names import ObjectRef

_LOG = logging.getLogger(__name__)

_ATTEMPTS = 10


def change(api: Api, ref: ObjectRef, decide: Callable[[Object], Object | None]) -> bool:
    """Apply the merge patch that `decide` makes of the object, None for none; again when somebody was faster.

    False when there is no such object. Raises what `decide` raises, and ClusterError when it never fits.
    """
    for _ in range(_ATTEMPTS):
        found = api.get(ref)
        if found is None:
            return False
        wanted = decide(found)
        if wanted is None:
            return True
        try:
            return api.merge(ref, wanted, version=found["metadata"]["resourceVersion"]) is not None
        except Conflict as error:
            _LOG.info("%s: changed meanwhile, reading it again (%s)", ref, error.reason)
    raise ClusterError(f"{ref}: somebody changes it all the time; gave up after {_ATTEMPTS} attempts")
