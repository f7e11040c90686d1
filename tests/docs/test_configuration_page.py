"""docs/configuration.md says what the code reads: every setting, budget and profile key with its real default."""

import inspect
import re
from dataclasses import fields, replace
from pathlib import Path

import pytest

from support.domain.budget import Budgets
from support.run.profiles.copy_offload_model import ENVIRONMENT_PREFIX, OVERRIDABLE, VENDORS, CopyOffloadEntry
from support.run.profiles.models import ENTRIES, KNOWN_KEYS
from support.run.roles import DEFAULTS
from support.run.settings import Settings, load_settings
from support.run.settings.keys import PLAN_WAIT, READERS, UNUSED, WITHOUT_EFFECT
from support.run.settings.model import WAIT_PREFIX

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "configuration.md").read_text()
NO_EFFECT = "◇"
UNSET = "unset"
TICKED = re.compile(r"`([^`]+)`")


def section(title: str) -> str:
    """Text below a heading, up to the next one of its level."""
    level = re.search(rf"^(#+) {re.escape(title)}$", PAGE, re.MULTILINE)
    assert level is not None, f"the page has no section {title!r}"
    rest = PAGE[level.end() :]
    end = re.search(rf"^#{{1,{len(level[1])}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def rows(text: str) -> list[list[str]]:
    """Cells of all table rows, without headings and rules."""
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


SETTINGS = {TICKED.findall(row[0])[0]: row for row in rows(section("Settings"))}


def real_default(key: str) -> str:
    settings = load_settings({}, {}, {})
    budget = "migration" if key == PLAN_WAIT else key.removeprefix(WAIT_PREFIX)
    if budget in {each.name for each in fields(Budgets)}:
        return f"{getattr(settings.budgets, budget):g}"
    on_a_cluster = replace(settings, target="cluster").shown()  # the lab has no use for a providers file
    return {**on_a_cluster, **settings.shown()}.get(key, UNSET)


def test_the_page_documents_every_setting_and_no_other() -> None:
    assert SETTINGS.keys() == READERS.keys()


@pytest.mark.parametrize("key", READERS)
def test_a_default_on_the_page_is_the_real_one(key: str) -> None:
    cell = SETTINGS[key][-1]
    told = TICKED.findall(cell)
    assert (told[0] if told else cell) == real_default(key)


@pytest.mark.parametrize("key", sorted(READERS.keys() - {"target"}))
def test_a_setting_marked_as_without_effect_is_read_by_nobody_and_any_other_is(key: str) -> None:
    name = "migration" if key == PLAN_WAIT else key.removeprefix(WAIT_PREFIX)
    sources = [path.read_text() for path in (ROOT / "support").rglob("*.py") if "settings" not in path.parts]
    # A budget is an attribute or named by text; the logins are put together by the settings themselves.
    logins = (Settings.cluster_access, Settings.remote_access)
    text = "\n".join([*sources, *map(inspect.getsource, logins)])
    used = re.search(rf"\.{name}\b|\"{name}\"", text) is not None
    assert used is not (NO_EFFECT in SETTINGS[key][1])


def test_settings_without_effect_are_marked_and_noted() -> None:
    assert {key for key, row in SETTINGS.items() if NO_EFFECT in row[1]} == WITHOUT_EFFECT
    assert load_settings({"log_file": "x"}, {}, {}).notes == ("log_file (from -D) has no effect yet",)


def test_keys_that_the_reference_never_used_are_named() -> None:
    assert all(f"`{key}`" in section("Giving a setting") for key in UNUSED)


def test_secrets_are_named_as_such() -> None:
    secret = {key for key, reader in READERS.items() if reader.secret}
    assert {key for key, row in SETTINGS.items() if "secret" in row[1].split("; ")} == secret


def test_profile_keys_on_the_page_are_those_of_the_models() -> None:
    text = section("Keys of every type") + section("Keys by type")
    told = set(TICKED.findall("\n".join(" | ".join(row) for row in rows(text))))
    names = {each for each in told if re.fullmatch(r"[a-z_]+", each)} - ENTRIES.keys()
    assert names == KNOWN_KEYS


def test_the_page_says_which_profile_keys_a_type_requires() -> None:
    required = {TICKED.findall(row[0])[0]: set(TICKED.findall(row[1])) for row in rows(section("Keys by type"))}
    for kind, model in ENTRIES.items():
        if kind == "rhv":
            continue
        needed = {name for name, field in model.model_fields.items() if field.is_required()} - {"type"}
        assert needed == {each for each in required[kind] if each in KNOWN_KEYS}, kind


def test_the_copy_offload_block_is_documented_whole() -> None:
    text = section("The block `copyoffload`")
    told = {name for row in rows(text) for name in TICKED.findall(row[0])}
    assert told == CopyOffloadEntry.model_fields.keys()
    assert set(VENDORS) <= set(TICKED.findall(text))
    environment = {each for each in TICKED.findall(text) if each.startswith(ENVIRONMENT_PREFIX)}
    assert environment == {f"{ENVIRONMENT_PREFIX}{key.upper()}" for key in OVERRIDABLE}


def test_roles_on_the_page_have_their_real_names() -> None:
    assert {TICKED.findall(row[0])[0]: TICKED.findall(row[1])[0] for row in rows(section("Roles"))} == DEFAULTS
