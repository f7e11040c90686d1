"""What a warm migration says to MTV, and what MTV says about it."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from support.adapters.openshift import bodies
from support.adapters.openshift.readings import operator_state, plan_state
from support.domain.errors import SuiteError
from support.domain.migration import Precopy
from support.domain.names import ObjectRef
from support.domain.request import PlanOptions
from support.ports.cluster import PlanParts

SCHEMAS = Path(__file__).parents[3] / "shared" / "schemas" / "forklift"
RELEASES = ("2.9.0", "2.10.6", "2.11.7", "2.12.5")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PLAN, MIGRATION = ObjectRef("Plan", "p", "ns"), ObjectRef("Migration", "m", "ns")


def _plan() -> bodies.Body:
    parts = PlanParts(
        source=ObjectRef("Provider", "vc", "ns"),
        destination=ObjectRef("Provider", "here", "ns"),
        network_map=ObjectRef("NetworkMap", "nets", "ns"),
        storage_map=ObjectRef("StorageMap", "stores", "ns"),
        target_namespace="vms",
        machines=(("vm-1", "web1"),),
        options=PlanOptions(warm=True),
    )
    return bodies.plan(PLAN, parts, None, {})


def _state(warm: dict[str, Any] | None) -> Any:
    machine: dict[str, Any] = {"id": "vm-1", "name": "web1", "phase": "CopyingPaused", "pipeline": [], "warm": warm}
    status = {"observedGeneration": 1, "migration": {"vms": [machine]}}
    return plan_state({"kind": "Plan", "metadata": {"name": "p", "generation": 1}, "status": status}).machines[0].warm


def _operator(reason: str, at: str, successful: str | None = "True") -> Any:
    conditions = [{"type": "Running", "status": "True", "reason": reason, "lastTransitionTime": at}]
    if successful is not None:
        conditions.append({"type": "Successful", "status": successful, "reason": "", "lastTransitionTime": at})
    return operator_state({"status": {"conditions": conditions}})


def test_a_warm_plan_says_so() -> None:
    assert _plan()["spec"]["warm"] is True


def test_a_migration_has_a_cutover_only_when_it_is_scheduled() -> None:
    assert "cutover" not in bodies.migration(MIGRATION, PLAN, {})["spec"]
    assert bodies.migration(MIGRATION, PLAN, {}, NOON)["spec"]["cutover"] == "2026-03-01T12:00:00Z"


def test_a_cutover_is_sent_in_utc_and_nothing_else_is_changed() -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert bodies.cutover_at(elsewhere) == {"spec": {"cutover": "2026-03-01T12:00:00Z"}}


def test_a_cutover_without_a_zone_is_refused() -> None:
    with pytest.raises(SuiteError, match="expected a time with its zone"):
        bodies.cutover_at(datetime(2026, 3, 1, 12))


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="upstream's schemas are not beside this checkout")
@pytest.mark.parametrize("release", RELEASES)
def test_warm_bodies_are_what_each_release_takes(release: str) -> None:
    for plural, body in (("plans", _plan()), ("migrations", bodies.migration(MIGRATION, PLAN, {}, NOON))):
        published = json.loads((SCHEMAS / release / f"{plural}.json").read_text())
        schema = published["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
        assert set(body["spec"]) <= set(schema["properties"])
        jsonschema.validate(body["spec"], schema, format_checker=jsonschema.FormatChecker())


def test_a_cold_machine_tells_nothing_of_precopies() -> None:
    assert _state(None) is None


def test_a_precopy_without_end_is_under_way() -> None:
    warm = _state(
        {
            "successes": 1,
            "failures": 2,
            "nextPrecopyAt": "2026-03-01T12:02:00Z",
            "precopies": [{"start": "s", "end": "e", "snapshot": "snapshot-1"}, {"start": "s2"}],
        }
    )
    assert warm.finished == 1
    assert warm.failures == 2
    assert warm.precopies == (Precopy(start="s", end="e", snapshot="snapshot-1"), Precopy(start="s2"))


def test_a_warm_machine_before_its_first_snapshot_has_no_precopies() -> None:
    assert _state({"precopies": None}).finished == 0


def test_the_operator_is_at_rest_when_it_awaits_its_next_reconciliation() -> None:
    assert _operator("Successful", "t1").at_rest
    assert not _operator("Running", "t1", successful=None).at_rest
    assert not _operator("Successful", "t1", successful="False").at_rest
    assert not operator_state({"status": {}}).at_rest


def test_each_reconciliation_of_the_operator_leaves_its_mark() -> None:
    assert _operator("Successful", "t1").mark == _operator("Successful", "t1").mark
    assert _operator("Successful", "t1").mark != _operator("Successful", "t2").mark
