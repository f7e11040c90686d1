"""Each defect of the lab has an owner in the suite, and each check is owned a defect."""

import re
from pathlib import Path

from acceptance.defects import AWAITED, EXPECTATIONS, UNSEEN
from acceptance.expecting import STEPS
from acceptance.from_cluster import IMAGE
from lab.defects.catalogue import CATALOGUE
from lab.world.estate import pristine
from support.checks.bundle import CHECKS

ROOT = Path(__file__).parents[2]


def test_every_defect_of_the_lab_is_in_the_table_and_no_other() -> None:
    awaited = {name for names in AWAITED.values() for name in names}
    assert EXPECTATIONS.keys() | awaited | UNSEEN == CATALOGUE.keys()
    assert not EXPECTATIONS.keys() & (awaited | UNSEEN)
    assert not awaited & UNSEEN


def test_no_defect_waits_for_a_scenario_that_is_there() -> None:
    features = "\n".join(path.read_text() for path in (ROOT / "features").rglob("*.feature"))
    assert [tag for tag in AWAITED if re.search(rf"{tag}\b", features)] == []


def test_every_check_owns_a_defect() -> None:
    assert {each.owner for each in EXPECTATIONS.values()} >= CHECKS.keys()


def test_every_owner_is_a_check_or_a_sentence_of_the_suite() -> None:
    sentences = "\n".join(path.read_text() for path in (ROOT / "steps").glob("*_steps.py"))
    patterns = [re.sub(r"\\{.*?\\}", ".+", re.escape(each)) for each in re.findall(r'@\w+\("(.+)"\)', sentences)]
    assert [step for step in STEPS if not any(re.fullmatch(pattern, step) for pattern in patterns)] == []
    named = {name for each in EXPECTATIONS.values() for name in (each.owner, *each.also) if name}
    assert named <= CHECKS.keys() | set(STEPS)


def test_what_is_harmless_for_the_lab_is_owned_by_nobody() -> None:
    assert {name for name, each in EXPECTATIONS.items() if each.benign} == {
        name for name, defect in CATALOGUE.items() if defect.benign
    }


def test_machines_of_the_drills_exist() -> None:
    world = pristine()
    machines = {"vsphere": world.machines, "ovirt": world.ovirt.machines, "ova": world.export.machines()}
    machines["openstack"] = {id_: server.machine for id_, server in world.cloud.servers.items()}
    named = {profile: {machine.name for machine in known.values()} for profile, known in machines.items()}
    named["openshift"], named["vsphere-copy-offload"] = {IMAGE}, named["vsphere"]
    assert [each for each in EXPECTATIONS.values() if each.machine not in named[each.profile]] == []


def test_scenarios_of_the_drills_exist_once_and_play_with_their_role() -> None:
    features = [path.read_text() for path in (ROOT / "features").glob("*.feature")]
    for scenario in {each.scenario for each in EXPECTATIONS.values()}:
        known = rf"Scenario: {re.escape(scenario.name)}$" if scenario.name else rf"{scenario.tag}\b"
        (feature,) = [text for text in features if re.search(known, text, re.MULTILINE)]
        bodies = re.split(r"^ *Scenario", re.split(known, feature, flags=re.MULTILINE)[1], flags=re.MULTILINE)
        system, with_, rest = scenario.role.partition(" with ")
        wanted = rf" {system} machines?{with_}{rest} on the source"
        assert re.search(wanted, bodies[0 if scenario.name else 1])


def test_the_catalogue_is_as_large_as_promised() -> None:
    assert sum(not defect.benign for defect in CATALOGUE.values()) >= 35
    assert sum(defect.benign for defect in CATALOGUE.values()) >= 8
