"""What is told while several things are done at once stands where it belongs."""

import threading
from unittest.mock import MagicMock

from support.evidence.recorder import Recorder
from support.evidence.redaction import Redactor
from support.evidence.results import ScenarioResult
from support.workflow.parallel import side_by_side


def test_steps_told_side_by_side_lie_below_the_one_in_which_that_was_begun() -> None:
    kept: list[ScenarioResult] = []
    recorder, met = Recorder(MagicMock(), Redactor(), kept.append), threading.Barrier(2, timeout=10)

    def deed(name: str) -> None:
        with recorder.sub_step(f"visit {name}"):
            met.wait()
            recorder.attach(f"markers in {name}", name)
            with recorder.sub_step(f"look at {name}"):
                met.wait()

    with recorder.sub_step("prepare") as outer:
        side_by_side(deed, ["web1", "web2"])
        recorder.attach("afterwards", "")
    assert sorted(step.title for step in outer.steps) == ["visit web1", "visit web2"]
    assert [each.title for each in outer.attachments] == ["afterwards"]
    for step in outer.steps:
        name = step.title.removeprefix("visit ")
        assert [each.title for each in step.steps] == [f"look at {name}"]
        assert [each.title for each in step.attachments] == [f"markers in {name}"]
