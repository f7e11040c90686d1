"""An engine that goes away in the middle of a run."""

from pathlib import Path

import pytest

pytest.importorskip("ovirtsdk4", reason="the oVirt SDK is not installed (it needs a C compiler)")

from support.adapters.ovirt.platform import Ovirt
from support.adapters.ovirt.session import _ATTEMPTS
from support.domain.errors import SourceUnreachable
from tests.contracts.ovirt.places import the_lab

pytestmark = pytest.mark.contract


def test_an_engine_that_is_gone_is_said_without_noise_after_a_few_tries(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    with the_lab(tmp_path) as place:
        platform = Ovirt(place.access)
        platform.connect()
    with pytest.raises(SourceUnreachable, match=r"connection lost or refused \(Failed to connect") as lost:
        platform.find(place.template)
    assert "<" not in str(lost.value)
    assert caplog.text.count("a request is repeated") == _ATTEMPTS - 1
    kept = Path(platform._open._connection._ca_file)
    platform.close()
    assert not kept.exists()
