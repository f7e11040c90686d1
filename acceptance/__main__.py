"""`acceptance`: the command line around the suite."""

import os
import sys
from pathlib import Path

import click

_LAB = [sys.executable, "-m", "lab"]


@click.group()
def main() -> None:
    """Run things around the suite; the suite itself is run with `behave`."""


@main.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def lab(arguments: tuple[str, ...]) -> None:
    """Start, end and examine an embedded lab (up, down, diff, stats)."""
    os.execv(sys.executable, [*_LAB, *(arguments or ("--help",))])  # noqa: S606 - our own module


@main.command()
@click.argument("run")
@click.option("-D", "defines", multiple=True, metavar="KEY=VALUE", help="A setting, as for behave.")
def cleanup(run: str, defines: tuple[str, ...]) -> None:
    """Finish an interrupted run: remove whatever it made and only that.

    RUN is a run id such as auto-ab12, or the folder of a run. Settings are those the run was started with; secrets
    come from the environment as they did then. Exit code 0: nothing is left. 1: something is left, it is listed.
    2: could not look.
    """
    from support.run.cleaning import clean

    sys.exit(clean(run, dict(_pair(define) for define in defines)))


@main.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Write the matrix here too.")
@click.option("--jobs", default=2, show_default=True, type=click.IntRange(min=1), help="Labs at a time.")
def drill(names: tuple[str, ...], json_file: Path | None, jobs: int) -> None:
    """Break the lab's product in one way at a time and see which check of the suite notices.

    NAME is a defect or a harmless variation; without one, all are drilled. The matrix goes to the terminal and to
    reports/drill.json and reports/drill.md. Exit code 0: each was noticed by its owner and nothing else was. 1: a
    miss, a wrong owner or a false alarm. 2: there is no such defect.
    """
    from acceptance.drilling import run

    sys.exit(run(names, jobs, json_file))


def _pair(define: str) -> tuple[str, str]:
    """As Behave reads it: a flag alone is true."""
    key, equals, value = define.partition("=")
    return key.strip(), value if equals else "true"


if __name__ == "__main__":
    main(prog_name="acceptance")
