"""The vendor's own collection: which image, which command, and that no secret is on its command line."""

import json
import os
from pathlib import Path
from typing import cast

import pytest

from support.adapters.oc.image import mirrored, must_gather_image, named_by
from support.adapters.oc.must_gather import MustGather, find_must_gather
from support.adapters.openshift.api import Api
from support.adapters.openshift.kinds import Kind
from support.domain.errors import ClusterError
from support.domain.names import ObjectRef

DIGEST = "sha256:" + "a" * 64
IMAGE = f"registry.redhat.io/mtv/gather@{DIGEST}"
Objects = list[dict[str, object]]
TOKEN = "sesame-open-4711"


def csv(image: str, name: str = "mtv-operator.v2.12.5") -> dict[str, object]:
    other = {"spec": {"template": {"spec": {"containers": [{"env": [{"name": "A", "value": "b"}]}]}}}}
    container = {"env": [{"name": "MUST_GATHER_IMAGE", "value": image}]}
    named = {"spec": {"template": {"spec": {"containers": [{"name": "first"}, container]}}}}
    return {"metadata": {"name": name}, "spec": {"install": {"spec": {"deployments": [other, named]}}}}


class MadeUpApi:
    """A cluster with one operator and one set of mirrors."""

    def __init__(self, *csvs: dict[str, object], mirrors: tuple[tuple[str, str], ...] = ()) -> None:
        self._csvs = csvs
        self._mirrors = mirrors

    def list(self, kind: str, namespace: str) -> Objects:
        assert (kind, namespace) == ("ClusterServiceVersion", "openshift-mtv")
        return [*self._csvs]

    def find_kind(self, name: str) -> Kind | None:
        return Kind(kind=name, group="config.openshift.io", version="v1", plural="sets", namespaced=False)

    def list_at(self, kind: Kind) -> tuple[Objects, str]:
        entries = [{"source": source, "mirrors": [mirror]} for source, mirror in self._mirrors]
        return [{"spec": {"imageDigestMirrors": entries}}], "1"

    def write_kubeconfig(self, path: Path) -> None:
        path.write_text(TOKEN)


def api(*csvs: dict[str, object], mirrors: tuple[tuple[str, str], ...] = ()) -> Api:
    return cast(Api, MadeUpApi(*csvs, mirrors=mirrors))


def test_the_image_is_named_by_annotation_or_by_any_container() -> None:
    assert named_by(csv(IMAGE)) == IMAGE
    meta = {"name": "x", "annotations": {"operators.openshift.io/must-gather-image": "annotated"}}
    assert named_by(csv(IMAGE) | {"metadata": meta}) == "annotated"


@pytest.mark.parametrize(
    ("mirrors", "expected"),
    [
        ([], IMAGE),
        ([("registry.redhat.io/mtv", "mirror.example/mtv")], f"mirror.example/mtv/gather@{DIGEST}"),
        ([("registry.redhat.io", "short"), ("registry.redhat.io/mtv", "long")], f"long/gather@{DIGEST}"),
        ([("registry.redhat.io/mtv/gather", "exact")], f"exact@{DIGEST}"),
        ([("registry.redhat.io/mt", "no-boundary")], IMAGE),
        ([("registry.redhat.io/mtv", "first"), ("registry.redhat.io/mtv", "second")], f"first/gather@{DIGEST}"),
    ],
)
def test_a_digest_is_looked_for_at_its_mirror(mirrors: list[tuple[str, str]], expected: str) -> None:
    assert mirrored(IMAGE, mirrors) == expected


def test_a_tag_is_not_mirrored_by_a_set_for_digests() -> None:
    assert mirrored("registry.redhat.io/mtv/gather:2.12", [("registry.redhat.io/mtv", "m")]) == (
        "registry.redhat.io/mtv/gather:2.12"
    )


def test_only_mtvs_own_operator_counts() -> None:
    assert must_gather_image(api(csv("other", "virt.v1"), csv(IMAGE)), "openshift-mtv") == IMAGE
    with pytest.raises(ClusterError, match="no ClusterServiceVersion of MTV in openshift-mtv"):
        must_gather_image(api(csv("other", "virt.v1")), "openshift-mtv")


@pytest.fixture
def oc(tmp_path: Path) -> Path:
    """A program that notes how it was called, and ends as the file `code` says."""
    program = tmp_path / "oc"
    program.write_text(
        "#!/usr/bin/env python3\n"
        "import json, os, pathlib, sys\n"
        f"here = pathlib.Path({str(tmp_path)!r})\n"
        "config = open(os.environ['KUBECONFIG']).read()\n"
        "(here / 'called').write_text(json.dumps([sys.argv[1:], config, dict(os.environ)]))\n"
        "print('it said so')\n"
        "pathlib.Path('image').mkdir()\n"
        "pathlib.Path('image/gather.logs').touch()\n"
        "found = here / 'found'\n"
        "print(found.read_text()) if found.exists() else pathlib.Path('image/must-gather.tar.gz').touch()\n"
        "code = here / 'code'\n"
        "sys.exit(int(code.read_text()) if code.exists() else 0)\n"
    )
    program.chmod(0o755)
    return program


def test_it_gathers_about_one_plan_and_no_secret_is_on_its_command_line(
    oc: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MTV_CLUSTER_PASSWORD", "hunter2")
    tool = MustGather(api(csv(IMAGE)), "openshift-mtv", str(oc))
    assert tool.gather(tmp_path / "out", ObjectRef("Plan", "p", "n"), 100) == "it said so\n"
    arguments, config, environment = json.loads((tmp_path / "called").read_text())
    assert arguments == [
        *("adm", "must-gather", f"--image={IMAGE}", "--dest-dir=.", "--timeout=85s"),
        *("--", "NS=n", "PLAN=p", "/usr/bin/targeted"),
    ]
    assert (tmp_path / "out" / "image" / "must-gather.tar.gz").exists()
    assert config == TOKEN
    assert "MTV_CLUSTER_PASSWORD" not in environment
    assert not os.path.exists(environment["KUBECONFIG"])


def test_without_a_plan_it_gathers_about_all_of_mtv(oc: Path, tmp_path: Path) -> None:
    MustGather(api(csv(IMAGE)), "openshift-mtv", str(oc)).gather(tmp_path / "out", None, 100)
    assert json.loads((tmp_path / "called").read_text())[0][-2:] == ["--dest-dir=.", "--timeout=85s"]


def test_a_gathering_that_brings_nothing_says_why(oc: Path, tmp_path: Path) -> None:
    (tmp_path / "found").write_text("[must-gather-x] POD 2026-11-26T10:00:00Z ERROR: No resources were found.\n")
    with pytest.raises(ClusterError, match=r"brought nothing: No resources were found\."):
        MustGather(api(csv(IMAGE)), "openshift-mtv", str(oc)).gather(tmp_path / "out", None, 100)


def test_its_failure_is_told_in_its_own_words(oc: Path, tmp_path: Path) -> None:
    (tmp_path / "code").write_text("3")
    with pytest.raises(ClusterError, match="ended with 3: it said so"):
        MustGather(api(csv(IMAGE)), "openshift-mtv", str(oc)).gather(tmp_path / "out", None, 100)


def test_it_is_not_begun_when_it_could_not_clean_up_in_time(oc: Path, tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match="was not begun: 30 s are left"):
        MustGather(api(csv(IMAGE)), "openshift-mtv", str(oc)).gather(tmp_path / "out", None, 30)
    assert not (tmp_path / "called").exists()


def test_without_oc_there_is_no_such_tool(tmp_path: Path, oc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert find_must_gather(api(), "openshift-mtv") is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_must_gather(api(), "openshift-mtv") is not None
