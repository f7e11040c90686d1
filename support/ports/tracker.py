"""What the run needs from an issue tracker."""

from collections.abc import Collection, Mapping
from typing import Protocol

from support.domain.issue import Issue, IssueId


class Tracker(Protocol):
    def look_up(self, ids: Collection[IssueId]) -> Mapping[IssueId, Issue]:
        """Each of these issues, asked side by side; one that cannot be told is UNKNOWN, and nothing is raised."""
        ...
