"""What is sent to MTV for a storage array, and what is read of it; a key per vendor, and nothing that was not given."""

import json
from collections.abc import Mapping
from typing import Any, cast
from unittest.mock import MagicMock

import pytest

from support.adapters.openshift import bodies
from support.adapters.openshift.array_credentials import array_credentials
from support.adapters.openshift.controller import OpenShiftController
from support.adapters.openshift.readings_maps import storage_entries
from support.adapters.openshift.storage import OpenShiftStorage
from support.domain.errors import SuiteError
from support.domain.mapping import StorageEntry
from support.domain.names import ObjectRef
from support.domain.offload import BLOCK, OffloadPlugin, StorageArray
from support.domain.secret import Secret
from support.domain.source import Place

ENDS = (ObjectRef("Provider", "vc", "ns"), ObjectRef("Provider", "here", "ns"))
MAP = ObjectRef("StorageMap", "stores", "ns")
PLUGIN = OffloadPlugin(secret="array", vendor="ontap")
ON_ARRAY = StorageEntry(
    source=Place(id="datastore-1", name="fast"),
    storage_class="san",
    access_mode="ReadWriteMany",
    volume_mode=BLOCK,
    offload=PLUGIN,
)
PLAIN = StorageEntry(source=Place(id="datastore-2", name="slow"), storage_class="san")
_LOGIN = {"STORAGE_HOSTNAME": "array.test", "STORAGE_USERNAME": "admin", "STORAGE_PASSWORD": "array-password"}


def _array(fields: Mapping[str, str], token: Secret | None = None) -> StorageArray:
    password = Secret("" if token else "array-password")
    user = "" if token else "admin"
    return StorageArray(
        vendor="ontap", hostname="array.test", username=user, password=password, token=token, fields=fields
    )


@pytest.mark.parametrize(
    ("fields", "keys"),
    [
        ({}, {}),
        ({"ontap_svm": "svm1"}, {"ONTAP_SVM": "svm1"}),
        (
            {
                "vantara_storage_id": "77",
                "vantara_storage_port": "443",
                "vantara_hostgroup_id_list": "CL1-A,1",
                "vantara_copy_speed": "faster",
            },
            {"STORAGE_ID": "77", "STORAGE_PORT": "443", "HOSTGROUP_ID_LIST": "CL1-A,1", "COPY_SPEED": "faster"},
        ),
        ({"pure_cluster_prefix": "px_1"}, {"PURE_CLUSTER_PREFIX": "px_1"}),
        ({"powerflex_system_id": "s1"}, {"POWERFLEX_SYSTEM_ID": "s1"}),
        (
            {"powermax_symmetrix_id": "0001", "powermax_port_group_name": "pg"},
            {"POWERMAX_SYMMETRIX_ID": "0001", "POWERMAX_PORT_GROUP_NAME": "pg"},
        ),
        (
            {"storage_skip_ssl_verification": "true", "storage_http_timeout_seconds": "90"},
            {"STORAGE_SKIP_SSL_VERIFICATION": "true", "STORAGE_HTTP_TIMEOUT_SECONDS": "90"},
        ),
    ],
)
def test_the_secret_has_the_login_and_the_keys_of_its_vendor(fields: dict[str, str], keys: dict[str, str]) -> None:
    assert array_credentials(_array(fields)) == {**_LOGIN, **keys}


def test_a_token_takes_the_place_of_user_and_password() -> None:
    assert array_credentials(_array({}, Secret("t0ken"))) == {
        "STORAGE_HOSTNAME": "array.test",
        "STORAGE_TOKEN": "t0ken",
    }


def test_a_field_that_no_key_is_known_for_is_refused() -> None:
    with pytest.raises(SuiteError, match="is known for ontap_vsm"):
        array_credentials(_array({"ontap_vsm": "x"}))


def test_the_secret_is_an_object_of_the_run_and_shows_nothing_in_print() -> None:
    body = bodies.storage_secret(ObjectRef("Secret", "array", "ns"), _array({}), {"run": "auto"})
    assert body["metadata"] == {"name": "array", "namespace": "ns", "labels": {"run": "auto"}}
    assert body["stringData"] == _LOGIN
    assert "array-password" not in repr(_array({}))


def test_only_an_offloaded_entry_carries_the_plugin() -> None:
    mapped = bodies.storage_map(MAP, ENDS, [ON_ARRAY, PLAIN], {})["spec"]["map"]
    assert mapped[0] == {
        "source": {"id": "datastore-1"},
        "destination": {"storageClass": "san", "accessMode": "ReadWriteMany", "volumeMode": "Block"},
        "offloadPlugin": {"vsphereXcopyConfig": {"secretRef": "array", "storageVendorProduct": "ontap"}},
    }
    assert "offloadPlugin" not in mapped[1]


def test_entries_are_read_as_they_were_sent() -> None:
    body = json.loads(json.dumps(bodies.storage_map(MAP, ENDS, [ON_ARRAY, PLAIN], {})))
    read = storage_entries(body)
    assert [each.offload for each in read] == [PLUGIN, None]
    assert (read[0].access_mode, read[0].volume_mode, read[1].volume_mode) == ("ReadWriteMany", BLOCK, None)
    assert [each.source.key for each in read] == ["datastore-1", "datastore-2"]


def test_a_map_without_anything_has_no_entries() -> None:
    assert storage_entries({"spec": None}) == ()


def _api(found: object) -> Any:
    return cast("Any", MagicMock(get=MagicMock(return_value=found)))


@pytest.mark.parametrize(
    ("sets", "access"),
    [
        ([{"accessModes": ["ReadWriteOnce", "ReadWriteMany"], "volumeMode": "Block"}], "ReadWriteMany"),
        ([{"accessModes": ["ReadWriteOnce"], "volumeMode": "Block"}], "ReadWriteOnce"),
        ([{"accessModes": ["ReadWriteMany"], "volumeMode": "Filesystem"}], None),
        ([], "ReadWriteMany"),
        (None, "ReadWriteMany"),
    ],
)
def test_the_widest_access_to_raw_volumes_is_asked_for(sets: object, access: str | None) -> None:
    assert OpenShiftStorage(_api({"status": {"claimPropertySets": sets}})).block_access("san") == access


@pytest.mark.parametrize(
    ("said", "switch"), [("true", True), (True, True), ("false", False), (False, False), ("on", False), (None, None)]
)
def test_the_switch_of_copy_offload_is_read_as_mtv_reads_it(said: object, switch: bool | None) -> None:
    controller = OpenShiftController(_api({"spec": {"feature_copy_offload": said}}), MagicMock(), "mtv")
    assert controller.offload_switch() is switch
    assert OpenShiftController(_api(None), MagicMock(), "mtv").offload_switch() is None
