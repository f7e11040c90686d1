"""`acceptance docs`: the living documentation of the runs there are, as each run writes it at its end."""

import os
from collections.abc import Sequence
from pathlib import Path

from acceptance.defining import pairs
from support.run.choosing import configuration, with_sentences
from support.run.documenting import Documented, document
from support.run.settings import load_settings

_WHERE = "MTV_REPORTS_DIR"


def documented(reports: Path, publishing: Path | None = None) -> Documented:
    """Write the site among the reports; arguments and errors are those of `document`."""
    with_sentences(configuration(()))
    return document(reports, publishing)


def reports_of(defines: Sequence[str]) -> Path:
    """Where a run with these settings writes. Raises StartError for what is no setting, or a wrong one."""
    environment = {key: value for key, value in os.environ.items() if key == _WHERE}
    return load_settings(pairs(defines), {}, environment).reports_dir
