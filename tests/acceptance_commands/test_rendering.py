"""The page of `make report` is alone, has each run once in its history, and says what to do where it cannot be made."""

import json
import os
import stat
import sys
from pathlib import Path

import pytest

from acceptance import rendering
from acceptance.rendering import HISTORY, PAGE, Renderer, alone, installed, main
from support.domain.errors import StartError

PHONING = (
    '<head><script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>\n'
    "    <script>\n window.dataLayer = [];\n gtag('config');\n</script><script>kept()</script></head>"
)
ALLURE = """
import json, pathlib, sys
config = json.loads(pathlib.Path(sys.argv[3]).read_text())
place = pathlib.Path(config["output"])
place.mkdir()
(place / "index.html").write_text(pathlib.Path({page!r}).read_text())
with open(config["historyPath"], "a") as history:
    history.write(json.dumps({{"name": config["name"], "categories": config["categories"]}}) + "\\n")
sys.exit({code})
"""


class Scene:
    """Reports of one run, and a program that does with them what Allure would."""

    def __init__(self, folder: Path, page: str = PHONING, code: int = 0) -> None:
        self.reports = folder / "reports"
        self.page, self.script = folder / "page.html", folder / "allure.py"
        self.page.write_text(page)
        self.script.write_text(ALLURE.format(page=str(self.page), code=code))
        self.renderer = Renderer([sys.executable, str(self.script)])

    def run(self, name: str, about: str = "") -> None:
        (self.reports / name / "allure-results").mkdir(parents=True)
        (self.reports / name / "allure-results" / "environment.properties").write_text(about)
        link = self.reports / "allure-results"
        link.unlink(missing_ok=True)
        link.symlink_to(f"{name}/allure-results")

    def history(self) -> list[str]:
        return [json.loads(line)["name"].split(", ")[1] for line in (self.reports / HISTORY).read_text().splitlines()]


def test_the_page_loses_the_script_that_phones_home_and_nothing_else(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.run("auto-1")
    page = scene.renderer.render(scene.reports)
    assert page == scene.reports / PAGE
    assert page.read_text() == "<head><script>kept()</script></head>"


def test_a_page_that_phones_home_in_another_way_is_refused() -> None:
    with pytest.raises(StartError, match="calls a third party"):
        alone('<script src="//www.googletagmanager.com/other.js"></script>')


def test_a_run_is_in_the_history_once_however_often_it_is_rendered(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    for run, times in (("auto-1", 2), ("auto-2", 3)):
        scene.run(run)
        for _ in range(times):
            scene.renderer.render(scene.reports)
    assert scene.history() == ["auto-1", "auto-2"]


def test_a_rehearsal_of_a_defect_is_rendered_and_in_no_history(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.run("auto-1")
    scene.renderer.render(scene.reports)
    scene.run("auto-2", "Run=auto-2\nRehearsal=of the defect disk-size\n")
    scene.renderer.render(scene.reports)
    assert scene.history() == ["auto-1"]


def test_a_failed_rendering_leaves_page_and_history_as_they_were(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.run("auto-1")
    scene.renderer.render(scene.reports)
    before = [(scene.reports / name).read_text() for name in (PAGE, HISTORY)]
    scene.run("auto-2")
    bad = Scene(tmp_path, code=3)
    with pytest.raises(StartError, match="Allure could not render"):
        bad.renderer.render(scene.reports)
    assert [(scene.reports / name).read_text() for name in (PAGE, HISTORY)] == before


def test_without_a_finished_run_there_is_nothing_to_render(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="expected the results of a finished run; run behave first"):
        Renderer(["never"]).render(tmp_path)


def test_without_node_it_says_what_opens_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(tmp_path) == 1
    told = capsys.readouterr().err
    assert "needs Node 20 or newer" in told
    assert "reports/summary.html opens as it is" in told


def test_allure_is_installed_once_per_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("npm", "node"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\nmkdir -p node_modules/.bin; touch node_modules/.bin/allure; echo x >> calls\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    tools = tmp_path / "tools"
    monkeypatch.setattr(rendering, "_TOOLS", tools)
    for _ in range(2):
        assert installed().program == [str(tools / "node_modules" / ".bin" / "allure")]
    assert (tools / "calls").read_text() == "x\n"
    (tools / "package-lock.json").write_text("{}")
    installed()
    assert (tools / "calls").read_text() == "x\nx\n"
