"""One body of tests, every vCenter within reach; `VCENTER_URL` narrows it to that one."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from support.adapters.vsphere.platform import Vsphere
from tests.contracts.clones import RunOfClones
from tests.contracts.vsphere import places
from tests.contracts.vsphere.places import Place

URL = os.environ.get("VCENTER_URL")
PLACES = ("real",) if URL else ("lab", "vcsim")
SECONDS = 600.0 if URL else 60.0


@pytest.fixture(scope="module", params=PLACES)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "vcsim" and places.VCSIM is None:
        assert not places.REQUIRED, "vcsim is required here, but neither in .tools/bin nor on PATH: run `make clients`"
        pytest.skip("vcsim is neither in .tools/bin nor on PATH; `make clients` builds it")
    opened: dict[str, Callable[[Path], AbstractContextManager[Place]]] = {
        "lab": places.the_lab,
        "vcsim": places.vcsim,
        "real": lambda _folder: places.real(URL or ""),
    }
    with opened[request.param](folder) as found:
        yield found


@pytest.fixture
def vsphere(place: Place) -> Iterator[Vsphere]:
    platform = Vsphere(place.access)
    platform.connect()
    yield platform
    platform.close()


@pytest.fixture
def able(place: Place) -> Callable[[str], None]:
    """Skip what this place cannot do, by stated reason only."""

    def check(capability: str) -> None:
        if capability in place.cannot:
            pytest.skip(place.cannot[capability])

    return check


class Clones(RunOfClones[Vsphere]):
    def existing(self) -> list[str]:
        """Ids of this run's machines by name alone, since not every place keeps notes."""
        rows = self.platform._scanner.rows(("name",))
        return [row.id for row in rows if str(row.get("name")).startswith(self.run)]


@pytest.fixture
def clones(vsphere: Vsphere) -> Iterator[Clones]:
    made = Clones(vsphere, SECONDS)
    yield made
    made.remove_all()
