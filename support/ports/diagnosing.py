"""What is asked of a cluster after a failure; reading only, and nothing secret comes out."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from support.domain.evidence import Container, Exhibit, Happening
from support.domain.names import ObjectRef


class Diagnoses(Protocol):
    """All methods raise ClusterError, and answer with nothing for a kind that the cluster does not serve."""

    def objects(self, kind: str, namespace: str, labels: Mapping[str, str] | None = None) -> Sequence[Exhibit]:
        """Objects of a kind as YAML; of secrets only what is known to be none. "" for what lies in no namespace."""
        ...

    def events(self, namespace: str) -> Sequence[Happening]:
        """The cluster's own events."""
        ...

    def containers(self, namespace: str, labels: Mapping[str, str] | None = None) -> Sequence[Container]: ...

    def log(self, container: Container, *, previous: bool = False) -> str:
        """The end of a log; `previous`: of the container before the last restart."""
        ...

    def changes(self) -> Sequence[Happening]:
        """What the watches of this process saw change so far; the oldest are forgotten at some point."""
        ...


class GathersByTool(Protocol):
    """The vendor's own collection, where its tool is at hand."""

    def gather(self, folder: Path, plan: ObjectRef | None, seconds: float) -> str:
        """Collect about one plan, or the whole of MTV, into the folder; returns what there is to say about it.

        Raises SuiteError when it did not come to its end.
        """
        ...
