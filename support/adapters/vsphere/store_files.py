"""Removing what lies on a datastore by its path (facts, sources 1.10)."""

import logging
from typing import Any

from support.adapters.vsphere.placing import datacenter_of
from support.adapters.vsphere.sdk import vim
from support.adapters.vsphere.session import Session
from support.adapters.vsphere.tasks import await_task

_LOG = logging.getLogger(__name__)
_ABSENT = vim.fault.FileNotFound


def delete(session: Session, subject: str, store: Any, path: str, seconds: float) -> None:
    """Delete a file, or a folder with all that is in it; one already gone is success. Errors as in `await_task`."""
    try:
        task = session.content.fileManager.DeleteDatastoreFile_Task(name=path, datacenter=datacenter_of(session, store))
        await_task(session, subject, task, seconds, accepted=_ABSENT)
    except _ABSENT:
        _LOG.info("%s: %s is already gone", subject, path)
