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
_OF_OC = "gather.logs"
"""What oc itself puts beside that which was gathered."""


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
            said = self._run(self._command(image, plan, seconds), folder, kubeconfig, seconds)
        if not any(path.name != _OF_OC for path in folder.glob("*/*")):
            raise ClusterError(f"oc adm must-gather brought nothing: {_why_nothing(said)}")
        return said

    def _command(self, image: str, plan: ObjectRef | None, seconds: float) -> list[str]:
        """Into the folder that it runs in, as oc takes no path with a colon.

        Without a plan it is the image's own default: `targeted` with nothing but a namespace finds the plans that lie
        there and lead there, too, and gathers nothing at all where there are none (facts/forklift.md 6.3).
        """
        about = ["--", f"NS={plan.namespace}", f"PLAN={plan.name}", "/usr/bin/targeted"] if plan is not None else []
        return [
            *(self._program, "adm", "must-gather", f"--image={image}", "--dest-dir=."),
            f"--timeout={int(seconds - _TO_CLEAN_UP)}s",
            *about,
        ]

    def _run(self, command: list[str], folder: Path, kubeconfig: Path, seconds: float) -> str:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        try:
            done = subprocess.run(  # noqa: S603 - the program this module is about
                command,
                cwd=folder,
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


def _why_nothing(said: str) -> str:
    """oc ends well when its command fails; what the command said of that stands in the log that oc follows."""
    errors = [line.partition("ERROR: ")[2] for line in said.splitlines() if "ERROR: " in line]
    return "; ".join(dict.fromkeys(errors)) or said.strip()[-500:]


def find_must_gather(api: Api, mtv_namespace: str) -> MustGather | None:
    """None where there is no oc on PATH."""
    program = shutil.which("oc")
    return MustGather(api, mtv_namespace, program) if program is not None else None
