"""An SSH client that nobody here wrote puts a key on an ESXi host and uses it (facts/sources.md 2)."""

import asyncio

import paramiko
import pytest

from lab.esxi.service import EsxiService
from lab.world.consoles import KEYS_FILE, Console
from tests.harness.lab_in_thread import LabInThread
from tests.lab_esxi.conftest import Connect

_CURRENT = (
    'command="sh -c \'DS=$(echo \\"$SSH_ORIGINAL_COMMAND\\"); [ -z \\"$DS\\" ] && echo SSH_OK\'",'
    "no-port-forwarding,no-agent-forwarding,no-X11-forwarding"
)
_OLDEST = 'command="python /vmfs/volumes/lab-vmfs-1/secure-vmkfstools-wrapper.py",no-pty'


def run(client: paramiko.SSHClient, line: str, given: str = "") -> tuple[int, str, str]:
    stdin, stdout, stderr = client.exec_command(line, timeout=20)
    stdin.write(given)
    stdin.channel.shutdown_write()
    out, err = stdout.read().decode(), stderr.read().decode()
    return stdout.channel.recv_exit_status(), out, err


@pytest.fixture
def root(connect: Connect, host: Console) -> paramiko.SSHClient:
    return connect(password=host.account.password)


def key() -> tuple[paramiko.RSAKey, str]:
    made = paramiko.RSAKey.generate(2048)
    return made, f"{made.get_name()} {made.get_base64()}"


def test_a_password_is_asked_for_as_keyboard_interactive(connect: Connect, root: paramiko.SSHClient) -> None:
    assert run(root, "hostname") == (0, "esxi-1.lab.test\n", "")
    with pytest.raises(paramiko.AuthenticationException):
        connect(password="wrong")
    transport = root.get_transport()
    assert transport is not None
    assert transport.remote_version.endswith("OpenSSH_9.4")


def test_nobody_but_root_gets_in(connect: Connect, host: Console) -> None:
    with pytest.raises(paramiko.AuthenticationException):
        connect(username="admin", password=host.account.password)


def test_keys_are_read_changed_in_place_and_written_back(root: paramiko.SSHClient, host: Console) -> None:
    before = host.keys
    code, text, _ = run(root, f"cat {KEYS_FILE} 2>/dev/null")
    assert (code, text) == (0, before)
    folder = KEYS_FILE.rpartition("/")[0]
    wanted = before + "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEj4WvUPNn3s somebody\n"
    assert run(root, f"umask 077; cat > {folder}/new && chmod 600 {folder}/new", wanted)[0] == 0
    assert run(root, f"cat {folder}/new > {KEYS_FILE} && rm {folder}/new")[0] == 0
    assert host.keys == wanted
    assert run(root, f"cp {KEYS_FILE} {folder}/old && mv {folder}/old {folder}/older; ls {folder}")[1] == (
        "authorized_keys\nolder\n"
    )
    run(root, f"rm {folder}/older; cat > {KEYS_FILE}", before)
    assert host.keys == before


def test_a_folder_is_a_lock(root: paramiko.SSHClient) -> None:
    assert run(root, "mkdir /tmp/keys.lock")[0] == 0
    assert run(root, "mkdir /tmp/keys.lock") == (1, "", "mkdir: /tmp/keys.lock: File exists\n")
    assert run(root, "rmdir /tmp/keys.lock")[0] == 0


@pytest.mark.parametrize("line", ["esxcli system version get", "python -c 1", "echo $HOME"])
def test_what_the_lab_does_not_know_is_refused_and_counted(
    root: paramiko.SSHClient, lab: LabInThread, line: str
) -> None:
    code, _, err = run(root, line)
    assert (code, "not found" in err) == (127, True)
    assert lab.lab.requests.refused[f"esxi command {line.split(maxsplit=1)[0]}"] > 0


def test_a_bound_key_runs_its_own_command_only(connect: Connect, root: paramiko.SSHClient, host: Console) -> None:
    private, public = key()
    before = host.keys
    run(root, f"cat >> {KEYS_FILE}", f"{_CURRENT} {public} suite:auto-ab12\n")
    client = connect(pkey=private)
    assert run(client, "DS=;CMD=status test-task-id") == (0, "SSH_OK\n", "")
    code, _, err = run(client, "DS=lab-vmfs-1;CMD=--version")
    assert (code, "/vmfs/volumes/lab-vmfs-1/secure-vmkfstools-wrapper" in err) == (2, True)
    run(client, f"rm {KEYS_FILE}")
    assert host.keys != "", "the command was not the key's own"
    run(root, f"cat > {KEYS_FILE}", before)
    with pytest.raises(paramiko.AuthenticationException):
        connect(pkey=private)


def test_an_outdated_line_of_a_key_hides_the_one_that_works(
    connect: Connect, root: paramiko.SSHClient, host: Console
) -> None:
    """sources.md 2.2: the first line counts."""
    private, public = key()
    before = host.keys
    run(root, f"cat >> {KEYS_FILE}", f"{_OLDEST} {public}\n{_CURRENT} {public}\n")
    code, out, err = run(connect(pkey=private), "DS=;CMD=status test-task-id")
    assert (code, out) == (2, "")
    assert "secure-vmkfstools-wrapper.py" in err
    run(root, f"cat > {KEYS_FILE}", before)


def test_what_is_changed_on_a_host_is_a_difference(root: paramiko.SSHClient, lab: LabInThread, host: Console) -> None:
    service = next(each for each in lab._services if isinstance(each, EsxiService))

    async def marks() -> dict[str, str]:
        await asyncio.sleep(0)
        return dict(service.fingerprint())

    before, text = lab.wait_for(marks()), host.keys
    run(root, f"cat >> {KEYS_FILE}", "ssh-ed25519 AAAAleft behind\n")
    assert {name for name, mark in lab.wait_for(marks()).items() if before[name] != mark} == {"hosts/esxi-1.lab.test"}
    run(root, f"cat > {KEYS_FILE}", text)
    assert lab.wait_for(marks()) == before
