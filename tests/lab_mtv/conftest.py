"""One lab with MTV's controllers per test."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.lab_mtv.clouds import CloudDesk, CloudProduct
from tests.lab_mtv.engines import EngineDesk, EngineProduct
from tests.lab_mtv.scene import Desk, Product


@pytest.fixture
def options() -> dict[str, Any]:
    """Override to start another lab."""
    return {}


Running = TypeVar("Running", Product, CloudProduct, EngineProduct)


@contextmanager
def up(running: Running) -> Iterator[Running]:
    """While the block runs; nothing may have gone wrong inside."""
    running.start()
    yield running
    running.stop()
    assert running.mtv.errors == []


@pytest.fixture
def product(tmp_path: Path, options: dict[str, Any]) -> Iterator[Product]:
    with up(Product(tmp_path, **options)) as running:
        yield running
    assert running.ova.errors == []


@pytest.fixture
def desk(product: Product) -> Desk:
    return Desk(product)


@pytest.fixture
def cloud_product(tmp_path: Path, options: dict[str, Any]) -> Iterator[CloudProduct]:
    with up(CloudProduct(tmp_path, **options)) as running:
        yield running


@pytest.fixture
def cloud_desk(cloud_product: CloudProduct) -> CloudDesk:
    return CloudDesk(cloud_product)


@pytest.fixture
def engine_product(tmp_path: Path, options: dict[str, Any]) -> Iterator[EngineProduct]:
    with up(EngineProduct(tmp_path, **options)) as running:
        yield running


@pytest.fixture
def engine_desk(engine_product: EngineProduct) -> EngineDesk:
    return EngineDesk(engine_product)
