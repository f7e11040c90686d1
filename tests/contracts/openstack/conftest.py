"""One body of tests for the lab's cloud; `OPENSTACK_CLOUD` points it at another one."""

import os
from collections.abc import Iterator

import pytest

from support.adapters.openstack.parts import Parts, parts_of, remove_parts
from support.adapters.openstack.platform import Openstack
from support.domain.names import MachineName, new_run_id
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


class Clones:
    """Makes clones of one run and removes all of them."""

    def __init__(self, platform: Openstack) -> None:
        self.run = new_run_id()
        self.platform = platform
        self.names: list[MachineName] = []

    def next_name(self) -> MachineName:
        self.names.append(MachineName(f"{self.run}-contract-{len(self.names) + 1}"))
        return self.names[-1]

    def start(self, source: MachineName, name: MachineName | None = None) -> str:
        return self.platform.start_clone(source, name or self.next_name(), f"{self.run} made by a contract test")

    def make(self, source: MachineName, name: MachineName | None = None) -> str:
        return self.platform.finish_clone(self.start(source, name), SECONDS)

    def parts(self, name: str) -> Parts:
        return parts_of(self.platform._session, name)

    def existing(self) -> list[str]:
        return [machine_id for machine_id, _name in self.platform.machines_of(self.run)]

    def remove_all(self) -> None:
        for machine_id in self.existing():
            self.platform.delete(machine_id, SECONDS)
        for name in self.names:
            remove_parts(self.platform._session, name, SECONDS)


@pytest.fixture
def clones(stack: Openstack) -> Iterator[Clones]:
    made = Clones(stack)
    yield made
    made.remove_all()


def nothing(parts: Parts) -> bool:
    return not (parts.volumes or parts.snapshots or parts.images)
