"""A run that fails leaves a folder that explains it without a cluster, says where it is, and holds no secret."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from support.evidence.living.verdicts import verdicts_in
from support.run.resources_file import read_resources
from tests.drills.conftest import SPEED, AsCluster
from tests.drills.running_lab import Finished, behave, finish

pytestmark = pytest.mark.drill


@dataclass(frozen=True)
class Failed:
    done: Finished
    reports: Path

    @property
    def run(self) -> Path:
        (path,) = self.reports.glob("*/run.json")
        return path.parent


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> Failed:
    """A disk transfer that fails, on a lab of the run's own."""
    reports = tmp_path_factory.mktemp("reports")
    defines = {"reports_dir": reports, "lab_speed": SPEED, "lab_defect": "disk-transfer-fails"}
    arguments = [f"-D{key}={value}" for key, value in defines.items()]
    done = finish(behave("--tags=@test_sanity_cold_mtv_migration", *arguments))
    assert done.code == 1, done.text
    return Failed(done, reports)


def test_a_run_with_a_defect_says_that_it_is_a_rehearsal_and_counts_as_no_verdict(failed: Failed) -> None:
    about = (failed.reports / "allure-results" / "environment.properties").read_text()
    assert "Rehearsal=of the defect disk-transfer-fails\n" in about
    assert "**Rehearsal.**" in (failed.reports / "summary.md").read_text()
    assert verdicts_in(failed.reports).places == ()


def test_the_folder_names_the_failing_step_and_what_failed_in_it(failed: Failed) -> None:
    page = next((failed.run / "evidence").glob("cold_migration-*/index.md")).read_text()
    assert "Failed step: **Then the migration succeeds**" in page
    assert "failed in step DiskTransfer" in page
    assert "* Target: embedded lab" in page
    assert page.rstrip().endswith("## What is missing\n\nNothing.")


def test_the_timeline_tells_what_the_watches_saw(failed: Failed) -> None:
    lines = next((failed.run / "evidence").glob("cold_migration-*/timeline.txt")).read_text().splitlines()
    told = [line for line in lines if "step DiskTransfer" in line]
    assert "Running" in told[1]
    assert "failed: Guest conversion failed" in told[-1]
    assert lines.index(told[-1]) < next(
        i for i, line in enumerate(lines) if "suite  failed: Then the migration" in line
    )


def test_objects_logs_and_the_source_are_there_as_they_were_before_teardown(failed: Failed) -> None:
    folder = next((failed.run / "evidence").glob("cold_migration-*"))
    kinds = {path.parent.name for path in folder.glob(f"namespaces/{failed.run.name}/*/*/*.yaml")}
    assert {"plans", "migrations", "providers", "networkmaps", "storagemaps", "pods", "persistentvolumeclaims"} <= kinds
    assert list(folder.glob(f"namespaces/{failed.run.name}/pods/*/virt-v2v/logs/current.log"))
    before, after = (
        yaml.safe_load(next(folder.glob(f"source/*-{when}.yaml")).read_text()) for when in ("before", "after")
    )
    assert (before["power"], after["power"]) != (None, None)
    assert before["disks"] == after["disks"]


def test_every_object_is_yaml_and_no_password_is_in_any_file(failed: Failed) -> None:
    objects = list((failed.run / "evidence").rglob("*.yaml"))
    assert len(objects) > 20
    for path in objects:
        shown = yaml.safe_load(path.read_text())
        if shown.get("kind") == "Secret":
            assert set(shown["data"].values()) - {"***"} == {
                value for key, value in shown["data"].items() if key in ("url", "insecureSkipVerify")
            }


def test_terminal_allure_and_junit_say_where_it_is(failed: Failed) -> None:
    (page,) = (failed.run / "evidence").glob("cold_migration-*/index.md")
    assert f"collect evidence: {page}" in failed.done.text
    results = [json.loads(path.read_text()) for path in (failed.reports / "allure-results").glob("*-result.json")]
    (bad,) = [each for each in results if each["status"] == "failed"]
    assert bad["statusDetails"]["message"].endswith(f"evidence: {page}")
    assert {"evidence: index.md", "evidence: timeline.txt"} <= {each["name"] for each in bad["attachments"]}
    cases = ElementTree.parse(failed.reports / "junit" / "mtv-acceptance.xml").iter("testcase")
    (case,) = [each for each in cases if each.find("failure") is not None]
    assert {each.get("value") for each in case.iter("property") if each.get("name") == "evidence"} == {str(page)}


def test_the_summary_leads_to_the_evidence_as_a_browser_shows_it(failed: Failed) -> None:
    summary = (failed.reports / "summary.html").read_text()
    (link,) = re.findall(r'href="([^"]+)">what explains it', summary)
    page = (failed.reports / link).read_text()
    assert "Failed step: <strong>Then the migration succeeds</strong>" in page
    assert "<dt>Source</dt><dd>vSphere 8.0.3</dd>" in page


def test_what_the_run_made_is_listed_in_the_form_that_cleanup_reads(failed: Failed) -> None:
    listed = read_resources(failed.run / "evidence" / "resources.json", "auto")
    assert listed.run == failed.run.name
    assert {"Namespace", "Secret", "Provider", "Plan", "Migration"} <= {ref.kind for ref in listed.objects}
    assert len(listed.on_source) == 1


def test_a_failure_before_a_plan_gathers_mtv_itself_where_the_setting_says(cluster: AsCluster, tmp_path: Path) -> None:
    place, path = tmp_path / "kept", cluster.profile(machines={"RHEL 8": "rhel-no-nic"})
    done = finish(behave(*cluster.arguments(providers_file=path, data_collector_path=str(place))))
    assert done.code == 1, done.text
    folder = next(place.glob("auto-*/cold_migration-*"))
    assert "There was no plan yet" in (folder / "index.md").read_text()
    assert list(folder.glob("namespaces/openshift-mtv/pods/forklift-api-*/main/logs/current.log"))
    assert (place / "resources.json").resolve() == folder.parent / "resources.json"
    documented(cluster.reports)


def documented(reports: Path) -> None:
    """The living documentation says it beside the scenario, and leads to where the summary tells of it."""
    page = (reports / "living" / "cold_migration.html").read_text()
    assert "! no verdict</span> from vSphere 8.0.3 (vsphere) to" in page
    (link,) = re.findall(r'href="\.\./([^"]+#[^"]+)"', page)
    summary, _, place = link.partition("#")
    assert f'id="{place}"' in (reports / summary).read_text()


def test_nothing_is_collected_when_the_setting_says_so(cluster: AsCluster, tmp_path: Path) -> None:
    path = cluster.profile(machines={"RHEL 8": "rhel-no-nic"})
    done = finish(behave(*cluster.arguments(providers_file=path, skip_data_collector="true")))
    assert done.code == 1, done.text
    assert list(cluster.reports.glob("*/evidence")) == []
    assert "evidence" not in done.text
