"""MTV's key among those of an ESXi host's root: one marked line in, the same line out (facts, sources 2.3)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import tenacity

from support.adapters.esxi import restriction
from support.adapters.esxi.authorized_keys import has_line, is_let_in, with_line, without_line
from support.adapters.esxi.shell import NotLocked, Shell, session
from support.domain.access import HostAccess
from support.domain.errors import SourceError
from support.domain.names import RunId

_PAUSE = 1.0
_PATIENCE = 30
"""Attempts to get the lock: whoever holds it needs a second."""


class EsxiKeys:
    """The port HostKeys; each deed is a session of its own."""

    def __init__(self, access: HostAccess, pause: float = _PAUSE) -> None:
        self._access = access
        self._pause = pause

    @property
    def host(self) -> str:
        return self._access.name

    def unfit(self, mtv_version: str | None) -> str | None:
        return restriction.unfit(mtv_version)

    def must_answer(self) -> None:
        with session(self._access) as shell:
            shell.keys()

    def add(self, public_key: str, mtv_version: str | None, run: RunId) -> bool:
        entry = restriction.restricted(public_key, mtv_version).encode()
        line = entry + b" " + _mark(run)
        wrote = self._rewrite(run, lambda before: before if is_let_in(before, entry) else with_line(before, line))
        ours = self.holds(public_key, run)
        if wrote and not ours:
            raise SourceError(f"host {self.host}: MTV's key was written and is not among its keys")
        return ours

    def remove(self, public_key: str, run: RunId) -> None:
        blob = restriction.blob_of(public_key).encode()
        self._rewrite(run, lambda before: without_line(before, blob, _mark(run)))

    def holds(self, public_key: str, run: RunId) -> bool:
        blob = restriction.blob_of(public_key).encode()
        with session(self._access) as shell:
            return has_line(shell.keys(), blob, _mark(run))

    def _rewrite(self, run: RunId, change: Callable[[bytes], bytes]) -> bool:
        """Whether anything was written."""
        with session(self._access) as shell, self._locked(shell, run):
            before = shell.keys()
            after = change(before)
            if after != before:
                shell.write_keys(after, run)
        return after != before

    @contextmanager
    def _locked(self, shell: Shell, run: RunId) -> Iterator[None]:
        """A host has nothing to wait on, so who finds the lock taken asks again."""
        again = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(NotLocked),
            stop=tenacity.stop_after_attempt(_PATIENCE),
            wait=tenacity.wait_fixed(self._pause),
            reraise=True,
        )
        again(shell.lock, run)
        try:
            shell.drop_copy(run)
            yield
        finally:
            shell.unlock(run)


def _mark(run: RunId) -> bytes:
    """The comment by which a line is the run's."""
    return f"mtv-acceptance:{run}".encode()
