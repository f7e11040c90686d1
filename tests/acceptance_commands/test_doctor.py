"""`acceptance doctor`: table, JSON and exit code from the same lines."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from acceptance import doctor
from acceptance.__main__ import main
from support.domain.diagnosis import Diagnosis, blocking, doubtful, fine
from support.domain.errors import StartError

FINE, DOUBTFUL = fine("MTV", "2.12.5"), doubtful("VDDK image", "none [there]", "name one")
BLOCKING = blocking("storage class", "no storage class 'x' here", "name one of them")


def told(monkeypatch: pytest.MonkeyPatch, found: Sequence[Diagnosis], *arguments: str) -> Result:
    monkeypatch.setattr(doctor, "consult", lambda tags, defines: found)
    return CliRunner().invoke(main, ["doctor", *arguments], env={"COLUMNS": "200"})


@pytest.mark.parametrize(
    ("found", "code", "verdict"),
    [
        ([FINE, DOUBTFUL], 0, "2 items, 0 blockers, 1 warning: a run can start"),
        ([FINE, BLOCKING], 1, "2 items, 1 blocker, 0 warnings: a run would not start"),
    ],
)
def test_only_a_blocker_makes_the_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, found: list[Diagnosis], code: int, verdict: str
) -> None:
    done = told(monkeypatch, found)
    assert (done.exit_code, done.output.splitlines()[-1]) == (code, verdict)


def test_the_table_has_verdict_words_and_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = told(monkeypatch, [DOUBTFUL]).output
    assert all(words in shown for words in ("warning", "VDDK image", "none [there]", "→ name one"))


def test_json_on_standard_output_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    done = told(monkeypatch, [FINE, BLOCKING], "--json", "-")
    assert json.loads(done.stdout) == {
        "fit": False,
        "lines": [
            {"subject": "MTV", "verdict": "ok", "told": "2.12.5", "advice": ""},
            {
                "subject": "storage class",
                "verdict": "blocker",
                "told": "no storage class 'x' here",
                "advice": "name one of them",
            },
        ],
    }


def test_json_goes_into_a_file_beside_the_table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    done = told(monkeypatch, [FINE], "--json", str(tmp_path / "doctor.json"))
    assert json.loads((tmp_path / "doctor.json").read_text())["fit"] is True
    assert "2.12.5" in done.output


def test_settings_and_tags_are_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[object] = []

    def consult(tags: object, defines: object) -> list[Diagnosis]:
        heard.append((tags, defines))
        return [FINE]

    monkeypatch.setattr(doctor, "consult", consult)
    CliRunner().invoke(main, ["doctor", "--tags", "@tier0", "-D", "storage_class=nfs"])
    assert heard == [(("@tier0",), {"storage_class": "nfs"})]


def test_a_selection_that_is_none_exits_2(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(tags: object, defines: object) -> list[Diagnosis]:
        raise StartError("no scenario selected")

    monkeypatch.setattr(doctor, "consult", refuse)
    done = CliRunner().invoke(main, ["doctor", "--tags=@tier9"])
    assert done.exit_code == 2
    assert "no scenario selected" in done.stderr
