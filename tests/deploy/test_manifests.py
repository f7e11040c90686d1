"""Manifests of the Job: what Kubernetes accepts, what a run then gets, and that the examples are what is rendered."""

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from acceptance.__main__ import main
from acceptance.job import JobOptions, render
from support.domain.budget import Budgets
from support.domain.errors import StartError
from support.domain.shard import Shard
from support.run.profiles.copy_offload_model import OVERRIDABLE
from support.run.settings import Settings, load_settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SCHEMA: dict[str, Any] = json.loads((Path(__file__).parent / "kubernetes-1.33.json").read_text())
BASE = {"source_provider": "vc", "storage_class": "block"}
IMAGE = "registry.test/suite:1"
EXAMPLES = ("job.yaml", "indexed-job.yaml")
ROLE_FILES = {"mtv": "rbac.yaml", "remote": "rbac-remote.yaml", "source": "rbac-source.yaml"}

Document = dict[str, Any]


def problems(document: Document) -> list[str]:
    reference = f"#/$defs/{SCHEMA['kinds'][document['kind']]}"
    validator = Draft202012Validator({"$defs": SCHEMA["$defs"], "$ref": reference})
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


def rendered(given: Mapping[str, str] = BASE, **options: Any) -> dict[str, Document]:
    text = render(JobOptions(image=IMAGE, **options), given)
    return {document["kind"]: document for document in yaml.safe_load_all(text)}


def container(documents: Mapping[str, Document]) -> Document:
    (found,) = documents["Job"]["spec"]["template"]["spec"]["containers"]
    return dict(found)


def variables(documents: Mapping[str, Document], secret: Mapping[str, str], index: int = 0) -> dict[str, str]:
    """The environment of a pod, as Kubernetes makes it from the Secret and the index of the pod."""
    found: dict[str, str] = {}
    for each in container(documents)["env"]:
        source = each.get("valueFrom", {})
        if "fieldRef" in source:
            assert source["fieldRef"]["fieldPath"] == "metadata.annotations['batch.kubernetes.io/job-completion-index']"
            found[each["name"]] = str(index)
        elif "secretKeyRef" in source:
            assert source["secretKeyRef"]["optional"] is True
            if source["secretKeyRef"]["key"] in secret:
                found[each["name"]] = secret[source["secretKeyRef"]["key"]]
        else:
            found[each["name"]] = each["value"].replace("$(SHARD)", found.get("SHARD", "$(SHARD)"))
    return found


def settings_of(documents: Mapping[str, Document], secret: Mapping[str, str], index: int = 0) -> Settings:
    """What the run in the pod reads."""
    defines = [each.removeprefix("-D").split("=", 1) for each in container(documents)["args"] if each.startswith("-D")]
    return load_settings(dict(defines), {}, variables(documents, secret, index))


LOGIN = {"cluster_host": "https://api.test:6443", "cluster_username": "kubeadmin", "cluster_password": "s3cret"}


@pytest.mark.parametrize("path", [*DEPLOY.glob("*.yaml")], ids=lambda path: path.name)
def test_kubernetes_accepts_every_file(path: Path) -> None:
    documents = list(yaml.safe_load_all(path.read_text()))
    assert documents
    assert {document["kind"]: problems(document) for document in documents if problems(document)} == {}


@pytest.mark.parametrize("shards", [0, 3])
@pytest.mark.parametrize("account", [True, False])
@pytest.mark.parametrize("authority", [True, False])
def test_kubernetes_accepts_every_form_of_the_job(shards: int, account: bool, authority: bool) -> None:
    found = rendered(shards=shards, account=account, authority=authority)
    assert {kind: problems(document) for kind, document in found.items() if problems(document)} == {}


def test_a_field_that_kubernetes_does_not_know_is_noticed() -> None:
    job = rendered()["Job"]
    job["spec"]["template"]["spec"]["restartpolicy"] = "Never"
    assert "restartpolicy" in "".join(problems(job))


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_what_its_command_renders(name: str) -> None:
    text = (DEPLOY / name).read_text()
    command = text.splitlines()[1].removeprefix("# Made by: acceptance ")
    assert CliRunner().invoke(main, shlex.split(command)).output == text


@pytest.mark.parametrize("cluster", ROLE_FILES)
def test_a_role_is_what_its_command_renders_and_says_where_it_belongs(cluster: str) -> None:
    text = (DEPLOY / ROLE_FILES[cluster]).read_text()
    assert CliRunner().invoke(main, ["role", cluster]).output == text
    assert f"# Made by: acceptance role {cluster}\n" in text
    assert f"oc apply -f deploy/{ROLE_FILES[cluster]}\n" in text


def test_a_job_says_which_roles_it_needs_first() -> None:
    def comments(given: Mapping[str, str], **options: Any) -> list[str]:
        lines = render(JobOptions(image=IMAGE, **options), given).splitlines()
        return [line for line in lines if "acceptance role" in line]

    assert comments(BASE) == []
    assert comments(BASE, account=True) == ["# Its account and role, once: acceptance role mtv | oc apply -f -"]
    given = {**BASE, "remote_cluster_host": "https://api.west.test:6443", "remote_ocp_cluster": "west"}
    found = settings_of(rendered(given), {**LOGIN, "remote_cluster_token": "t0ken"})
    assert found.remote_cluster_token is not None, "from the Secret"
    assert (found.remote_cluster_host, found.remote_cluster_token.reveal()) == ("https://api.west.test:6443", "t0ken")
    there = "# The least role on https://api.west.test:6443: acceptance role remote --namespace qe"
    assert comments(given, namespace="qe") == [there]


def test_a_role_goes_to_the_account_in_the_namespace_that_was_asked_for() -> None:
    text = CliRunner().invoke(main, ["role", "remote", "--namespace", "east"]).output
    found = {document["kind"]: document for document in yaml.safe_load_all(text)}
    assert found["Namespace"]["metadata"]["name"] == found["ServiceAccount"]["metadata"]["namespace"] == "east"
    assert found["ClusterRoleBinding"]["subjects"][0]["namespace"] == "east"
    assert "--namespace east" in text
    wrong = CliRunner().invoke(main, ["role", "remote", "--namespace", 'x"}'])
    assert (wrong.exit_code, wrong.output.startswith("Error: --namespace: expected")) == (2, True)


def test_the_run_reads_login_and_settings_from_secret_and_arguments() -> None:
    found = settings_of(rendered(), LOGIN)
    assert found.target == "cluster"
    assert (found.cluster_host, found.cluster_username) == (LOGIN["cluster_host"], "kubeadmin")
    assert found.cluster_password is not None
    assert found.cluster_password.reveal() == "s3cret"
    assert (found.source_provider, found.storage_class) == ("vc", "block")
    assert found.reports_dir == Path("/results")
    assert found.providers_file == Path("/config/providers.json")
    assert found.notes == ()


@pytest.mark.parametrize("index", [0, 1, 2])
def test_each_shard_has_its_share_and_its_folder(index: int) -> None:
    found = settings_of(rendered(shards=3), LOGIN, index)
    assert found.shard == Shard(index, 3)
    assert found.reports_dir == Path(f"/results/shard-{index}")


def test_a_failed_shard_neither_ends_the_others_nor_is_it_repeated() -> None:
    spec = rendered(shards=3)["Job"]["spec"]
    assert (spec["completionMode"], spec["completions"], spec["parallelism"]) == ("Indexed", 3, 3)
    assert (spec["backoffLimitPerIndex"], spec["maxFailedIndexes"]) == (0, 3)
    assert rendered()["Job"]["spec"]["backoffLimit"] == 0


def test_the_account_s_own_login_is_a_kubeconfig_that_the_suite_can_read(tmp_path: Path) -> None:
    from support.adapters.openshift.access import kubeconfig

    found = rendered(account=True)
    spec = found["Job"]["spec"]["template"]["spec"]
    assert spec["serviceAccountName"] == "mtv-acceptance"
    environment = variables(found, LOGIN)
    assert environment["MTV_KUBECONFIG"] == "/login/kubeconfig"
    assert not {"MTV_CLUSTER_PASSWORD", "MTV_CLUSTER_HOST"} & environment.keys(), "two logins are refused"
    folder = tmp_path / "serviceaccount"
    folder.mkdir()
    (folder / "token").write_text("t0ken\n")
    (folder / "ca.crt").write_text("PEM")
    text = found["ConfigMap"]["data"]["kubeconfig"]
    assert "/var/run/secrets/kubernetes.io/serviceaccount/token" in text
    file = tmp_path / "kubeconfig"
    file.write_text(text.replace("/var/run/secrets/kubernetes.io/serviceaccount", str(folder)))
    context = kubeconfig.read(file)
    assert context.server == "https://kubernetes.default.svc"
    assert context.token is not None
    assert (context.token.reveal(), context.ca_pem) == ("t0ken", "PEM")


def test_without_the_account_the_pod_has_no_token_of_the_cluster() -> None:
    assert rendered()["Job"]["spec"]["template"]["spec"]["automountServiceAccountToken"] is False


def test_the_array_s_credentials_come_from_the_secret() -> None:
    secret = {f"COPYOFFLOAD_{key.upper()}": f"value of {key}" for key in OVERRIDABLE}
    assert secret.items() <= variables(rendered(), secret).items()


def test_a_pod_that_is_to_stop_has_time_to_explain_itself_and_to_tear_down() -> None:
    def grace(**given: str) -> int:
        spec = rendered({**BASE, **given})["Job"]["spec"]["template"]["spec"]
        return int(spec["terminationGracePeriodSeconds"])

    usual = Budgets()
    assert grace() > usual.evidence + usual.cancel + usual.delete
    assert grace(wait_evidence="500", wait_delete="700") - grace() == 500 - usual.evidence + 700 - usual.delete
    assert grace() - grace(skip_data_collector="true") == usual.evidence


def test_the_pod_may_not_do_more_than_it_must() -> None:
    found = rendered()
    assert found["Job"]["spec"]["template"]["spec"]["securityContext"]["runAsNonRoot"] is True
    assert container(found)["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({**BASE, "cluster_password": "s3cret"}, "cluster_password: belongs into the Secret mtv-test-config"),
        ({**BASE, "reports_dir": "/elsewhere"}, "reports_dir: the Job says that itself"),
        ({**BASE, "storage_clas": "x"}, "did you mean storage_class"),
        ({"source_provider": "vc"}, "storage_class"),
        ({**BASE, "lab_speed": "20"}, "lab_speed"),
    ],
)
def test_what_a_run_would_refuse_or_a_manifest_must_not_hold_is_refused(given: dict[str, str], says: str) -> None:
    with pytest.raises(StartError) as refused:
        render(JobOptions(image=IMAGE), given)
    assert says in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(StartError, match=r"--name: expected lower-case letters"):
        render(JobOptions(image=IMAGE, name="Nightly Run"), BASE)


def test_no_text_gets_out_of_its_quotes() -> None:
    wild = 'a"\n      hostNetwork: true\n      x: "'
    found = rendered({**BASE, "remote_ocp_cluster": wild}, tags=(wild,))
    assert "hostNetwork" not in found["Job"]["spec"]["template"]["spec"]
    assert f"--tags={wild}" in container(found)["args"]


def test_the_command_prints_the_manifests_or_says_what_is_wrong() -> None:
    good = CliRunner().invoke(main, ["job", "--image", IMAGE, "-D", "source_provider=vc", "-D", "storage_class=b"])
    assert (good.exit_code, [each["kind"] for each in yaml.safe_load_all(good.stdout)]) == (
        0,
        ["PersistentVolumeClaim", "Job"],
    )
    bad = CliRunner().invoke(main, ["job", "--image", IMAGE])
    assert bad.exit_code == 2
    assert "source_provider" in bad.stderr
