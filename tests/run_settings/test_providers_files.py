"""The example and the schema that are published: equal to the models, and valid against each other."""

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft202012Validator

from support.domain.errors import StartError
from support.domain.source import ProviderKind
from support.run.profiles.loading import load_profile
from support.run.providers_schema import providers_schema
from support.run.settings import Settings

_ROOT = Path(__file__).parents[2]
_EXAMPLE = _ROOT / ".providers.json.example"
_SCHEMA = _ROOT / "docs" / "providers.schema.json"


def validator() -> Draft202012Validator:
    schema = json.loads(_SCHEMA.read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def example() -> dict[str, object]:
    content: dict[str, object] = json.loads(_EXAMPLE.read_text())
    return content


def profiles() -> list[str]:
    return [name for name in example() if name != "$schema"]


def test_the_published_schema_is_the_one_the_models_make() -> None:
    assert _SCHEMA.read_text() == providers_schema(), (
        "write docs/providers.schema.json anew from support.run.providers_schema.providers_schema()"
    )


def test_the_example_is_valid_against_the_schema() -> None:
    assert list(validator().iter_errors(example())) == []


@pytest.mark.parametrize("name", profiles())
def test_every_profile_of_the_example_loads_without_a_word(name: str) -> None:
    profile = load_profile(replace(Settings(), providers_file=_EXAMPLE, source_provider=name), {})
    assert profile.warnings == ()


@pytest.mark.parametrize("name", profiles())
def test_a_run_on_the_lab_takes_no_source_that_is_elsewhere(name: str) -> None:
    """OVA's files are read by the lab's MTV alone, and what names no host is the lab's cluster itself."""
    plain = replace(Settings(), providers_file=_EXAMPLE, source_provider=name)
    access = load_profile(plain, {}).access
    named, host = replace(plain, lab=Path("lab"), profiles_named=True), urlsplit(access.url).hostname
    if host is None or access.kind is ProviderKind.OVA:
        assert load_profile(named, {}).name == name
    else:
        with pytest.raises(StartError, match=f"is of a source at {host}, expected one of the lab"):
            load_profile(named, {})


def test_the_example_has_every_source_type() -> None:
    loaded = (
        load_profile(replace(Settings(), providers_file=_EXAMPLE, source_provider=name), {}) for name in profiles()
    )
    assert {profile.kind.value for profile in loaded} == {"vsphere", "ovirt", "openstack", "openshift", "ova"}


@pytest.mark.parametrize(
    "entry",
    [
        {"type": "vmware"},
        {"type": "vsphere", "api_url": "https://vc/sdk", "username": "a"},
        {"type": "ova", "api_url": "not a share"},
        {"type": "openshift", "machines": ["RHEL 8"]},
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(entry: dict[str, object]) -> None:
    assert not validator().is_valid({"mine": entry})
