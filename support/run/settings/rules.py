"""What settings must say together: a run can never pass against the wrong thing by accident."""

from collections.abc import Callable, Iterator, Mapping

from support.run.settings.keys import MIGRATION_WAIT, PLAN_WAIT
from support.run.settings.model import Settings
from support.run.settings.origins import Given

Rule = Callable[[Settings, Mapping[str, Given]], Iterator[str]]
GivenRule = Callable[[Mapping[str, Given]], Iterator[str]]

_START_OF_LAB = ("lab_speed", "lab_array", "lab_defect", "lab_jitter")
_LAB_ONLY = ("lab", *_START_OF_LAB)


def broken_rules(settings: Settings, given: Mapping[str, Given]) -> list[str]:
    """One text per broken rule."""
    rules: tuple[Rule, ...] = (_lab_alone, _cluster_named, _one_login)
    pairs: tuple[GivenRule, ...] = (_one_remote_login, _one_wait)
    return [
        *(problem for rule in rules for problem in rule(settings, given)),
        *(problem for rule in pairs for problem in rule(given)),
    ]


def _lab_alone(settings: Settings, given: Mapping[str, Given]) -> Iterator[str]:
    if settings.target != "lab":
        return
    for key in ("cluster_host", "kubeconfig"):
        if key in given:
            yield (
                f"{key} (from {given[key].origin}): the target is the embedded lab, which is no cluster of yours; "
                f"give target=cluster as well, or leave {key} out"
            )
    for key in _START_OF_LAB:
        if settings.lab is not None and key in given:
            yield (
                f"{key} (from {given[key].origin}): a run in the lab of lab={settings.lab} takes it as it was started; "
                f"start it with {key}, or leave lab out and the run starts one of its own"
            )


def _cluster_named(settings: Settings, given: Mapping[str, Given]) -> Iterator[str]:
    if settings.target != "cluster":
        return
    for key, what in (
        ("source_provider", f"the name of a profile in {settings.providers_file}"),
        ("storage_class", "the target storage class"),
    ):
        if key not in given:
            yield f"{key}: missing with target=cluster, expected {what}"
    if "cluster_host" not in given and "kubeconfig" not in given:
        yield (
            "kubeconfig or cluster_host: missing with target=cluster, expected a kubeconfig file, or cluster_host with "
            "cluster_token, or cluster_host with cluster_username and cluster_password"
        )
    for key in _LAB_ONLY:
        if key in given:
            yield f"{key} (from {given[key].origin}): only for target=lab, and the target is a cluster"


def _one_login(settings: Settings, given: Mapping[str, Given]) -> Iterator[str]:
    if settings.target != "cluster":
        return
    logins = [key for key in ("cluster_token", "cluster_username", "cluster_password") if key in given]
    if "kubeconfig" in given:
        extra = [key for key in ("cluster_host", *logins) if key in given]
        if extra:
            yield f"{', '.join(extra)}: kubeconfig already says where and as whom to log in, expected one of the two"
    elif "cluster_host" in given:
        yield from _login_at_host(logins)


def _login_at_host(logins: list[str]) -> Iterator[str]:
    if logins in (["cluster_token"], ["cluster_username", "cluster_password"]):
        return
    found = " and ".join(logins) or "neither"
    yield f"cluster_host: expected cluster_token, or cluster_username and cluster_password beside it, found {found}"


def _one_remote_login(given: Mapping[str, Given]) -> Iterator[str]:
    host, token, config = (
        key in given for key in ("remote_cluster_host", "remote_cluster_token", "remote_cluster_kubeconfig")
    )
    if host != token:
        missing = "remote_cluster_token" if host else "remote_cluster_host"
        yield f"{missing}: missing, expected remote_cluster_host and remote_cluster_token together"
    if config and (host or token):
        yield "remote_cluster_kubeconfig: expected either it or remote_cluster_host with remote_cluster_token"


def _one_wait(given: Mapping[str, Given]) -> Iterator[str]:
    pair = [given[key].text for key in (PLAN_WAIT, MIGRATION_WAIT) if key in given]
    if len(set(pair)) > 1:
        yield f"{PLAN_WAIT} and {MIGRATION_WAIT} are one setting, expected one value, found {' and '.join(pair)}"
