"""The closed list of keys and how each is read; a key that is not here is a mistake."""

from collections.abc import Mapping
from dataclasses import fields

from support.domain.budget import Budgets
from support.run.settings import values
from support.run.settings.model import WAIT_PREFIX
from support.run.settings.values import Reader

PLAN_WAIT = "plan_wait_timeout"
"""The reference's name of the budget `migration`."""
MIGRATION_WAIT = f"{WAIT_PREFIX}migration"

UNUSED = frozenset({"number_of_vms", "check_vms_signals", "vm_name_search_pattern"})
"""Defined by the reference suite, and used nowhere in it either (reference/08)."""

WITHOUT_EFFECT = frozenset(
    {
        "target_ocp_version",
        "wrapper_log_debug",
        "log_file",
    }
)
"""Read and checked, but nothing of the suite uses them yet; docs/configuration.md marks them."""

_PLAIN: Mapping[str, Reader] = {
    "target": values.TARGET,
    "source_provider": values.TEXT,
    "storage_class": values.TEXT,
    "providers_file": values.ANY_PATH,
    "tracker_file": values.ANY_PATH,
    "cluster_host": values.API_HOST,
    "cluster_username": values.TEXT,
    "cluster_password": values.SECRET,
    "cluster_token": values.SECRET,
    "kubeconfig": values.EXISTING_FILE,
    "cluster_ca": values.EXISTING_FILE,
    "insecure_verify_skip": values.BOOLEAN,
    "source_provider_insecure_skip_verify": values.BOOLEAN,
    "mtv_namespace": values.NAMESPACE,
    "target_namespace_prefix": values.PREFIX,
    "target_ocp_version": values.TEXT,
    "remote_ocp_cluster": values.TEXT,
    "remote_cluster_host": values.API_HOST,
    "remote_cluster_token": values.SECRET,
    "remote_cluster_kubeconfig": values.EXISTING_FILE,
    "snapshots_interval": values.COUNT,
    "cutover_after_precopies": values.COUNT,
    "mins_before_cutover": values.MINUTES,
    PLAN_WAIT: values.SECONDS,
    "skip_teardown": values.BOOLEAN,
    "skip_data_collector": values.BOOLEAN,
    "data_collector_path": values.ANY_PATH,
    "reports_dir": values.ANY_PATH,
    "analyze_with_ai": values.BOOLEAN,
    "wrapper_log_debug": values.BOOLEAN,
    "log_level": values.LEVEL,
    "log_file": values.ANY_PATH,
    "hook_image": values.TEXT,
    "shard": values.SHARD,
    "guest_tunnel": values.TUNNEL,
    "lab": values.ANY_PATH,
    "lab_speed": values.FACTOR,
    "lab_defect": values.TEXT,
    "lab_jitter": values.TEXT,
    "lab_array": values.TEXT,
}

READERS: Mapping[str, Reader] = {
    **_PLAIN,
    **{f"{WAIT_PREFIX}{budget.name}": values.SECONDS for budget in fields(Budgets)},
}
