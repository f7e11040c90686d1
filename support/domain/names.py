"""Names that mean something, and the rule by which a run names what it creates."""

import re
import secrets
from dataclasses import dataclass
from typing import NewType

MachineName = NewType("MachineName", str)
"""Name of a machine on the source or the target platform."""
RoleName = NewType("RoleName", str)
"""What a feature calls a machine, such as "RHEL 8"; a profile maps it to a source name."""
Namespace = NewType("Namespace", str)
StorageClass = NewType("StorageClass", str)
Uid = NewType("Uid", str)
RunId = NewType("RunId", str)

REMOTE = "remote"
"""What a destination is called that is another cluster than the one MTV runs on."""
SOURCE = "source"
"""What a source is called that is a cluster, and another one than MTV's."""

RUN_LABEL = "mtv-acceptance/run"
"""Label with the run id on every object the run creates."""

_LABEL_LENGTH = 63
_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
_DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")


def random_part(length: int = 4) -> str:
    """Random lower-case text without vowels, so that no word appears in a name."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def new_run_id(prefix: str = "auto") -> RunId:
    return RunId(f"{prefix}-{random_part()}")


def is_of_run(run: str, name: str, notes: str) -> bool:
    """Whether a machine carries the run id in its name *and* in its notes; look-alikes are somebody else's."""
    own_name = re.match(rf"{re.escape(run)}(?![A-Za-z0-9])", name)
    return own_name is not None and re.search(rf"(?<![\w-]){re.escape(run)}(?![\w-])", notes) is not None


def is_dns_label(text: str) -> bool:
    return len(text) <= _LABEL_LENGTH and _DNS_LABEL.fullmatch(text) is not None


def dns_label(*parts: str) -> str:
    """Join parts into a DNS-1123 label; an overlong one loses its middle, never its random end."""
    text = "-".join(re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-") for part in parts if part)
    if len(text) <= _LABEL_LENGTH:
        return text
    tail = text.rsplit("-", 1)[-1]
    return f"{text[: _LABEL_LENGTH - len(tail) - 1].rstrip('-')}-{tail}"


@dataclass(frozen=True, slots=True)
class ObjectRef:
    """One Kubernetes object by kind and place; `namespace` is empty for cluster-scoped kinds.

    `cluster` is empty for the cluster MTV runs on, else REMOTE or SOURCE.
    """

    kind: str
    name: str
    namespace: str = ""
    cluster: str = ""

    def __str__(self) -> str:
        place = f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"
        return f"{place} on the {self.cluster} cluster" if self.cluster else place
