"""`acceptance job`: a run, or several shards of one, as a Job for a cluster."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from acceptance.manifests import manifest_templates
from support.domain.errors import StartError
from support.domain.names import is_dns_label
from support.run.profiles.copy_offload_model import ENVIRONMENT_PREFIX, OVERRIDABLE
from support.run.settings import Settings, load_settings
from support.run.settings.keys import READERS

_LOGIN_KEYS = ("cluster_host", "cluster_username", "cluster_password", "cluster_token")
_SECRET_KEYS = ("remote_cluster_token",)
_OWN = frozenset(
    {"target", "kubeconfig", "providers_file", "tracker_file", "cluster_ca", "reports_dir", "shard", "log_file"}
)
"""What the Job itself says, by its environment."""
_LATER = "from the Secret"
_SPARE_SECONDS = 300
"""For what a teardown does beside its longest waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOptions:
    """What `acceptance job` is told beside settings.

    Attributes:
        shards: how many pods share the scenarios; 0 for one pod with all of them.
        account: log in as the ServiceAccount of deploy/rbac.yaml instead of as the Secret says.
        authority: the Secret has a key ca.crt with the CA of the cluster.
    """

    tags: tuple[str, ...] = ()
    name: str = "mtv-acceptance"
    namespace: str = "mtv-tests"
    image: str
    secret: str = "mtv-test-config"  # noqa: S105 - the name of the reference's Secret
    claim: str = "mtv-results"
    claim_size: str = "5Gi"
    shards: int = 0
    account: bool = False
    authority: bool = False


def render(options: JobOptions, given: Mapping[str, str]) -> str:
    """The manifests as YAML. Raises StartError for settings that a run in the Job would refuse, and for secrets."""
    settings = _checked(options, given)
    names = {
        "--name": options.name,
        "--namespace": options.namespace,
        "--secret": options.secret,
        "--claim": options.claim,
    }
    for option, name in names.items():
        if not is_dns_label(name):
            raise StartError(f"{option}: expected lower-case letters, digits and '-', found {name!r}")
    shown = {each: getattr(options, each) for each in options.__slots__}
    return (
        manifest_templates()
        .get_template("job.yaml.j2")
        .render(
            shown
            | {
                "title": "An acceptance run in shards" if options.shards else "An acceptance run",
                "command": _command(options, given),
                "roles": list(_roles(options, given)),
                "arguments": _arguments(options, given),
                "from_secret": _from_secret(options),
                "grace": _grace(settings),
            }
        )
    )


def _checked(options: JobOptions, given: Mapping[str, str]) -> Settings:
    """As a run would, with whatever login the Secret will bring."""
    own = sorted(key for key in given if key in _OWN)
    if own:
        raise StartError(f"{', '.join(own)}: the Job says that itself, expected it to be left out")
    secret = sorted(key for key in given if key in READERS and READERS[key].secret)
    if secret:
        raise StartError(f"{', '.join(secret)}: belongs into the Secret {options.secret}, expected it to be left out")
    login = {"cluster_host": given.get("cluster_host", "api.invalid"), "cluster_token": _LATER}
    if "remote_cluster_host" in given:
        login["remote_cluster_token"] = _LATER
    plain = {key: value for key, value in given.items() if key not in _LOGIN_KEYS}
    return load_settings({"target": "cluster", **login, **plain}, {}, {})


def _roles(options: JobOptions, given: Mapping[str, str]) -> Iterator[str]:
    """Which roles have to be there first, and where."""
    at = "" if options.namespace == JobOptions(image="").namespace else f" --namespace {options.namespace}"
    if options.account:
        yield f"Its account and role, once: acceptance role mtv{at} | oc apply -f -"
    if "remote_cluster_host" in given:
        yield f"The least role on {given['remote_cluster_host']}: acceptance role remote{at}"


def _arguments(options: JobOptions, given: Mapping[str, str]) -> list[str]:
    defines = {"target": "cluster", **given}
    return ["behave", *(f"--tags={each}" for each in options.tags), *(f"-D{key}={defines[key]}" for key in defines)]


def _from_secret(options: JobOptions) -> dict[str, str]:
    """Variable and key of the Secret, all of which may be absent."""
    keys = _SECRET_KEYS if options.account else (*_LOGIN_KEYS, *_SECRET_KEYS)
    array = (f"{ENVIRONMENT_PREFIX}{key.upper()}" for key in OVERRIDABLE)
    return {f"MTV_{key.upper()}": key for key in keys} | {variable: variable for variable in array}


def _command(options: JobOptions, given: Mapping[str, str]) -> str:
    """The command that makes the same again."""
    plain = JobOptions(image=options.image)
    words = ["acceptance", "job", "--image", options.image, *(f"--tags={each}" for each in options.tags)]
    for name in ("name", "namespace", "secret", "claim", "claim_size", "shards"):
        value = getattr(options, name)
        if value != getattr(plain, name):
            words += [f"--{name.replace('_', '-')}", str(value)]
    words += [flag for flag, chosen in (("--account", options.account), ("--ca", options.authority)) if chosen]
    words += [word for key, value in given.items() for word in ("-D", f"{key}={value}")]
    return shlex.join(words).replace("\n", " ")


def _grace(settings: Settings) -> int:
    """Seconds that a pod that is to stop has until it is killed: first it explains itself, then it tears down."""
    budgets = settings.budgets
    evidence = 0 if settings.skip_data_collector else budgets.evidence
    return round(_SPARE_SECONDS + evidence + budgets.cancel + budgets.delete)
