"""A scenario that puts many machines into one plan, through the sentences that all scenarios are made of."""

from pathlib import Path

from tests.drills.running_lab import ROOT

_MACHINE = "a running RHEL 8 machine on the source"
_AFTERWARDS = """
    And the plan leaves it running
    When it is cold migrated
    Then the migration succeeds
    And the target machine matches its source
    And its guest agent reports in
    And it answers over SSH as the same guest
"""


def plan_of(number: int, folder: Path) -> Path:
    """Write a feature that moves so many machines at once, with the suite's own steps and hooks beside it."""
    for name in ("steps", "environment.py"):
        link = folder / name
        if not link.exists():
            link.symlink_to(ROOT / name)
    machines = "\n    And ".join([_MACHINE] * number)
    feature = folder / "features" / f"plan_of_{number}.feature"
    feature.parent.mkdir(exist_ok=True)
    head = f"@cold @needs.clone\nFeature: Many machines\n\n  Scenario: A plan of {number}\n"
    feature.write_text(f"{head}    Given {machines}{_AFTERWARDS}")
    return feature
