"""A run on a lab whose product is broken sends its report to a service on this machine, and keeps what comes back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters_insight.made_up_insight import EXPLANATION, MadeUpInsight, made_up_insight
from tests.drills.conftest import SPEED
from tests.drills.running_lab import behave, finish

pytestmark = pytest.mark.drill

ONE = "--tags=@test_sanity_cold_mtv_migration"


@pytest.fixture
def insight() -> Iterator[MadeUpInsight]:
    with made_up_insight() as made:
        yield made


def test_a_failed_run_is_explained_and_says_what_it_sent(insight: MadeUpInsight, reports: Path) -> None:
    settings = (
        "-Danalyze_with_ai=true",
        "-Dlab_defect=cores-for-sockets",
        f"-Dlab_speed={SPEED}",
        f"-Dreports_dir={reports}",
    )
    done = finish(behave(ONE, *settings, env={"JJI_SERVER_URL": insight.url}))
    assert done.code == 1, done.text
    assert f"without secrets, goes to {insight.url.removeprefix('http://')}" in done.out
    assert EXPLANATION in (reports / "junit" / "mtv-acceptance.xml").read_text()
    ((_path, sent),) = insight.sent
    assert "<failure" in sent["raw_xml"]
    assert "lab-vcenter-password" not in sent["raw_xml"]


def test_a_dry_run_asks_nobody(insight: MadeUpInsight) -> None:
    done = finish(behave("--dry-run", ONE, "-Danalyze_with_ai=true", env={"JJI_SERVER_URL": insight.url}))
    assert done.code == 0, done.text
    assert insight.sent == []
