"""Files of guests go where vCenter says, and only to whom vCenter vouches for."""

from collections.abc import Callable
from ssl import SSLError

import pytest

from support.adapters.addresses import Address
from support.adapters.vsphere.guest_transfers import Trust, get, put
from support.domain.errors import SourceError
from tests.adapters_vsphere.conftest import FarEnd

NOBODY: Callable[[], str | None] = lambda: None  # noqa: E731 - a host that vCenter tells nothing of
PATH = "/guestFile?id=7&token=s3cr3t"


def _trust(vcenter: FarEnd, host: Callable[[], str | None] = NOBODY, *, verify: bool = True) -> Trust:
    chain = vcenter.certificate if verify else None
    return Trust(endpoint=Address("127.0.0.1", vcenter.port), chain=chain, host_certificate=host)


def test_a_file_goes_there_and_back_whole(vcenter: FarEnd) -> None:
    url = f"https://127.0.0.1:{vcenter.port}{PATH}"
    put(url, b"a marker\n", _trust(vcenter))
    assert vcenter.files == {PATH: b"a marker\n"}
    assert get(url, _trust(vcenter)) == b"a marker\n"


@pytest.mark.parametrize("anybody", ["*", "*:443"])
def test_a_star_is_the_server_that_was_asked_whatever_port_stands_behind_it(vcenter: FarEnd, anybody: str) -> None:
    put(f"https://{anybody}{PATH}", b"x", _trust(vcenter))
    assert vcenter.files == {PATH: b"x"}


def test_a_host_is_known_by_the_certificate_that_vcenter_has_of_it(vcenter: FarEnd, esxi: FarEnd) -> None:
    url = f"https://127.0.0.1:{esxi.port}{PATH}"
    put(url, b"x", _trust(vcenter, lambda: esxi.certificate))
    assert esxi.files == {PATH: b"x"}


@pytest.mark.parametrize("known", [True, False], ids=["another certificate", "no certificate"])
def test_a_host_that_nobody_vouches_for_gets_nothing(vcenter: FarEnd, esxi: FarEnd, known: bool) -> None:
    url = f"https://127.0.0.1:{esxi.port}{PATH}"
    with pytest.raises(SSLError):
        put(url, b"x", _trust(vcenter, lambda: vcenter.certificate if known else None))
    assert esxi.files == {}


def test_nothing_is_verified_where_the_profile_says_so(vcenter: FarEnd, esxi: FarEnd) -> None:
    put(f"https://127.0.0.1:{esxi.port}{PATH}", b"x", _trust(vcenter, verify=False))
    assert esxi.files == {PATH: b"x"}


def test_a_refusal_says_where_and_what_and_shows_no_token(vcenter: FarEnd) -> None:
    vcenter.status = 404
    with pytest.raises(SourceError, match=rf"127\.0\.0\.1:{vcenter.port}: expected HTTP 200, got 404") as refused:
        put(f"https://*{PATH}", b"x", _trust(vcenter))
    assert "s3cr3t" not in str(refused.value)


def test_a_file_is_never_sent_in_the_clear(vcenter: FarEnd) -> None:
    with pytest.raises(SourceError, match="expected an https URL from vCenter, got one of http"):
        put(f"http://*{PATH}", b"x", _trust(vcenter))


def test_a_file_larger_than_any_answer_of_ours_is_refused(vcenter: FarEnd) -> None:
    vcenter.files[PATH] = b"x" * ((1 << 20) + 1)
    with pytest.raises(SourceError, match="expected at most 1048576 bytes"):
        get(f"https://*{PATH}", _trust(vcenter))
