"""What the Secret of a storage array says: the environment of MTV's xcopy populators (forklift.md 4.1)."""

from collections.abc import Mapping

from support.domain.errors import SuiteError
from support.domain.offload import StorageArray

_KEYS: Mapping[str, str] = {
    "storage_skip_ssl_verification": "STORAGE_SKIP_SSL_VERIFICATION",
    "storage_http_timeout_seconds": "STORAGE_HTTP_TIMEOUT_SECONDS",
    "ontap_svm": "ONTAP_SVM",
    "vantara_storage_id": "STORAGE_ID",
    "vantara_storage_port": "STORAGE_PORT",
    "vantara_hostgroup_id_list": "HOSTGROUP_ID_LIST",
    "vantara_copy_speed": "COPY_SPEED",
    "pure_cluster_prefix": "PURE_CLUSTER_PREFIX",
    "powerflex_system_id": "POWERFLEX_SYSTEM_ID",
    "powermax_symmetrix_id": "POWERMAX_SYMMETRIX_ID",
    "powermax_port_group_name": "POWERMAX_PORT_GROUP_NAME",
}
"""Key of the Secret by key of the profile's block."""


def array_credentials(array: StorageArray) -> dict[str, str]:
    """Content of the Secret as text; what was not given is not there. Raises SuiteError for an unknown field."""
    strangers = sorted(array.fields.keys() - _KEYS.keys())
    if strangers:
        raise SuiteError(f"no key of the storage Secret is known for {', '.join(strangers)}")
    login = {
        "STORAGE_HOSTNAME": array.hostname,
        "STORAGE_USERNAME": array.username,
        "STORAGE_PASSWORD": array.password.reveal(),
        "STORAGE_TOKEN": array.token.reveal() if array.token is not None else "",
    }
    return {
        **{key: text for key, text in login.items() if text},
        **{_KEYS[field]: text for field, text in array.fields.items()},
    }
