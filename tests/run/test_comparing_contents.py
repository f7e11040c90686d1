"""The markers of a move are read in the one visit to the target's guest, and only where some were written."""

from dataclasses import replace
from typing import Any
from unittest.mock import MagicMock

import pytest

from support.domain.access import GuestAccess
from support.domain.contents import NOTHING_WRITTEN, SourceContents
from support.domain.errors import GuestLoginRefused, GuestUnreachable, MachineNotFound, SuiteError
from support.domain.finding import CheckResult
from support.domain.machine import Power
from support.domain.secret import Secret
from support.domain.shaping import CloneShape
from support.domain.source import Provisioning
from support.run.comparing import Comparing
from support.workflow.move import MachineMove, Move
from tests.checks.pairs import arrived, contents, matching
from tests.workflow.landscape import ORDER

ACCESS = GuestAccess(linux_user="root", linux_password=Secret("p"))


class Scene:
    """One machine that has arrived, and its guest."""

    def __init__(self, written: SourceContents | None = None, access: GuestAccess = ACCESS) -> None:
        pair = matching()
        self.guests: Any = MagicMock()
        self.guests.identify.return_value = pair.guest
        self.guests.contents.return_value = pair.arrived
        wired: Any = MagicMock()
        wired.profile.guest_access.return_value = access
        wired.ports.at.return_value.guests = self.guests
        wired.ports.at.return_value.cluster.login.openshift_version.return_value = pair.openshift
        wired.ports.source.platform.describe.return_value = pair.source_after
        self.wired = wired
        self.comparing = Comparing(wired, MagicMock(mtv_version="2.12.5"))
        self.machine = MachineMove(
            order=ORDER.machines[0],
            name=ORDER.machines[0].origin,
            platform_id="vm-1",
            source=pair.source,
            inventory_id="vm-1",
            target=pair.target,
            contents=contents() if written is None else written,
        )
        self.move = Move(order=ORDER, machines=(self.machine,), target_namespace="ns", maps=pair.maps)

    @property
    def data(self) -> list[CheckResult]:
        results = self.comparing.report(self.move, self.machine).results
        return [result for result in results if result.check == "data"]


def test_a_source_that_is_lost_is_a_difference_and_no_error_of_the_suite() -> None:
    scene = Scene()
    scene.wired.ports.source.platform.describe.side_effect = MachineNotFound("machine vm-1: no longer on the source")
    results = scene.comparing.report(scene.move, scene.machine).results
    (finding,) = next(result.findings for result in results if result.check == "source power")
    assert (finding.what, finding.actual) == ("the source machine", "machine vm-1: no longer on the source")


def residue(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> CheckResult:
    """Of a migration that went well."""
    monkeypatch.setattr("support.run.comparing.succeeded", lambda _move: True)
    scene.wired.ports.source.copies = None
    results = scene.comparing.report(scene.move, scene.machine).results
    return next(result for result in results if result.check == "residue")


def test_what_lies_beside_the_disks_of_a_shaped_machine_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene()
    scene.wired.ports.source.shapes.strays.return_value = ["[fast] web/web.vmdk-rdmdisk-1"]
    request = replace(scene.machine.order.request, shape=CloneShape(provisioning=Provisioning.THIN))
    scene.machine = replace(scene.machine, order=replace(scene.machine.order, request=request))
    (finding,) = residue(scene, monkeypatch).findings
    assert (finding.what, finding.actual) == ("left behind on the source", "[fast] web/web.vmdk-rdmdisk-1")


def test_nobody_looks_beside_the_disks_of_a_machine_as_its_source(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene()
    assert residue(scene, monkeypatch).passed
    scene.wired.ports.source.shapes.strays.assert_not_called()


def test_the_guest_is_asked_once_for_every_file_that_was_written() -> None:
    scene = Scene()
    assert [result.passed for result in scene.data + scene.data] == [True, True]
    (asked,) = scene.guests.contents.call_args_list
    assert asked.args[3] == contents().paths
    assert set(asked.args[3]) == {file.path for file in arrived(contents()).files}


def test_nobody_asks_for_what_was_never_written() -> None:
    scene = Scene(NOTHING_WRITTEN)
    assert [result.not_run for result in scene.data] == [NOTHING_WRITTEN.unwritten]
    scene.guests.contents.assert_not_called()


@pytest.mark.parametrize("error", [GuestUnreachable("gone again"), SuiteError("expected JSON from lsblk")])
def test_a_guest_that_cannot_tell_is_a_check_that_did_not_run(error: SuiteError) -> None:
    scene = Scene()
    scene.guests.contents.side_effect = error
    assert [result.not_run for result in scene.data] == [str(error)]


def test_a_refused_login_is_the_business_of_another_check() -> None:
    scene = Scene()
    scene.guests.identify.side_effect = GuestLoginRefused("guest ns/web: refused the login of root")
    (result,) = scene.data
    assert result.not_run == "nobody could log in to look: guest ns/web: refused the login of root"


def test_a_target_that_is_off_is_not_asked() -> None:
    scene = Scene()
    assert scene.machine.target is not None
    scene.machine = replace(scene.machine, target=replace(scene.machine.target, power=Power.OFF))
    assert [result.not_run for result in scene.data] == ["powered off"]
    scene.guests.identify.assert_not_called()


@pytest.mark.parametrize("verify", [True, False])
def test_the_flag_that_mtv_must_have_is_that_of_the_source_s_own_access(verify: bool) -> None:
    scene = Scene()
    scene.wired.profile.source_access.return_value.verify = verify
    scene.wired.ports.cluster.providers.secret_skips_tls.return_value = False
    results = scene.comparing.report(scene.move, scene.machine).results
    assert next(result.passed for result in results if result.check == "provider TLS") is verify
