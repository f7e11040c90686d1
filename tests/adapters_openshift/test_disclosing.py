"""What a report shows of an object: values where secrets can be are hidden unless they are known to be harmless."""

import base64

import yaml

from support.adapters.openshift.diagnosing import as_yaml
from support.adapters.openshift.disclosing import disclosed


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_a_secret_shows_its_keys_and_only_harmless_values() -> None:
    data = {"user": encoded("admin"), "password": encoded("pw"), "insecureSkipVerify": encoded("true")}
    shown = disclosed({"kind": "Secret", "metadata": {"name": "s"}, "type": "Opaque", "data": data})
    assert shown["data"] == {"user": "***", "password": "***", "insecureSkipVerify": "true"}
    assert shown["type"] == "Opaque"


def test_a_key_nobody_has_heard_of_is_hidden_too() -> None:
    shown = disclosed({"kind": "Secret", "metadata": {}, "stringData": {"something-new": "x"}})
    assert shown["stringData"] == {"something-new": "***"}


def test_a_config_map_shows_what_mtv_wrote() -> None:
    shown = disclosed({"kind": "ConfigMap", "metadata": {}, "data": {"playbook.yml": "x", "plan.yml": "kind: Plan"}})
    assert shown["data"] == {"playbook.yml": "***", "plan.yml": "kind: Plan"}


def test_variables_show_their_values_only_when_they_are_known() -> None:
    source = {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}
    env = [{"name": "PRECOPY_INTERVAL", "value": "2"}, {"name": "STORAGE_PW", "value": "x"}, source]
    shown = disclosed({"kind": "Pod", "metadata": {}, "spec": {"containers": [{"name": "main", "env": env}]}})
    assert shown["spec"]["containers"][0]["env"] == [
        {"name": "PRECOPY_INTERVAL", "value": "2"},
        {"name": "STORAGE_PW", "value": "***"},
        source,
    ]


def test_cloud_init_playbooks_and_copies_in_annotations_go() -> None:
    disk = {"name": "init", "cloudInitNoCloud": {"userData": "#cloud-config\npassword: x", "secretRef": {"name": "s"}}}
    meta = {
        "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}", "kept": "yes"},
        "managedFields": [],
    }
    shown = disclosed({"kind": "VirtualMachine", "metadata": meta, "spec": {"volumes": [disk], "playbook": "cGxheQ=="}})
    assert shown["metadata"] == {"annotations": {"kept": "yes"}}
    assert shown["spec"]["volumes"][0]["cloudInitNoCloud"] == {"userData": "***", "secretRef": {"name": "s"}}
    assert shown["spec"]["playbook"] == "***"


def test_it_is_yaml_that_can_be_read_again() -> None:
    secret = {"kind": "Secret", "metadata": {"name": "s"}, "data": {"password": encoded("pw")}}
    assert yaml.safe_load(as_yaml(secret))["data"] == {"password": "***"}
