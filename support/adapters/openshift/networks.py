"""Secondary networks of target machines."""

from collections.abc import Mapping

from support.adapters.openshift import bodies
from support.adapters.openshift.api import Api
from support.domain.names import RUN_LABEL, ObjectRef, RunId
from support.ports.cluster import Created


class OpenShiftNetworks:
    """The port Networks."""

    def __init__(self, api: Api, run: RunId) -> None:
        self._api = api
        self._labels = {RUN_LABEL: run}

    def create_nad(self, ref: ObjectRef, config: str, labels: Mapping[str, str]) -> Created:
        return self._api.create(bodies.attachment_definition(ref, config, {**labels, **self._labels}))
