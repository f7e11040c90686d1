"""One body of tests for the lab's cloud; `OPENSTACK_CLOUD` points it at another one."""

import os
from collections.abc import Iterator

import pytest

from support.adapters.openstack.parts import Parts, parts_of, remove_parts
from support.adapters.openstack.platform import Openstack
from tests.contracts.clones import RunOfClones
from tests.contracts.openstack import places
from tests.contracts.openstack.places import Place

CLOUD = os.environ.get("OPENSTACK_CLOUD")
SECONDS = 900.0 if CLOUD else 60.0


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    opened = places.real(CLOUD) if CLOUD else places.the_lab(tmp_path_factory.mktemp("lab"))
    with opened as found:
        yield found


@pytest.fixture
def stack(place: Place) -> Iterator[Openstack]:
    platform = Openstack(place.access)
    platform.connect()
    yield platform
    platform.close()


class Clones(RunOfClones[Openstack]):
    def parts(self, name: str) -> Parts:
        return parts_of(self.platform._session, name)

    def existing(self) -> list[str]:
        return [machine_id for machine_id, _name in self.platform.machines_of(self.run)]

    def remove_all(self) -> None:
        super().remove_all()
        for name in self.names:
            remove_parts(self.platform._session, name, "", SECONDS)


@pytest.fixture
def clones(stack: Openstack) -> Iterator[Clones]:
    made = Clones(stack, SECONDS)
    yield made
    made.remove_all()


def nothing(parts: Parts) -> bool:
    return not (parts.volumes or parts.snapshots or parts.images)
