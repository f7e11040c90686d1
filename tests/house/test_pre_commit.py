"""What looks at each commit: format, lint, types, secrets, Markdown and Dockerfile, with tools of settled versions."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.house.tracked import tracked

ROOT = Path(__file__).parents[2]
CONFIG: dict[str, Any] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
HOOKS: list[dict[str, Any]] = [hook for repo in CONFIG["repos"] for hook in repo["hooks"]]
GATES = (ROOT / "Makefile").read_text()


def test_all_that_was_promised_is_looked_at() -> None:
    assert {"ruff-format", "ruff", "mypy", "secrets", "markdown", "dockerfile"} <= {hook["id"] for hook in HOOKS}
    assert {repo["repo"] for repo in CONFIG["repos"]} == {"local"}


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_tool_is_that_of_the_gates_or_pinned(hook: dict[str, Any]) -> None:
    if hook["language"] == "system":
        program = Path(hook["entry"].split()[0])
        assert (ROOT / program).exists()
        assert f"$(BIN)/{program.name}" in GATES
    else:
        assert hook["additional_dependencies"]
        assert all(re.fullmatch(r"[\w-]+==[\d.]+", each) for each in hook["additional_dependencies"])


@pytest.mark.parametrize("hook", [each for each in HOOKS if "exclude" in each], ids=lambda hook: hook["id"])
def test_what_is_left_out_is_there(hook: dict[str, Any]) -> None:
    left_out = [path for path in tracked("*") if re.search(hook["exclude"], str(path))]
    assert left_out
