"""One lab with MTV's controllers per test."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lab_mtv.clouds import CloudDesk, CloudProduct
from tests.lab_mtv.engines import EngineDesk, EngineProduct
from tests.lab_mtv.scene import Desk, Product


@pytest.fixture
def options() -> dict[str, Any]:
    """Override to start another lab."""
    return {}


@pytest.fixture
def product(tmp_path: Path, options: dict[str, Any]) -> Iterator[Product]:
    running = Product(tmp_path, **options)
    running.start()
    yield running
    running.stop()
    assert running.mtv.errors + running.ova.errors == []


@pytest.fixture
def desk(product: Product) -> Desk:
    return Desk(product)


@pytest.fixture
def cloud_product(tmp_path: Path, options: dict[str, Any]) -> Iterator[CloudProduct]:
    running = CloudProduct(tmp_path, **options)
    running.start()
    yield running
    running.stop()
    assert running.mtv.errors == []


@pytest.fixture
def cloud_desk(cloud_product: CloudProduct) -> CloudDesk:
    return CloudDesk(cloud_product)


@pytest.fixture
def engine_product(tmp_path: Path, options: dict[str, Any]) -> Iterator[EngineProduct]:
    running = EngineProduct(tmp_path, **options)
    running.start()
    yield running
    running.stop()
    assert running.mtv.errors == []


@pytest.fixture
def engine_desk(engine_product: EngineProduct) -> EngineDesk:
    return EngineDesk(engine_product)
