"""Allure result files from ScenarioResults.

The stock formatter loses scenarios under a Rule and shows failed hooks as skipped (facts/behave.md 2.1), so only
allure's own model and file writer are used. Identity leaves out whatever changes from run to run: names of the
run never become parameters, the source profile and storage class do, so that two sources keep two histories. So
does the defect of a rehearsal.
"""

import hashlib
import json
import mimetypes
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import Attachment as AllureAttachment
from allure_commons.model2 import Label, Link, Parameter, StatusDetails, TestResult, TestStepResult
from allure_commons.utils import platform_label

from support.evidence.causes import CATEGORIES
from support.evidence.results import Attachment, RunFacts, RunRecord, ScenarioResult, StepResult

ENVIRONMENT = "environment.properties"
"""Allure's file of what a run says about itself."""
_TRACKER = "https://issues.redhat.com"
"""Where MTV's issues are; a run with a tracker of its own links to that."""


class AllureWriter:
    """Writes one folder of Allure results."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = AllureFileLogger(folder)  # type: ignore[no-untyped-call]

    def write(self, result: ScenarioResult, facts: RunFacts) -> None:
        test = self._test(result, facts)
        if result.log:
            log = Attachment(title="log", media_type="text/plain", body=result.log.encode())
            test.attachments.append(self._attachment(log))
        self._files.report_result(test)  # type: ignore[no-untyped-call]

    def write_run(self, facts: Sequence[RunFacts]) -> None:
        """Environment, executor and categories; where shards differ, each value once."""
        told = [each.shown() for each in facts]
        keys = dict.fromkeys(key for each in told for key in each)
        shown = {key: ", ".join(dict.fromkeys(each[key] for each in told if key in each)) for key in keys}
        lines = (f"{key.replace(' ', '_')}={value}" for key, value in shown.items())
        (self._folder / ENVIRONMENT).write_text("\n".join(lines) + "\n")
        (self._folder / "categories.json").write_text(json.dumps(CATEGORIES, indent=2))
        executor = {"name": "mtv-acceptance", "type": "behave", "buildName": shown["Run"]}
        (self._folder / "executor.json").write_text(json.dumps(executor))

    def _test(self, result: ScenarioResult, facts: RunFacts) -> TestResult:
        full_name = " # ".join(part for part in (result.file, result.rule, result.template_title) if part)
        cells = {**result.cells, "source": facts.source_profile, "storage class": facts.storage_class}
        if facts.rehearses:
            cells["rehearsed defect"] = facts.rehearses
        return TestResult(
            uuid=str(uuid.uuid4()),
            name=result.title,
            fullName=full_name,
            testCaseId=_md5(full_name),
            historyId=_md5(full_name + json.dumps(cells, sort_keys=True)),
            status=result.verdict.value,
            statusDetails=StatusDetails(message=result.message, trace=_trace(result)) if result.message else None,
            start=int(result.start * 1000),
            stop=int(result.stop * 1000),
            labels=list(_labels(result)),
            links=list(_links(result, facts.tracker or _TRACKER)),
            parameters=[Parameter(name=name, value=value) for name, value in cells.items()],
            steps=[self._step(step) for step in result.steps],
            attachments=[self._attachment(item) for item in result.attachments],
        )

    def _step(self, step: StepResult) -> TestStepResult:
        return TestStepResult(
            name=step.title,
            status=step.verdict.value,
            statusDetails=StatusDetails(message=step.message, trace=step.trace) if step.message else None,
            start=int(step.start * 1000),
            stop=int(step.stop * 1000),
            steps=[self._step(child) for child in step.steps],
            attachments=[self._attachment(item) for item in step.attachments],
        )

    def _attachment(self, attachment: Attachment) -> AllureAttachment:
        suffix = mimetypes.guess_extension(attachment.media_type) or ".txt"
        source = f"{uuid.uuid4()}-attachment{suffix}"
        self._files.report_attached_data(attachment.body, source)  # type: ignore[no-untyped-call]
        return AllureAttachment(name=attachment.title, source=source, type=attachment.media_type)


def _trace(result: ScenarioResult) -> str:
    """Its first line is what categories are told by."""
    return "\n\n".join(part for part in (result.cause or "", result.trace) if part)


def _labels(result: ScenarioResult) -> Iterable[Label]:
    folder = _capability(PurePosixPath(result.file))
    yield Label(name="epic", value=folder.replace("_", " ").capitalize())
    yield Label(name="feature", value=result.feature)
    if result.rule:
        yield Label(name="story", value=result.rule)
        yield Label(name="subSuite", value=result.rule)
    yield Label(name="parentSuite", value=folder)
    yield Label(name="suite", value=result.feature)
    yield Label(name="framework", value="behave")
    yield Label(name="language", value=platform_label())  # type: ignore[no-untyped-call]
    for tag in result.tags:
        if tag.startswith("severity."):
            yield Label(name="severity", value=tag.removeprefix("severity."))
        else:
            yield Label(name="tag", value=tag)


def _capability(file: PurePosixPath) -> str:
    """Folder of a feature, or its own name when it lies directly in features/."""
    return file.stem if file.parent.name in ("", "features") else file.parent.name


def _links(result: ScenarioResult, tracker: str) -> Iterable[Link]:
    for tag in result.tags:
        if tag.startswith("known."):
            key = tag.removeprefix("known.")
            yield Link(type="issue", name=key, url=f"{tracker}/browse/{key}")


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def write_allure(folder: Path, records: Sequence[RunRecord]) -> None:
    """All results of a run, or of several that are one to their readers."""
    writer = AllureWriter(folder)
    for record in records:
        for result in record.results:
            writer.write(result, record.facts)
    writer.write_run([record.facts for record in records])
