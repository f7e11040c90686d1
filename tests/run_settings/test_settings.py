"""Settings: precedence, strictness, and messages that name key, origin, expectation and the nearest key."""

from dataclasses import fields
from pathlib import Path

import pytest

from support.domain.budget import Budgets
from support.domain.errors import StartError
from support.domain.secret import Secret
from support.run.settings import Settings, load_settings
from support.run.settings.keys import MIGRATION_WAIT, PLAN_WAIT, READERS
from support.run.settings.model import WAIT_PREFIX

CLUSTER = {
    "target": "cluster",
    "source_provider": "vc8",
    "storage_class": "ceph",
    "cluster_host": "https://api.example.com:6443",
}


def load(given: dict[str, str] | None = None, **others: dict[str, str]) -> Settings:
    return load_settings(given or {}, others.get("ini", {}), others.get("environ", {}))


def problems(given: dict[str, str], **others: dict[str, str]) -> str:
    with pytest.raises(StartError) as caught:
        load(given, **others)
    return str(caught.value)


def test_nothing_given_means_the_lab_with_its_first_profile_and_storage_class() -> None:
    settings = load()
    assert (settings.target, settings.source_provider, settings.storage_class) == ("lab", "vsphere", "lab-block")
    assert settings.notes == ()


def test_every_key_but_one_alias_is_a_field_and_every_field_has_a_key() -> None:
    named = {each.name for each in fields(Settings)} - {"budgets", "notes", "profiles_named"}
    waits = {f"{WAIT_PREFIX}{each.name}" for each in fields(Budgets)}
    assert set(READERS) == named | waits | {PLAN_WAIT}


def test_the_command_line_wins_over_the_environment_and_that_over_the_ini_file() -> None:
    ini, environ = {"log_level": "ERROR"}, {"MTV_LOG_LEVEL": "WARNING"}
    assert load({"log_level": "debug"}, ini=ini, environ=environ).log_level == "DEBUG"
    assert load(ini=ini, environ=environ).log_level == "WARNING"
    assert load(ini=ini).log_level == "ERROR"


def test_an_empty_text_counts_as_not_given() -> None:
    assert load({"storage_class": ""}, environ={"MTV_STORAGE_CLASS": "nfs"}).storage_class == "nfs"
    assert "source_provider: missing" in problems({**CLUSTER, "source_provider": " ", "cluster_token": "t"})


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("skip_teardown", "yes", "true or false"),
        ("snapshots_interval", "2.5", "a whole number"),
        ("snapshots_interval", "0", "a whole number from 1"),
        ("mins_before_cutover", "-1", "minutes, 0 or more"),
        ("wait_plan", "nan", "seconds, more than 0"),
        ("wait_plan", "soon", "seconds, more than 0"),
        ("lab_speed", "0", "a number above 0"),
        ("target", "production", "lab or cluster"),
        ("log_level", "LOUD", "one of DEBUG"),
        ("mtv_namespace", "Open_Shift", "the name of a namespace"),
        ("target_namespace_prefix", "a" * 21, "lower-case letters"),
        ("kubeconfig", "/nowhere/kubeconfig", "the path of a file that exists"),
        ("cluster_host", "http://api.example.com", "an API address"),
    ],
)
def test_a_value_of_the_wrong_kind_names_key_origin_expectation_and_text(key: str, text: str, expected: str) -> None:
    said = problems({key: text})
    assert f"{key} (from -D): expected {expected}" in said
    assert repr(text) in said


def test_all_problems_are_said_at_once_each_with_its_origin() -> None:
    said = problems({"skip_teardwn": "true"}, ini={"lab_speed": "fast"}, environ={"MTV_LOG_LEVEL": "LOUD"})
    assert "skip_teardwn (from -D): unknown key; did you mean skip_teardown?" in said
    assert "lab_speed (from behave.ini): expected a number above 0, found 'fast'" in said
    assert "log_level (from environment MTV_LOG_LEVEL): expected one of" in said


def test_the_value_of_an_unknown_key_or_a_secret_is_never_shown() -> None:
    said = problems({"cluster_pasword": "hunter22"})
    assert "did you mean cluster_password?" in said
    assert "hunter22" not in said


def test_keys_with_a_dot_belong_to_others() -> None:
    assert load({"behave.reporter.junit.show_tags": "false", "AllureFormatter.hide_excluded": "1"}).notes == ()


def test_a_foreign_variable_is_ignored_but_a_mistyped_one_is_an_error() -> None:
    assert "MTV_BUILD_URL" in load(environ={"MTV_BUILD_URL": "x", "HOME": "/root"}).notes[0]
    assert "did you mean storage_class?" in problems({}, environ={"MTV_STORAGE_CLAS": "x"})


def test_unused_keys_of_the_reference_are_accepted_and_reported() -> None:
    notes = load({"number_of_vms": "1"}, ini={"check_vms_signals": "true"}).notes
    assert len(notes) == 2
    assert all("unused" in note for note in notes)


def test_a_secret_on_the_command_line_is_warned_about_without_being_shown() -> None:
    settings = load({**CLUSTER, "cluster_token": "sha256~abcdef"})
    assert "cluster_token was given by -D" in settings.notes[0]
    assert "sha256~abcdef" not in f"{settings!r}{settings.notes}{settings.shown()}"
    assert settings.secrets() == (Secret("sha256~abcdef"),)
    assert load(CLUSTER, environ={"MTV_CLUSTER_TOKEN": "t"}).notes == ()


@pytest.mark.parametrize("key", ["cluster_host", "kubeconfig"])
def test_the_lab_beside_a_cluster_of_ones_own_is_an_error(key: str, tmp_path: Path) -> None:
    config = tmp_path / "kubeconfig"
    config.touch()
    text = {"cluster_host": "https://api.example.com:6443", "kubeconfig": str(config)}[key]
    assert f"{key} (from environment MTV_{key.upper()})" in problems({}, environ={f"MTV_{key.upper()}": text})


def test_a_cluster_without_profile_storage_class_and_login_names_all_that_is_missing() -> None:
    said = problems({"target": "cluster"})
    for key in ("source_provider: missing", "storage_class: missing", "kubeconfig or cluster_host: missing"):
        assert key in said


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"cluster_username": "admin"},
        {"cluster_password": "secret"},
        {"cluster_token": "t", "cluster_username": "admin", "cluster_password": "secret"},
    ],
)
def test_a_host_needs_a_token_or_user_and_password(given: dict[str, str]) -> None:
    assert "expected cluster_token, or cluster_username and cluster_password" in problems({**CLUSTER, **given})


def test_a_kubeconfig_and_a_host_contradict_each_other(tmp_path: Path) -> None:
    config = tmp_path / "kubeconfig"
    config.touch()
    assert "cluster_host: kubeconfig already says" in problems({**CLUSTER, "kubeconfig": str(config)})


def test_lab_options_mean_nothing_on_a_cluster_or_on_a_lab_that_is_up() -> None:
    said = problems({**CLUSTER, "cluster_token": "t", "lab_defect": "nic-dropped"})
    assert "lab_defect (from -D): only for target=lab" in said
    for option, value in {"lab_speed": "10", "lab_array": "ontap"}.items():
        assert "takes it as it was started" in problems({"lab": "/tmp/lab", option: value})


def test_half_a_remote_login_is_an_error() -> None:
    assert "remote_cluster_token: missing" in problems({"remote_cluster_host": "api.remote.example.com"})


def test_cluster_access_carries_the_login_and_verifies_unless_told_otherwise() -> None:
    access = load({**CLUSTER, "cluster_username": "admin", "cluster_password": "pass word "}).cluster_access()
    assert (access.host, access.username, access.verify) == ("https://api.example.com:6443", "admin", True)
    assert access.password is not None
    assert access.password.reveal() == "pass word "
    insecure = {"cluster_token": "t", "insecure_verify_skip": "true", "cluster_host": "api.example.com"}
    access = load({**CLUSTER, **insecure}).cluster_access()
    assert (access.host, access.verify) == ("https://api.example.com", False)


def test_every_wait_is_a_setting_and_the_plan_wait_timeout_is_the_migration_budget() -> None:
    assert load().budgets == Budgets()
    assert load({"wait_provider": "7.5"}).budgets.provider == 7.5
    assert load({PLAN_WAIT: "60"}).budgets.migration == 60
    assert "one setting" in problems({PLAN_WAIT: "60", MIGRATION_WAIT: "61"})


def test_what_is_shown_of_settings_reads_back_as_the_same_settings(tmp_path: Path) -> None:
    given = {"log_level": "DEBUG", "lab": str(tmp_path), "mins_before_cutover": "0.5", "skip_teardown": "true"}
    settings = load({**given, "wait_plan": "12"})
    assert load(dict(settings.shown())) == settings


def test_settings_pointed_at_a_lab_keep_all_else() -> None:
    settings = load({"log_level": "DEBUG"}).pointed_at(Path("k"), Path("p"), Path("r"))
    assert (settings.kubeconfig, settings.providers_file, settings.log_level) == (Path("k"), Path("p"), "DEBUG")
    assert settings.cluster_access().kubeconfig == Path("k")
    remote = settings.remote_access()
    assert remote is not None
    assert (remote.kubeconfig, settings.remote_ocp_cluster) == (Path("r"), "127.0.0.1")


@pytest.mark.parametrize(
    ("userdata", "ini", "environ", "read"),
    [
        ({}, {}, {}, "p"),
        ({"providers_file": "mine.json"}, {}, {}, "mine.json"),
        ({}, {"providers_file": "mine.json"}, {}, "mine.json"),
        ({}, {}, {"MTV_PROVIDERS_FILE": "mine.json"}, "p"),
    ],
)
def test_profiles_that_were_named_for_a_run_count_more_than_the_lab_s(
    userdata: dict[str, str], ini: dict[str, str], environ: dict[str, str], read: str, tmp_path: Path
) -> None:
    settings = load_settings({**userdata, "lab": str(tmp_path)}, ini, environ)
    assert settings.pointed_at(Path("k"), Path("p"), Path("r")).providers_file == Path(read)
    assert load(dict(settings.shown())).pointed_at(Path("k"), Path("p"), Path("r")).providers_file == Path(read), (
        "cleanup reads the same"
    )
    unread = [note for note in settings.notes if note.endswith("-D providers_file=FILE has it read")]
    assert len(unread) == len(environ)


def test_a_lab_of_the_run_s_own_knows_no_other_profiles() -> None:
    settings = load({"providers_file": "mine.json"})
    assert settings.notes == ("providers_file (from -D) is not read: the embedded lab brings its own",)
    assert settings.pointed_at(Path("k"), Path("p"), Path("r")).providers_file == Path("p")


def test_a_remote_destination_that_was_named_is_not_the_lab_s() -> None:
    settings = load({"remote_ocp_cluster": "east", "remote_cluster_host": "api.east:6443", "remote_cluster_token": "t"})
    pointed = settings.pointed_at(Path("k"), Path("p"), Path("r"))
    remote = pointed.remote_access()
    assert remote is not None
    assert (remote.host, remote.kubeconfig, pointed.remote_ocp_cluster) == ("https://api.east:6443", None, "east")


def test_without_a_remote_login_the_cluster_itself_is_the_destination() -> None:
    assert load({"remote_ocp_cluster": "east"}).remote_access() is None
