"""docs/lab.md lists the options, defects, files and estate that the lab really has."""

import re
from pathlib import Path

from lab.__main__ import up
from lab.jitter.spec import KEYS
from lab.kernel.folder import FILES, LOCK
from lab.process.choices import DEFECTS, MTV, OCP
from lab.world.estate import pristine

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "lab.md").read_text()
KEY = "server.pem"
"""There for a moment only, while the lab starts."""


def table(heading: str) -> dict[str, str]:
    """First cell, without its ticks -> the whole row."""
    text = re.split(rf"^#+ {re.escape(heading)}$", PAGE, flags=re.MULTILINE)[1]
    rows = re.findall(r"^\| `([^`]+)` \|.*$", re.split(r"^#", text, flags=re.MULTILINE)[0], re.MULTILINE)
    return {name: next(line for line in text.splitlines() if line.startswith(f"| `{name}` |")) for name in rows}


def test_every_option_of_lab_up_is_on_the_page_with_its_default() -> None:
    rows = table("Options of `acceptance lab up`")
    options = {each.opts[0]: each for each in up.params}
    assert rows.keys() == options.keys()
    for name, option in options.items():
        if isinstance(option.default, str) and option.default:
            assert rows[name].endswith(f"| `{option.default}` |"), name


def test_every_release_the_lab_can_be_is_named() -> None:
    rows = table("Options of `acceptance lab up`")
    assert re.findall(r"`([\d.]+)`", rows["--mtv"])[:-1] == list(MTV)
    assert re.findall(r"`([\d.]+)`", rows["--ocp"])[:-1] == list(OCP)


def test_every_defect_is_on_the_page_and_no_other() -> None:
    assert table("Defects").keys() == set(DEFECTS)


def test_every_variation_is_on_the_page_with_its_share_in_the_preset() -> None:
    rows = table("Noise")
    assert list(rows) == list(KEYS)
    for name, key in KEYS.items():
        assert rows[name].endswith(f"| `{key.metadata['preset']:g}` |"), name


def test_every_file_of_a_running_lab_is_on_the_page() -> None:
    assert table("Files in its folder").keys() == {*FILES, LOCK} - {KEY}


def test_the_estate_is_as_the_page_says() -> None:
    world = pristine()
    assert [len(each) for each in (world.machines, world.datastores, world.networks, world.nodes)] == [9, 5, 4, 3]
    assert all(f"`{each.name}`" in PAGE for each in world.storage_classes)


def test_the_engines_estate_is_as_the_page_says() -> None:
    estate, part = pristine().ovirt, PAGE.split("\n### oVirt\n")[1].split("\n##")[0]
    names = [each.name for group in (estate.datastores, estate.networks) for each in group.values()]
    assert all(f"`{name}`" in part for name in (*names, estate.datacenter, estate.cluster, estate.account.user))
    assert [machine.name for machine in estate.machines.values() if not machine.template] == ["mtv-tests-rhel8"]
