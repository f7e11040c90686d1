"""One body of tests, the lab's engine by default; `OVIRT_URL` takes a real one instead."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from lab.kernel.tls import new_authority
from tests.contracts.clones import RunOfClones
from tests.contracts.ovirt import places
from tests.contracts.ovirt.places import Place

if TYPE_CHECKING:
    from support.adapters.ovirt.platform import Ovirt

URL = os.environ.get("OVIRT_URL")
SECONDS = 1800.0 if URL else 60.0


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    opened = places.real(URL) if URL else places.the_lab(tmp_path_factory.mktemp("lab"))
    with opened as found:
        yield found


@pytest.fixture
def ovirt(place: Place) -> Iterator["Ovirt"]:
    from support.adapters.ovirt.platform import Ovirt

    platform = Ovirt(place.access)
    platform.connect()
    yield platform
    platform.close()


class Clones(RunOfClones["Ovirt"]):
    def existing(self) -> list[str]:
        """Ids of this run's machines by the beginning of their names alone."""
        found = self.platform._open.system.vms_service().list(search=f"name={self.run}*")
        return [each.id for each in found]


@pytest.fixture
def clones(ovirt: "Ovirt") -> Iterator[Clones]:
    made = Clones(ovirt, SECONDS)
    yield made
    made.remove_all()


@pytest.fixture(scope="session")
def foreign_ca(tmp_path_factory: pytest.TempPathFactory) -> str:
    """PEM of an authority that no engine knows."""
    folder = tmp_path_factory.mktemp("foreign-ca")
    new_authority(folder)
    return (folder / "ca.crt").read_text()
