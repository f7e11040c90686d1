"""Several runs share the scenarios of a selection: each is run by one of them, and a run without any passes."""

from pathlib import Path
from unittest.mock import MagicMock

import pytest

from support.domain.shard import Shard
from support.run.life import RunLife
from support.run.settings import load_settings
from tests.run.conftest import MadeUpLife, Run, configuration


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_every_scenario_is_in_exactly_one_share(count: int) -> None:
    shares = [Shard(index, count).share(range(5)) for index in range(count)]
    assert sorted(item for share in shares for item in share) == list(range(5))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def _lives(behave: Run, shard: Shard | None) -> tuple[int, list[str]]:
    life = MadeUpLife()
    life.shard = shard
    return behave(life), life.told


def test_each_shard_runs_its_own_share(behave: Run) -> None:
    first, told = _lives(behave, Shard(0, 2))
    assert first == 0
    assert "running 1" in told
    assert [each for each in told if each.startswith("open_scenario")] == ["open_scenario It arrives"]


def test_the_other_shard_runs_the_rest(behave: Run) -> None:
    second, told = _lives(behave, Shard(1, 2))
    assert second == 1, "the scenario that fails is its own"
    assert [each for each in told if each.startswith("open_scenario")] == ["open_scenario It is lost"]


def test_an_empty_shard_passes_and_touches_nothing(behave: Run) -> None:
    assert _lives(behave, Shard(2, 3)) == (0, ["made"])


def test_whoever_joins_the_shards_finds_the_folder_of_an_empty_one(tmp_path: Path) -> None:
    life = RunLife(configuration("-Dshard=2/3", f"-Dreports_dir={tmp_path / 'shard-2'}"), [])
    assert life.share([MagicMock(), MagicMock()]) == []
    assert list((tmp_path / "shard-2").iterdir()) == []


def test_the_setting_is_read_as_index_and_count() -> None:
    assert load_settings({"shard": "2/3"}, {}, {}).shard == Shard(2, 3)
    assert load_settings({"shard": "2/3"}, {}, {}).shown()["shard"] == "2/3"


@pytest.mark.parametrize("text", ["3/3", "1", "-1/3", "a/b", "1/0"])
def test_a_shard_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Exception, match="such as 0/3"):
        load_settings({"shard": text}, {}, {})
