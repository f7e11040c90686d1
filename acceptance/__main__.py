"""`acceptance`: the command line around the suite."""

import json
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

_LAB = [sys.executable, "-m", "lab"]
_DEFINES = click.option("-D", "defines", multiple=True, metavar="KEY=VALUE", help="A setting, as for behave.")


@click.group()
def main() -> None:
    """Tools around the suite. The suite itself is run with `behave`."""


@main.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@_DEFINES
def lab(arguments: tuple[str, ...], defines: tuple[str, ...]) -> None:
    """Start, end and examine an embedded lab (up, down, diff, stats).

    Of the settings, lab is the folder (--dir), and lab_speed, lab_array, lab_defect and lab_jitter are the options of
    `up`.
    """
    from acceptance.defining import lab_options
    from support.domain.errors import SuiteError

    command, *options = arguments or ("--help",)
    try:
        given = lab_options(command, defines)
    except SuiteError as problem:
        _refuse(problem)
    # The options themselves come last, so that they count more.
    os.execv(sys.executable, [*_LAB, command, *given, *options])  # noqa: S606 - our own module


@main.command()
@click.argument("run")
@_DEFINES
def cleanup(run: str, defines: tuple[str, ...]) -> None:
    """Finish an interrupted run: remove whatever it created, and nothing else.

    RUN is a run id such as auto-ab12, or the folder of a run. The settings are those the run was started with; secrets
    come from the environment, as they did then. RUN can also be the resources.json of a run of the older pytest suite.
    That file holds no settings, so give them; only what carries that run's id is removed.

    Exit code 0: nothing is left. 1: something is left, and is listed. 2: could not look.
    """
    from acceptance.defining import pairs
    from support.run.cleaning import clean

    sys.exit(clean(run, pairs(defines)))


@main.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Also write the results here."
)
@click.option("--jobs", default=2, show_default=True, type=click.IntRange(min=1), help="Labs at a time.")
@click.option("--clean", "days", type=click.IntRange(min=1), help="Run this many noisy days without a defect.")
@click.option("--jitter", default="on", show_default=True, help="The noise of --clean, as for `lab up`.")
@_DEFINES
def drill(names: tuple[str, ...], defines: tuple[str, ...], jobs: int, json_file: Path | None, **clean: Any) -> None:
    """Break the lab's product in one way at a time and see which check notices.

    NAME is a defect or a harmless variation; by default all are drilled. The results go to the terminal, to
    reports/drill.json and to reports/drill.md. Exit code 0: every defect was noticed by the check that owns it, and
    nothing else was. 1: a miss, a wrong owner or a false alarm. 2: no such defect, or a wrong setting.

    With --clean there is no defect, and NAME is a tag: the scenarios run once without noise and then once per day with
    it, each time on a fresh lab with the next seed. A verdict that noise changes is reported with its seed, in
    reports/clean.json and reports/clean.md, and makes the exit code 1.
    """
    from acceptance import clean_drill
    from acceptance.defining import drill_settings
    from acceptance.drilling import REPORTS, run
    from acceptance.processes import end_runs_with_us
    from support.domain.errors import SuiteError

    try:
        settings = drill_settings(defines, REPORTS, clean=clean["days"] is not None)
    except SuiteError as problem:
        _refuse(problem)
    end_runs_with_us()
    if clean["days"] is not None:
        sys.exit(clean_drill.run(names, (clean["days"], clean["jitter"]), jobs, json_file, settings))
    sys.exit(run(names, jobs, json_file, settings))


@main.command()
@click.option("--tags", multiple=True, metavar="EXPRESSION", help="Which scenarios, as for behave; all by default.")
@click.option(
    "--json", "json_file", metavar="FILE", help="Also write the verdicts here; - is standard output, and nothing else."
)
@_DEFINES
def doctor(tags: tuple[str, ...], json_file: str | None, defines: tuple[str, ...]) -> None:
    """Check everything a run needs, without creating anything: ok, warning or blocker, with advice.

    Every run makes the same checks first, and does not start while there is a blocker.

    Exit code 0: no blocker. 1: at least one. 2: no such scenario.
    """
    from acceptance.defining import pairs
    from acceptance.doctor import examine
    from support.domain.errors import StartError

    try:
        sys.exit(examine(tags, pairs(defines), json_file))
    except StartError as problem:
        _refuse(problem)


@main.command()
@click.argument("profiles", nargs=-1, metavar="[PROFILE]...")
@click.option("--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Also write the table here.")
@click.option("--jobs", default=2, show_default=True, type=click.IntRange(min=1), help="Sources at a time.")
@_DEFINES
def matrix(profiles: tuple[str, ...], defines: tuple[str, ...], jobs: int, json_file: Path | None) -> None:
    """Move one machine cold from each kind of source, and compare it with its source.

    PROFILE is a source profile. By default these are the five of the embedded lab: vsphere, ovirt, openstack, openshift
    and ova, all on one lab. With target=cluster and the settings of a run the machines go to that cluster, and you name
    the profiles. The table goes to the terminal, to reports/matrix.json and to reports/matrix.md.

    Exit code 0: the scenario passed for every source, and nothing is left over. 1: not so for at least one.
    2: a setting is wrong, or the lab did not start.
    """
    from acceptance import matrixing
    from acceptance.defining import matrix_settings
    from acceptance.drilling import REPORTS
    from acceptance.processes import end_runs_with_us
    from support.domain.errors import SuiteError

    try:
        settings = matrix_settings(defines, profiles, REPORTS)
    except SuiteError as problem:
        _refuse(problem)
    end_runs_with_us()
    sys.exit(matrixing.run(profiles, jobs, json_file, settings))


@main.command()
@click.option("--image", required=True, help="The suite's image, as the cluster pulls it.")
@click.option("--tags", multiple=True, metavar="EXPRESSION", help="Which scenarios, as for behave.")
@click.option(
    "--shards", type=click.IntRange(min=0), default=0, help="Split the scenarios between this many pods; 0: one pod."
)
@click.option("--account", is_flag=True, help="Log in as the account of deploy/rbac.yaml, not by the Secret.")
@click.option("--ca", "authority", is_flag=True, help="The Secret has a key ca.crt, the CA of the cluster.")
@click.option("--name", default="mtv-acceptance", show_default=True, help="Name of the Job.")
@click.option("--namespace", default="mtv-tests", show_default=True)
@click.option(
    "--secret", default="mtv-test-config", show_default=True, help="Secret with providers.json and the login."
)
@click.option("--claim", default="mtv-results", show_default=True, help="PVC for the results.")
@click.option("--claim-size", default="5Gi", show_default=True)
@_DEFINES
def job(defines: tuple[str, ...], **options: Any) -> None:
    """Print the manifests of a Job that runs the suite on a cluster, for `oc apply -f -`.

    The settings are those of a run, except that secrets belong in the Secret. Exit code 2: a setting is wrong.
    """
    from acceptance.defining import pairs
    from acceptance.job import JobOptions, render
    from support.domain.errors import StartError

    try:
        click.echo(render(JobOptions(**options), pairs(defines)), nl=False)
    except StartError as problem:
        _refuse(problem)


@main.command()
@click.argument("cluster", type=click.Choice(["mtv", "remote", "source"]))
@click.option("--namespace", default="mtv-tests", show_default=True, help="Of the account that gets the role.")
def role(cluster: str, namespace: str) -> None:
    """Print the least role of a run on a cluster, and an account that has it, for `oc apply -f -` there.

    CLUSTER is mtv: the cluster MTV runs on; remote: another one that machines are moved to; source: another one that
    they come from. Exit code 2: that is no namespace.
    """
    from acceptance.roles import render_role
    from support.domain.errors import StartError
    from support.run.doctor.permissions import Part

    try:
        click.echo(render_role(Part(cluster), namespace), nl=False)
    except StartError as problem:
        _refuse(problem)


@main.command()
@click.argument("folders", nargs=-1, required=True, metavar="DIR...", type=click.Path(path_type=Path))
@click.option("--into", default="reports", show_default=True, type=click.Path(path_type=Path), help="Reports folder.")
def merge(folders: tuple[Path, ...], into: Path) -> None:
    """Join the results of several runs, such as the shards of a Job, into one Allure, JUnit and summary.

    DIR is the folder of a run, or a reports folder of a shard, of which the newest run counts. A shard that had nothing
    to do is fine. The runs themselves are not changed; afterwards the links in the reports folder point at the joint
    results.

    Exit code 0: all that ran passed and nothing is left over. 1: something failed, is left over, or a run never
    finished. 2: nothing to merge, or results that cannot be read.
    """
    from acceptance.merging import merge as join
    from support.domain.errors import StartError

    try:
        merged = join(folders, into)
    except StartError as problem:
        _refuse(problem)
    click.echo(f"Folder {merged.folder}")
    for note in merged.notes:
        click.echo(f"note: {note}")
    for run in merged.unfinished:
        click.echo(f"never finished: {run}")
    click.echo(merged.headline)
    sys.exit(0 if merged.good else 1)


@main.command()
@click.option("--tags", multiple=True, metavar="EXPRESSION", help="Which scenarios, as for behave; all by default.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def catalog(tags: tuple[str, ...], as_json: bool) -> None:
    """List the scenarios with their tags, the sources they fit, and the machines they need by role.

    This contacts no system; `acceptance doctor` says what a particular profile lacks. Exit code 2: no such scenario.
    """
    from acceptance.catalog import as_data, lines
    from acceptance.catalog import catalog as listed
    from support.domain.errors import StartError

    try:
        entries = listed(tags)
    except StartError as problem:
        _refuse(problem)
    if as_json:
        click.echo(json.dumps(as_data(entries), indent=2))
    else:
        click.echo("\n".join(lines(entries)).strip())


@main.command()
@_DEFINES
def docs(defines: tuple[str, ...]) -> None:
    """Write the features as a site for readers, with the latest verdict of each scenario on each source.

    The site is reports/living/index.html; reports_dir is the only setting that counts. Every run writes it at its end.

    Exit code 2: the features cannot be read, the site cannot be written, or a setting is wrong.
    """
    from acceptance.documentation import documented, reports_of
    from support.domain.errors import StartError

    try:
        done = documented(reports_of(defines))
    except StartError as problem:
        _refuse(problem)
    for each in done.unreadable:
        click.echo(f"note: {each}", err=True)
    click.echo(done.page)


def _refuse(problem: Exception) -> NoReturn:
    click.echo(f"Error: {problem}", err=True)
    sys.exit(2)


if __name__ == "__main__":
    main(prog_name="acceptance")
