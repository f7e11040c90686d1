"""MTV's key on an ESXi host: let in and taken out, beside other runs, after crashes, and nothing else is touched."""

from collections.abc import Iterator
from dataclasses import replace

import paramiko
import pytest

from support.adapters.esxi.keys import EsxiKeys
from support.adapters.esxi.shell import _LOCK, KEYS, NotLocked, Shell, session
from support.domain.access import HostAccess
from support.domain.errors import SourceError, SourceLoginError, SourceUnreachable
from support.domain.names import RunId, new_run_id
from support.domain.secret import Secret

pytestmark = pytest.mark.contract
MTV = "2.12.5"


@pytest.fixture(scope="module")
def private() -> paramiko.RSAKey:
    return paramiko.RSAKey.generate(2048)


@pytest.fixture(scope="module")
def public(private: paramiko.RSAKey) -> str:
    return f"{private.get_name()} {private.get_base64()}\n"


@pytest.fixture
def run(host: HostAccess) -> Iterator[RunId]:
    """A run whose test leaves the keys as they were."""
    before = content(host)
    yield new_run_id()
    assert content(host) == before


@pytest.fixture
def keys(host: HostAccess) -> EsxiKeys:
    return EsxiKeys(host, pause=0)


def content(host: HostAccess) -> bytes:
    with session(host) as shell:
        return shell.keys()


def said_by(host: HostAccess, key: paramiko.RSAKey) -> str:
    """What MTV's own test of a host hears (forklift.md 4.4)."""
    with paramiko.SSHClient() as client:
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        client.connect(host.address, host.port, "root", pkey=key, look_for_keys=False, allow_agent=False, timeout=20)
        _, out, _ = client.exec_command("DS=;CMD=status test-task-id", timeout=20)
        return out.read().decode()


def test_mtv_gets_in_by_its_key_until_that_is_taken_out(
    host: HostAccess, keys: EsxiKeys, run: RunId, private: paramiko.RSAKey, public: str
) -> None:
    assert keys.add(public, MTV, run)
    assert keys.holds(public, run)
    assert said_by(host, private).strip() == "SSH_OK"
    keys.remove(public, run)
    assert not keys.holds(public, run)
    with pytest.raises(paramiko.AuthenticationException):
        said_by(host, private)


def test_both_are_done_once_however_often_they_are_asked_for(
    host: HostAccess, keys: EsxiKeys, run: RunId, public: str
) -> None:
    assert keys.add(public, MTV, run)
    once = content(host)
    assert keys.add(public, MTV, run)
    assert content(host) == once
    keys.remove(public, run)
    keys.remove(public, run)


def test_an_outdated_line_of_the_key_is_not_in_the_way_and_stays(
    host: HostAccess, keys: EsxiKeys, run: RunId, private: paramiko.RSAKey, public: str
) -> None:
    before = content(host)
    outdated = b'command="python /vmfs/volumes/x/secure-vmkfstools-wrapper.py" ' + public.encode()
    with session(host) as shell:
        shell.write_keys(before + outdated, run)
    assert keys.add(public, MTV, run)
    assert said_by(host, private).strip() == "SSH_OK"
    keys.remove(public, run)
    assert content(host) == before + outdated
    with session(host) as shell:
        shell.write_keys(before, run)


def test_a_line_that_somebody_else_put_there_for_the_same_is_left_to_them(
    host: HostAccess, keys: EsxiKeys, run: RunId, public: str
) -> None:
    other = RunId(f"{run}x")
    assert keys.add(public, MTV, other)
    assert not keys.add(public, MTV, run)
    keys.remove(public, run)
    assert keys.holds(public, other)
    keys.remove(public, other)


def test_two_runs_keep_their_own_lines(keys: EsxiKeys, run: RunId, public: str) -> None:
    other, second = RunId(f"{run}x"), f"ssh-rsa {paramiko.RSAKey.generate(2048).get_base64()}"
    assert keys.add(public, MTV, run)
    assert keys.add(second, MTV, other)
    keys.remove(public, run)
    assert keys.holds(second, other)
    keys.remove(second, other)


def test_keys_that_another_run_works_on_are_left_alone_and_the_run_is_named(
    host: HostAccess, keys: EsxiKeys, run: RunId, public: str
) -> None:
    with session(host) as shell:
        shell.lock(f"{run}x")
    with pytest.raises(NotLocked, match=f"acceptance cleanup {run}x"):
        keys.add(public, MTV, run)
    with session(host) as shell:
        shell.unlock(f"{run}x")


def test_a_lock_that_is_given_back_while_one_looks_whose_it_is_is_asked_for_again(
    host: HostAccess, keys: EsxiKeys, run: RunId, public: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, asked = f"{run}x", Shell._run
    with session(host) as shell:
        shell.lock(other)

    def gone_by_then(shell: Shell, command: str, given: bytes = b"") -> tuple[int, bytes, bytes]:
        if command.startswith("ls "):
            monkeypatch.setattr(Shell, "_run", asked)
            shell.unlock(other)
        return asked(shell, command, given)

    monkeypatch.setattr(Shell, "_run", gone_by_then)
    assert keys.add(public, MTV, run)
    keys.remove(public, run)


def test_a_lock_whose_maker_died_before_it_said_who_it_was_is_taken_away(
    host: HostAccess, keys: EsxiKeys, run: RunId, public: str
) -> None:
    with session(host) as shell:
        shell._must(f"mkdir {_LOCK}")
    assert keys.add(public, MTV, run)
    keys.remove(public, run)
    with session(host) as shell:
        assert shell._run(f"test -e {_LOCK}")[0] != 0


def test_who_finds_another_run_in_the_lock_it_made_gives_way(host: HostAccess, run: RunId) -> None:
    """As the other does whose folder was taken away, as nobody's, before it said who it was."""
    other = f"{run}x"
    with session(host) as shell:
        asked = Shell._run

        def late(shell: Shell, command: str, given: bytes = b"") -> tuple[int, bytes, bytes]:
            if command.startswith("ls "):
                asked(shell, f"mkdir {_LOCK}/{other}")
            return asked(shell, command, given)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Shell, "_run", late)
            with pytest.raises(NotLocked, match=f"run {other} works on its keys"):
                shell.lock(run)
        assert shell._must(f"ls {_LOCK}").split() == [other.encode()]
        shell.unlock(other)
        assert shell._run(f"test -e {_LOCK}")[0] != 0


def test_a_lock_that_is_nobodys_and_cannot_be_taken_away_is_told_with_what_to_do(
    host: HostAccess, run: RunId, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Shell._run

    def kept(shell: Shell, command: str, given: bytes = b"") -> tuple[int, bytes, bytes]:
        return (1, b"", b"refused") if command == f"rmdir {_LOCK}" else asked(shell, command, given)

    with session(host) as shell:
        shell._must(f"mkdir {_LOCK}")
        with monkeypatch.context() as patch:
            patch.setattr(Shell, "_run", kept)
            for _ in range(2):
                with pytest.raises(NotLocked, match=f"names no run; on the host: rmdir {_LOCK}"):
                    shell.lock(run)
        shell._must(f"rmdir {_LOCK}")


def test_what_the_same_run_left_when_it_died_is_taken_over(
    host: HostAccess, keys: EsxiKeys, run: RunId, public: str
) -> None:
    copy = f"{KEYS.rpartition('/')[0]}/.mtv-acceptance-{run}"
    with session(host) as shell:
        shell.lock(run)
        shell._must(f"cat > {copy}", b"half a copy")
    keys.remove(public, run)
    with session(host) as shell:
        assert shell._run(f"test -e {copy}")[0] != 0
        shell.lock(run)
        shell.unlock(run)


def test_the_login_is_refused_with_a_wrong_password_which_is_not_shown(host: HostAccess) -> None:
    with pytest.raises(SourceLoginError, match="esxi_password") as refused:
        EsxiKeys(replace(host, password=Secret("certainly-wrong"))).must_answer()
    assert "certainly-wrong" not in str(refused.value)


def test_nobody_at_home_is_said_with_address_and_port(host: HostAccess) -> None:
    with pytest.raises(SourceUnreachable, match=r"127\.0\.0\.1:9"):
        EsxiKeys(replace(host, address="127.0.0.1", port=9)).must_answer()


def test_a_host_is_held_to_its_fingerprint(host: HostAccess, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    EsxiKeys(replace(host, fingerprint=None)).must_answer()
    shown = next(
        word for record in caplog.records for word in record.getMessage().replace(",", " ").split() if "SHA256" in word
    )
    caplog.clear()
    EsxiKeys(replace(host, fingerprint=shown)).must_answer()
    assert "taken unseen" not in caplog.text
    with pytest.raises(SourceError, match=f"shows the key {shown}".replace("+", r"\+")):
        EsxiKeys(replace(host, fingerprint=f"SHA256:{'A' * 43}")).must_answer()
