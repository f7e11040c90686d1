"""`oc adm must-gather` with MTV's own image: the collection that the product's support asks for."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from support.adapters.oc.image import must_gather_image
from support.adapters.openshift.api import Api
from support.domain.errors import ClusterError
from support.domain.names import ObjectRef

_OURS = ("MTV_", "COPYOFFLOAD_")
"""Settings and secrets of the run, which are none of oc's business."""
_SHORTEST = 20.0
"""Seconds below which a pod could not even be started, so that nothing is begun."""
_TO_CLEAN_UP = 15.0
"""Seconds of the budget that are left to oc for removing its namespace."""


class MustGather:
    """Port `GathersByTool`. oc makes a namespace with an administrator in it for its work, and removes it."""

    def __init__(self, api: Api, mtv_namespace: str, program: str) -> None:
        self._api = api
        self._namespace = mtv_namespace
        self._program = program

    def gather(self, folder: Path, plan: ObjectRef | None, seconds: float) -> str:
        if seconds < _SHORTEST + _TO_CLEAN_UP:
            raise ClusterError(f"must-gather was not begun: {seconds:.0f} s are left of the budget")
        image = must_gather_image(self._api, self._namespace)
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="must-gather-") as private:
            kubeconfig = Path(private) / "kubeconfig"
            self._api.write_kubeconfig(kubeconfig)
            return self._run(self._command(image, folder, plan, seconds), kubeconfig, seconds)

    def _command(self, image: str, folder: Path, plan: ObjectRef | None, seconds: float) -> list[str]:
        scope = [f"NS={plan.namespace}", f"PLAN={plan.name}"] if plan is not None else [f"NS={self._namespace}"]
        return [
            *(self._program, "adm", "must-gather", f"--image={image}", f"--dest-dir={folder}"),
            f"--timeout={int(seconds - _TO_CLEAN_UP)}s",
            *("--", *scope, "/usr/bin/targeted"),
        ]

    def _run(self, command: list[str], kubeconfig: Path, seconds: float) -> str:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        try:
            done = subprocess.run(  # noqa: S603 - the program this module is about
                command,
                env={**environment, "KUBECONFIG": str(kubeconfig)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            raise ClusterError(
                f"oc adm must-gather was ended after {seconds:.0f} s; a namespace openshift-must-gather-* may be left"
            ) from late
        if done.returncode != 0:
            raise ClusterError(f"oc adm must-gather ended with {done.returncode}: {done.stdout.strip()[-500:]}")
        return done.stdout


def find_must_gather(api: Api, mtv_namespace: str) -> MustGather | None:
    """None where there is no oc on PATH."""
    program = shutil.which("oc")
    return MustGather(api, mtv_namespace, program) if program is not None else None
