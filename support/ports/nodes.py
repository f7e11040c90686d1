"""The destination's worker nodes: which could take a machine, and a label that tells one of them from the others."""

from collections.abc import Mapping, Sequence
from typing import Protocol


class Nodes(Protocol):
    """All methods raise ClusterError, but for what is documented otherwise."""

    def workers(self) -> Sequence[str]:
        """Names, sorted, of workers that take machines now: Ready, schedulable, without taints that keep pods away."""
        ...

    def headroom(self) -> Mapping[str, float]:
        """By node, the free share (0 to 1) of the scarcer of memory and CPU; empty where nobody may or can tell."""
        ...

    def mark(self, node: str, key: str, value: str) -> None:
        """Put a label on a node; refused when the node has it already, with whatever value."""
        ...

    def unmark(self, node: str, key: str, value: str) -> None:
        """Take the label off again; a no-op for a node that is gone, or has it no longer or with another value."""
        ...

    def marked(self, beginning: str) -> Sequence[str]:
        """Names of the nodes with a label whose key begins so."""
        ...
