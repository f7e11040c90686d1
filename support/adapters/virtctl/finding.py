"""Where virtctl is: on PATH, in the cache of an earlier run, or fetched from the cluster."""

import logging
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import platformdirs
from filelock import FileLock, Timeout

from support.adapters.openshift.api import Api
from support.adapters.virtctl.platform import Platform, this_platform
from support.adapters.virtctl.unpacking import LARGEST, binary_in
from support.domain.errors import ClusterError, StartError
from support.domain.names import ObjectRef

_LOG = logging.getLogger(__name__)

_DOWNLOAD = ObjectRef("ConsoleCLIDownload", "virtctl-clidownloads-kubevirt-hyperconverged")
_LOCK_SECONDS = 300.0
_VERSION_SECONDS = 30.0


def find_virtctl(api: Api, cluster_version: str, cache: Path | None = None) -> Path:
    """A virtctl that runs here; the cache keeps one per cluster version, filled by one process at a time.

    Raises StartError with what was tried.
    """
    on_path = shutil.which("virtctl")
    if on_path is not None:
        return Path(on_path)
    here = this_platform()
    root = cache or platformdirs.user_cache_path("mtv-acceptance")
    folder = root / "virtctl" / re.sub(r"[^A-Za-z0-9._-]", "_", cluster_version or "unknown")
    binary = folder / f"{here.system}-{here.machine}-{here.binary}"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with FileLock(f"{binary}.lock", timeout=_LOCK_SECONDS):
            if not _runs(binary):
                _fetch(api, here, binary)
    except Timeout as error:
        raise StartError(f"virtctl: another process has held {binary}.lock for {_LOCK_SECONDS:g} s") from error
    return binary


def _fetch(api: Api, here: Platform, binary: Path) -> None:
    found = api.get(_DOWNLOAD)
    if found is None:
        raise StartError(f"virtctl: not on PATH, and {_DOWNLOAD} not found; is OpenShift Virtualization installed?")
    href = here.link(str(each.get("href", "")) for each in found.get("spec", {}).get("links") or ())
    _LOG.info("virtctl: fetched from %s", href)
    _install(binary_in(_downloaded(api, href), here.binary, href), binary)


def _downloaded(api: Api, href: str) -> bytes:
    try:
        answer = api.download(href, LARGEST)
    except ClusterError as error:
        raise StartError(f"virtctl: not on PATH, and the download failed: {error}") from error
    return answer


def _install(content: bytes, binary: Path) -> None:
    """Into place by a rename and only once it has run, so that nobody ever meets half of it."""
    descriptor, name = tempfile.mkstemp(dir=binary.parent, prefix="virtctl-", suffix=binary.suffix)
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        fresh.chmod(0o755)
        if not _runs(fresh):
            raise StartError("virtctl: the downloaded program does not run here (tried: virtctl version --client)")
        fresh.replace(binary)
    finally:
        fresh.unlink(missing_ok=True)


def _runs(binary: Path) -> bool:
    if not binary.is_file():
        return False
    try:
        done = subprocess.run(  # noqa: S603 - the program this module is about
            [binary, "version", "--client"], capture_output=True, timeout=_VERSION_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        _LOG.info("virtctl: %s does not run (%s)", binary, error)
        return False
    return done.returncode == 0
