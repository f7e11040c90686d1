"""Worker nodes in memory, with the labels that runs put on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from support.domain.errors import ClusterError


@dataclass
class MemoryNodes:
    """Port `Nodes`; `sticky` ones keep every label, whatever is asked."""

    names: list[str] = field(default_factory=lambda: ["worker-0", "worker-1"])
    room: dict[str, float] = field(default_factory=dict)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    sticky: bool = False

    def workers(self) -> Sequence[str]:
        return sorted(self.names)

    def headroom(self) -> Mapping[str, float]:
        return self.room

    def mark(self, node: str, key: str, value: str) -> None:
        if key in self.labels.setdefault(node, {}):
            raise ClusterError(f"Node {node}: has a label {key} already")
        self.labels[node][key] = value

    def unmark(self, node: str, key: str, value: str) -> None:
        if self.labels.get(node, {}).get(key) == value and not self.sticky:
            del self.labels[node][key]

    def marked(self, beginning: str) -> Sequence[str]:
        return [name for name, labels in self.labels.items() if any(key.startswith(beginning) for key in labels)]
