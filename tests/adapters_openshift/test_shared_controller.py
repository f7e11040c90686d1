"""MTV's own settings, held by several runs at once, against the embedded lab."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.adapters.openshift.api import Api
from support.adapters.openshift.controller import OpenShiftController
from support.adapters.openshift.feeds import Feeds
from support.adapters.openshift.holding import HELD
from support.domain.access import ClusterAccess
from support.domain.errors import StartError


@pytest.fixture
def api(lab_folder: Path) -> Iterator[Api]:
    api = Api(ClusterAccess(kubeconfig=lab_folder / "kubeconfig"))
    api.connect()
    yield api
    api.close()


@pytest.fixture
def controller(api: Api) -> Iterator[OpenShiftController]:
    feeds = Feeds(api)
    yield OpenShiftController(api, feeds, "openshift-mtv")
    feeds.close()


def test_the_interval_is_a_number_while_it_is_held_and_the_last_holder_restores_it(
    api: Api, controller: OpenShiftController
) -> None:
    before = api.get(controller.ref()) or {}
    assert "original" in controller.hold_precopy_interval(2, "run-a")
    assert "original" in controller.hold_precopy_interval(2, "run-b")
    assert (api.get(controller.ref()) or {})["spec"]["controller_precopy_interval"] == 2
    controller.release_precopy_interval("run-a")
    controller.release_precopy_interval("run-stranger")
    assert (api.get(controller.ref()) or {})["spec"]["controller_precopy_interval"] == 2
    controller.release_precopy_interval("run-b")
    after = api.get(controller.ref()) or {}
    assert after["spec"] == before["spec"]
    assert HELD not in after["metadata"].get("annotations", {})


def test_another_interval_than_the_one_held_is_refused_with_the_holders_name(controller: OpenShiftController) -> None:
    controller.hold_precopy_interval(2, "run-a")
    with pytest.raises(StartError, match="run-a holds it at") as refused:
        controller.hold_precopy_interval(5, "run-b")
    assert "ForkliftController openshift-mtv/forklift-controller" in str(refused.value)
    controller.release_precopy_interval("run-a")


def test_a_cluster_without_mtv_says_which_setting_to_look_at(api: Api) -> None:
    feeds = Feeds(api)
    with pytest.raises(StartError, match="setting mtv_namespace"):
        OpenShiftController(api, feeds, "default").hold_precopy_interval(2, "run-a")
    feeds.close()


def test_a_controller_without_a_vddk_image_has_none(controller: OpenShiftController) -> None:
    assert controller.vddk_image() is None


def test_a_change_is_reconciled_and_seen(controller: OpenShiftController) -> None:
    feed = controller.follow()
    seen = feed.version()
    while (before := feed.latest()) is None or not before.at_rest:
        seen = feed.await_change(seen, 10)
    controller.hold_precopy_interval(3, "run-a")
    while (now := feed.latest()) is None or not (now.at_rest and now.mark != before.mark):
        version = feed.await_change(seen, 20)
        assert version != seen, f"nothing came after {now}"
        seen = version
    controller.release_precopy_interval("run-a")
