"""`behave ... | head -1`: a reader that goes away takes neither verdict nor teardown nor reports with it."""

import pytest

from tests.drills.conftest import AsCluster
from tests.drills.running_lab import Finished, behave, run_ids

pytestmark = pytest.mark.drill


def first_line_only(cluster: AsCluster, **settings: str | None) -> Finished:
    """Run while nobody reads beyond the first line, neither output nor errors."""
    process = behave(*cluster.arguments(**settings))
    assert process.stdout is not None
    assert process.stderr is not None
    first = process.stdout.readline()
    process.stdout.close()
    process.stderr.close()
    return Finished(code=process.wait(timeout=120), out=first, err="")


def test_a_run_nobody_listens_to_passes_and_leaves_nothing(cluster: AsCluster) -> None:
    before = cluster.lab.diff()
    done = first_line_only(cluster)
    assert done.code == 0
    assert "AcceptanceRunner" in done.out
    (run,) = run_ids(cluster.reports)
    assert list((cluster.reports / run / "allure-results").glob("*-result.json"))
    assert cluster.lab.diff() == before


def test_a_run_that_cannot_start_still_exits_2(cluster: AsCluster) -> None:
    assert first_line_only(cluster, storage_class="gold").code == 2
