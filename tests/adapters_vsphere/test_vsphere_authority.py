"""What MTV is given of a vCenter's certificates."""

from dataclasses import replace

from support.adapters.vsphere.platform import Vsphere
from tests.workflow.landscape import ACCESS


def test_where_nobody_verifies_mtv_is_given_no_chain_and_nothing_is_fetched() -> None:
    unreachable = "https://127.0.0.1:9/sdk"
    assert Vsphere(replace(ACCESS, url=unreachable, verify=False, ca_pem=None)).ca_pem() is None
