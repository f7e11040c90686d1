"""What a populator said last is read from its pod, which is named after the claim that it was to fill."""

from typing import Any, cast
from unittest.mock import MagicMock

import pytest

from support.adapters.openshift.populators import failed_populator
from support.adapters.openshift.transport import Answer
from support.domain.errors import ClusterError
from support.domain.populating import FailedPopulator

UID = "0a1b2c3d-0000-4000-8000-000000000001"
CLAIM = {
    "metadata": {
        "name": "pvc-ab1",
        "uid": UID,
        "annotations": {"forklift.konveyor.io/disk-source": "[ds] web/web_1-000002.vmdk"},
    }
}


def _api(code: int, body: bytes, *claims: object) -> Any:
    api = MagicMock()
    api.list.return_value = [{"metadata": {"name": "other", "uid": "other"}}, *claims]
    api.kind.return_value.path.side_effect = lambda namespace, *parts: "/".join((namespace, *parts))
    api.raw.return_value = Answer(code=code, headers={}, body=body)
    return cast("Any", api)


def test_the_last_line_that_says_something_is_read_for_the_disk_below_its_snapshots() -> None:
    api = _api(200, b"I copy\nF invalid credentials\n\n", CLAIM)
    assert failed_populator(api, "ns", UID) == FailedPopulator(
        claim="pvc-ab1", disk="[ds] web/web_1.vmdk", pod=f"populate-{UID}", last_words="F invalid credentials"
    )
    assert api.raw.call_args.args[1].startswith(f"ns/populate-{UID}/log?container=populate&")


def test_a_claim_that_says_nothing_of_its_disk_and_an_empty_log_are_told_so() -> None:
    found = failed_populator(_api(200, b"\n", {"metadata": {"name": "pvc-ab1", "uid": UID}}), "ns", UID)
    assert found is not None
    assert (found.disk, found.last_words) == ("", "")


def test_a_claim_that_is_gone_is_none_and_a_pod_that_is_gone_an_error() -> None:
    assert failed_populator(_api(200, b"", {"metadata": {"name": "x", "uid": "x"}}), "ns", UID) is None
    with pytest.raises(ClusterError, match=f"log of pod ns/populate-{UID}"):
        failed_populator(_api(404, b"{}", CLAIM), "ns", UID)
