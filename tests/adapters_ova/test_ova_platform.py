"""What the share says of its appliances by way of MTV's inventory, and what it cannot do."""

from typing import Any
from unittest.mock import MagicMock

import pytest

from support.adapters.inventory.ova import OvaInventory
from support.adapters.ova.platform import Ova
from support.domain.access import SourceAccess
from support.domain.errors import MachineNotFound, SourceError
from support.domain.names import MachineName
from support.domain.secret import Secret
from support.domain.source import ProviderKind
from support.ports.source import ClonesMachines, OperatesGuests, PowersMachines, SourcePlatform, TracksChanges
from tests.adapters_ova.test_ova_describing import UUID, appliance

SHARE = "nfs.test:/exports/ova"
ACCESS = SourceAccess(
    profile="ova", kind=ProviderKind.OVA, version="", url=SHARE, username="", password=Secret(""), verify=True
)


def share(**answers: Any) -> Ova:
    inventory = MagicMock(spec=OvaInventory)
    inventory.names.return_value = answers.get("names", {UUID: "web", "id-2": "db"})
    inventory.machine.return_value = answers.get("machine", appliance())
    return Ova(ACCESS, inventory, 5)


def test_a_share_can_be_read_and_nothing_else() -> None:
    platform = share()
    assert isinstance(platform, SourcePlatform)
    assert not isinstance(platform, ClonesMachines | PowersMachines | TracksChanges | OperatesGuests)


def test_nothing_is_asked_before_mtv_has_a_provider() -> None:
    inventory = MagicMock(spec=OvaInventory)
    platform = Ova(ACCESS, inventory, 5)
    platform.connect()
    platform.close()
    assert platform.instance_id() == SHARE
    assert [inventory.names.called, inventory.machine.called] == [False, False]


def test_an_appliance_is_found_by_its_name_and_described_by_its_id() -> None:
    platform = share()
    assert platform.find(MachineName("web")) == UUID
    assert platform.describe(UUID).name == "web"


def test_an_unknown_appliance_is_answered_with_near_names_and_the_share() -> None:
    with pytest.raises(MachineNotFound, match=rf"appliance 'wep': not on the share {SHARE}.*near names: web"):
        share().find(MachineName("wep"))


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ({}, "there are: none$"),
        ({"1": "web", "2": "db"}, "there are: db, web$"),
        ({str(number): f"web{number}" for number in range(9)}, r"there are: web0, web1, web2, web3, web4, \.\.\.$"),
    ],
)
def test_where_no_name_is_near_some_of_those_there_are_told(names: dict[str, str], told: str) -> None:
    with pytest.raises(MachineNotFound, match=told):
        share(names=names).find(MachineName("appliance-of-somebody"))


def test_two_appliances_of_one_name_are_refused() -> None:
    with pytest.raises(SourceError, match=r"expected one of that name .* found 2"):
        share(names={"1": "web", "2": "web"}).find(MachineName("web"))


def test_an_appliance_that_is_gone_is_an_error_that_names_it() -> None:
    with pytest.raises(MachineNotFound, match="appliance id-9: no longer on the share"):
        share(machine=None).describe("id-9")
