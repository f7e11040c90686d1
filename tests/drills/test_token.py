"""A run that logs in with user and password leaves none of its tokens behind, however it ends."""

import re
import subprocess
import time
from pathlib import Path

import pytest

from support.adapters.openshift.api import Api
from support.domain.access import ClusterAccess
from support.domain.journal import Act, Record
from support.domain.names import ObjectRef
from support.workflow.journalling import DIE_AFTER, read_journals
from support.workflow.tokens import TOKEN
from tests.drills.conftest import AsCluster
from tests.drills.running_lab import Finished, acceptance, behave, finish, run_ids

pytestmark = [pytest.mark.drill, pytest.mark.timeout(600)]

_TOKEN_LIKE = re.compile(r"sha256~[\w-]{20,}")
LATE = 30
"""A record in the middle of the migration: everything a run can own is there."""


class AsUser:
    """The suite as somebody who has no more than a user and a password."""

    def __init__(self, cluster: AsCluster) -> None:
        found = cluster.lab.endpoints()
        self.cluster = cluster
        self.password = {"MTV_CLUSTER_PASSWORD": found["cluster_password"]}
        cluster.settings |= {
            "cluster_host": found["cluster"],
            "cluster_username": found["cluster_username"],
            "cluster_ca": str(cluster.lab.folder / "ca.crt"),
        }
        del cluster.settings["kubeconfig"]

    def start(self, die_after: int = 0, **settings: str) -> "subprocess.Popen[str]":
        dying = {DIE_AFTER: str(die_after)} if die_after else {}
        return behave(*self.cluster.arguments(**settings), env={**self.password, **dying})

    def run(self, die_after: int = 0, **settings: str) -> Finished:
        return finish(self.start(die_after, **settings))

    def await_records(self, number: int) -> None:
        """Until the run has written so many records, all within its time-out."""
        deadline = time.monotonic() + 60
        while sum(len(path.read_bytes().splitlines()) for path in self._journals()) < number:
            assert time.monotonic() < deadline, "the run did not come that far"
            time.sleep(0.05)

    def forget(self, name: str) -> None:
        """Delete a token by an administrator's right."""
        admin = Api(ClusterAccess(kubeconfig=self.cluster.lab.folder / "kubeconfig"))
        admin.connect()
        try:
            ref = ObjectRef("OAuthAccessToken", name)
            found = admin.get(ref)
            assert found is not None
            assert admin.delete(ref, str(found["metadata"]["uid"]))
        finally:
            admin.close()

    def clean_up(self, monkeypatch: pytest.MonkeyPatch) -> Finished:
        (run,) = run_ids(self.cluster.reports)
        for key, value in self.password.items():
            monkeypatch.setenv(key, value)
        return acceptance("cleanup", run, f"-Dreports_dir={self.cluster.reports}")

    def state(self) -> dict[str, str]:
        return self.cluster.lab.state()

    def acts(self) -> list[Act]:
        """What the journal says of tokens, in order."""
        keys = {record.key for record in self._records() if record.thing is not None and record.thing.kind == TOKEN}
        return [record.act for record in self._records() if record.key in keys]

    def names(self) -> set[str]:
        """Names of the tokens in the journal."""
        things = [record.thing for record in self._records()]
        return {thing.name for thing in things if thing is not None and thing.kind == TOKEN}

    def _records(self) -> list[Record]:
        (folder,) = self.cluster.reports.glob("auto-*/journal")
        return read_journals(folder)

    def _journals(self) -> list[Path]:
        return list(self.cluster.reports.glob("auto-*/journal/*.jsonl"))


@pytest.fixture
def user(cluster: AsCluster) -> AsUser:
    return AsUser(cluster)


def test_a_clean_run_gives_its_token_back_and_writes_that_down(user: AsUser) -> None:
    before = user.state()
    done = user.run()
    assert done.code == 0, done.text
    assert user.state() == before
    assert user.acts() == [Act.INTENT, Act.NOTED, Act.GONE]


@pytest.mark.parametrize("record", [1, LATE])
def test_after_kill_9_the_cleanup_deletes_the_token_of_the_run_and_its_own(
    user: AsUser, record: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = user.state()
    assert user.run(die_after=record).code == -9
    assert user.state() != before
    cleaned = user.clean_up(monkeypatch)
    assert cleaned.code == 0, cleaned.text
    assert user.state() == before
    again = user.clean_up(monkeypatch)
    assert again.code == 0, again.text
    assert user.state() == before


def test_a_token_that_ends_during_the_run_is_renewed_and_both_are_written_off(user: AsUser) -> None:
    before = user.state()
    process = user.start()
    user.await_records(LATE)
    (first,) = user.names()
    # As at its expiry: from now on the API answers 401 to it.
    user.forget(first)
    done = finish(process)
    assert done.code == 0, done.text
    assert user.state() == before
    assert first in user.names()
    assert len(user.names()) == 2
    assert [user.acts().count(act) for act in (Act.INTENT, Act.GONE)] == [2, 2]


def test_a_run_that_could_not_start_leaves_no_token(user: AsUser) -> None:
    before = user.state()
    done = user.run(storage_class="gold")
    assert done.code == 2, done.text
    assert user.state() == before
    assert user.acts() == [Act.INTENT, Act.NOTED, Act.GONE]
    assert not (user.cluster.reports / "junit").exists()


def test_neither_token_nor_password_is_written_anywhere(user: AsUser) -> None:
    done = user.run()
    secret = user.password["MTV_CLUSTER_PASSWORD"]
    files = [path for path in user.cluster.reports.rglob("*") if path.is_file()]
    assert any(path.suffix == ".jsonl" for path in files)
    (name,) = user.names()
    for text in (done.text, *(path.read_text(errors="replace") for path in files)):
        assert secret not in text
        assert "Bearer " not in text
        # The only word of a token's form is the hash by which its object is called.
        assert set(_TOKEN_LIKE.findall(text)) <= {name}
