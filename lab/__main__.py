"""`acceptance lab`, or `python -m lab`: start an embedded lab, end it, ask what is different in it."""

import gc
import json
import sys
from pathlib import Path

import click

from lab.process import choices

_DIR = click.option(
    "--dir", "folder", required=True, type=click.Path(path_type=Path, file_okay=False), help="The lab's folder."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="For machines.")


@click.group(
    epilog="The settings lab, lab_speed, lab_array, lab_defect and lab_jitter do for options too, as -D KEY=VALUE."
)
def main() -> None:
    """The embedded lab: vSphere, MTV and OpenShift Virtualization on the loopback interface."""


@main.command()
@_DIR
@click.option("--speed", default="10", show_default=True, help="Divides the duration of emulated work.")
@click.option("--mtv", default=choices.MTV[0], show_default=True, help=f"Release: {', '.join(choices.MTV)}.")
@click.option("--ocp", default=choices.OCP[0], show_default=True, help=f"Release: {', '.join(choices.OCP)}.")
@click.option("--array", default=choices.ARRAY, show_default=True, help=f"Vendor: {', '.join(choices.ARRAYS)}.")
@click.option("--defect", default="", help="A named way in which the product is wrong.")
@click.option("--jitter", default="", help="Variations that must not matter.")
@click.option("--until-eof", is_flag=True, help="End with standard input, that is with the parent process.")
def up(folder: Path, until_eof: bool, **options: str) -> None:
    """Run a lab in the foreground; prints `ready` when it is."""
    from lab.kernel.service import Options

    try:
        wanted = Options(
            speed=choices.speed(options["speed"]),
            mtv=choices.one_of("--mtv", options["mtv"], choices.MTV),
            ocp=choices.one_of("--ocp", options["ocp"], choices.OCP),
            defect=choices.defect(options["defect"]),
            jitter=choices.jitter(options["jitter"]),
            array=choices.one_of("--array", options["array"], choices.ARRAYS),
        )
    except choices.BadChoice as problem:
        _refuse(problem)
    gc.disable()  # until the lab is ready: imports take much memory and make no garbage
    from lab.process.running import CannotRun, run

    try:
        run(folder.resolve(), wanted, until_eof=until_eof)
    except CannotRun as problem:
        _refuse(problem)


@main.command()
@_DIR
def down(folder: Path) -> None:
    """End the lab in a folder; fine when none is there."""
    from lab.process.asking import LabUnreachable, end

    try:
        click.echo(end(folder.resolve()))
    except LabUnreachable as problem:
        _refuse(problem)


@main.command()
@_DIR
@_JSON
def diff(folder: Path, as_json: bool) -> None:
    """What is not as it was when the lab was ready; exit 0 when nothing, 1 when something, 2 when unknown."""
    from lab.process.asking import LabUnreachable, ask, describe

    try:
        found = ask(folder.resolve(), "/diff")
    except LabUnreachable as problem:
        _refuse(problem)
    click.echo(json.dumps(found, indent=2) if as_json else describe(found))
    sys.exit(1 if any(found.values()) else 0)


@main.command()
@_DIR
def stats(folder: Path) -> None:
    """Requests per service, critical path of emulated work, processor time and memory, as JSON."""
    from lab.process.asking import LabUnreachable, ask

    try:
        shown = {what: ask(folder.resolve(), f"/{what}") for what in ("requests", "critical-path", "usage")}
    except LabUnreachable as problem:
        _refuse(problem)
    click.echo(json.dumps(shown, indent=2))


def _refuse(problem: Exception) -> None:
    click.echo(f"Error: {problem}", err=True)
    sys.exit(2)


if __name__ == "__main__":
    main(prog_name="acceptance lab")  # what people have in their shell, however they got here
