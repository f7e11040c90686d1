"""An SSH session with an ESXi host: busybox commands, and a lock that other runs respect (facts, sources 2)."""

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import paramiko

from support.domain.access import HostAccess
from support.domain.errors import SourceError, SourceLoginError, SourceUnreachable

KEYS = "/etc/ssh/keys-root/authorized_keys"
"""Of root, as whom MTV logs in; home directories are not looked into."""
_LOCK = "/tmp/mtv-acceptance-keys.lock"  # noqa: S108 - on the host, and a folder is made or not
_SECONDS = 30.0
"""Longest wait for a connection, a banner, a login or an answer."""
_DOWN = (paramiko.SSHException, OSError, EOFError)

_LOG = logging.getLogger(__name__)
# paramiko writes whole tracebacks of what our errors say in a line.
logging.getLogger("paramiko").setLevel(logging.CRITICAL)


class NotLocked(SourceError):
    """The keys of this host are not to be had now: another run works on them."""


class _HostKey(paramiko.MissingHostKeyPolicy):
    """Takes the key of the profile's fingerprint alone; without one, whatever the host shows, and says so."""

    def __init__(self, access: HostAccess) -> None:
        self._access = access

    def missing_host_key(self, _client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        """Raises SourceError for another key; nothing is remembered."""
        wanted, shown = self._access.fingerprint, str(key.fingerprint)
        told = f"host {self._access.name}: {hostname} shows the key {shown}"
        if wanted is None:
            _LOG.info("%s, which is taken unseen (profile key esxi_host_key)", told)
        elif wanted != shown:
            raise SourceError(f"{told}, expected {wanted} (profile key esxi_host_key)")


@dataclass(frozen=True, slots=True)
class Shell:
    """Commands in one session; each raises SourceError with what the host said when it fails."""

    client: paramiko.SSHClient
    name: str

    def keys(self) -> bytes:
        """The file as it is; a missing one is empty."""
        there, out, _ = self._run(f"test -e {KEYS}")
        return self._must(f"cat {KEYS}") if there == 0 else out

    def write_keys(self, content: bytes, run: str) -> None:
        """Over the file, which keeps its place and mode; a copy that came whole is what is written."""
        copy = _copy_of(run)
        self._must(f"umask 077; cat > {copy}", content)
        if self._must(f"cat {copy}") != content:
            raise SourceError(f"host {self.name}: {copy} did not arrive whole, so the keys stay as they are")
        self._must(f"cat {copy} > {KEYS} && rm {copy}")

    def drop_copy(self, run: str) -> None:
        """What a writer that died may have left beside the file."""
        self._must(f"rm -f {_copy_of(run)}")

    def lock(self, run: str) -> None:
        """Raises NotLocked; a lock that the same run left when it died is taken over.

        One that names no run, since its maker died in between, is taken away: `rmdir` leaves one that has an owner by
        then. Its maker may live yet and get into the next one's folder, so whoever made a lock looks who is in it.
        """
        made, _, why = self._run(f"mkdir {_LOCK} && mkdir {_LOCK}/{run}")
        there, out, _ = self._run(f"ls {_LOCK}")
        owners = out.decode(errors="replace").split()
        if there == 0 and owners == [run]:
            return
        if made == 0:
            self._run(f"rmdir {_LOCK}/{run}")
        if there != 0:  # whoever had it gave it back in between, or it cannot be made at all
            raise NotLocked(f"host {self.name}: its keys cannot be locked: {why.decode(errors='replace').strip()}")
        if not owners:
            self._run(f"rmdir {_LOCK}")
            raise NotLocked(f"host {self.name}: {_LOCK} is there and names no run; on the host: rmdir {_LOCK}")
        other = next(owner for owner in owners if owner != run)
        raise NotLocked(
            f"host {self.name}: run {other} works on its keys ({_LOCK}); if it is dead: acceptance cleanup {other}"
        )

    def unlock(self, run: str) -> None:
        """A lock without an owner is nobody's, so that it does not matter who takes the folder away."""
        self._must(f"rmdir {_LOCK}/{run}")
        self._run(f"rmdir {_LOCK}")

    def _must(self, command: str, given: bytes = b"") -> bytes:
        code, out, err = self._run(command, given)
        if code != 0:
            said = err.decode(errors="replace").strip() or f"exit code {code}"
            raise SourceError(f"host {self.name}: `{command}` failed: {said}")
        return out

    def _run(self, command: str, given: bytes = b"") -> tuple[int, bytes, bytes]:
        stdin, stdout, stderr = self.client.exec_command(command, timeout=_SECONDS)
        stdin.write(given)
        stdin.channel.shutdown_write()
        out, err = stdout.read(), stderr.read()
        return stdout.channel.recv_exit_status(), out, err


@contextmanager
def session(access: HostAccess) -> Iterator[Shell]:
    """Log in by password. Raises SourceLoginError, SourceUnreachable, and SourceError for an unexpected host key."""
    where = f"host {access.name} ({access.address}:{access.port})"
    try:
        with closing(_connected(access)) as client:
            yield Shell(client, access.name)
    except paramiko.AuthenticationException as error:
        raise SourceLoginError(
            f"{where}: refused the login of {access.user}; correct esxi_user and esxi_password of the profile"
        ) from error
    except _DOWN as error:
        raise SourceUnreachable(f"{where}: no SSH session ({str(error) or type(error).__name__})") from error


def _connected(access: HostAccess) -> paramiko.SSHClient:
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(_HostKey(access))
    try:
        client.connect(
            access.address,
            access.port,
            username=access.user,
            password=access.password.reveal(),
            timeout=_SECONDS,
            banner_timeout=_SECONDS,
            auth_timeout=_SECONDS,
            # Keys of whoever runs the suite use up the host's attempts.
            look_for_keys=False,
            allow_agent=False,
        )
    except BaseException:
        client.close()
        raise
    return client


def _copy_of(run: str) -> str:
    return f"{KEYS.rpartition('/')[0]}/.mtv-acceptance-{run}"
