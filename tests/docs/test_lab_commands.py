"""The commands of docs/lab.md are run as they stand there, against a lab of this test's own."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.harness.lab_process import lab_process

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
PAGE = (ROOT / "docs" / "lab.md").read_text()
FOLDER = "/tmp/my-lab"
"""What the page calls the folder of its lab."""
NEEDS = {"kubectl": shutil.which("kubectl"), "govc": (ROOT / ".tools" / "bin" / "govc").exists()}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    place = tmp_path_factory.mktemp("lab") / "my-lab"
    with lab_process(place, "--speed", "50", program=[str(BIN / "acceptance"), "lab"]):
        yield place


def run(command: list[str]) -> str:
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("number", range(len(blocks("python"))))
def test_the_python_on_the_page_runs(folder: Path, number: int) -> None:
    text = blocks("python")[number].replace(FOLDER, str(folder))
    if "ovirtsdk4" in text and find_spec("ovirtsdk4") is None:
        pytest.skip("the oVirt SDK is not installed (it needs a C compiler)")
    assert run([sys.executable, "-c", text]).strip()


@pytest.mark.parametrize("client", ["kubectl", "govc"])
def test_the_commands_of_a_foreign_client_run_in_their_order_and_leave_nothing(folder: Path, client: str) -> None:
    if not NEEDS[client]:
        pytest.skip(f"{client} is not here")
    lines = "".join(each for each in blocks("sh") if f"{client} " in each)
    run(["sh", "-ec", lines.replace(FOLDER, str(folder))])
    assert run(["acceptance", "lab", "diff", "--dir", str(folder)]) == "nothing differs from the pristine lab\n"


def test_stats_have_the_parts_that_the_page_explains(folder: Path) -> None:
    told = run(["acceptance", "lab", "stats", "--dir", str(folder)])
    for part in ("requests", "counts", "pruned", "refused", "critical-path", "usage"):
        assert f'"{part}"' in told
        assert part in PAGE


POD = ["-n", "openshift-mtv", "forklift-api-6c5f7d8b9-lab01"]
REFUSED = {
    "kubectl apply --server-side": ["kubectl", "apply", "--server-side", "-f", "-"],
    "kubectl exec": ["kubectl", "exec", *POD, "--", "true"],
    "kubectl create deployment": ["kubectl", "create", "deployment", "x", "--image=y"],
}
MAP = '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "namespace": "default"}}'


@pytest.mark.skipif(not NEEDS["kubectl"], reason="kubectl is not here")
@pytest.mark.parametrize("asked", REFUSED)
def test_what_kubectl_is_refused_reads_as_the_page_says(folder: Path, asked: str) -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{asked}`"))
    environment = {**os.environ, "KUBECONFIG": str(folder / "kubeconfig")}
    done = subprocess.run(
        REFUSED[asked], env=environment, input=MAP, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode != 0
    assert re.findall(r"`(the embedded lab [^`]+)`", row)[0] in done.stderr
