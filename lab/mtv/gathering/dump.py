"""The folder that the scripts of MTV's must-gather image fill, and what they say meanwhile."""

import gzip
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import yaml

from lab.cluster.kinds import KINDS
from lab.cluster.store import Object
from lab.kernel.archiving import packed
from lab.kernel.service import Lab
from lab.virtualization.anatomy import name_of, namespace_of, uid_of

ARCHIVE = "must-gather.tar.gz"
_FOLDER = "must-gather"


@dataclass(slots=True)
class Dump:
    """Layout and words are those of kubev2v/forklift-must-gather, collection-scripts/."""

    lab: Lab
    said: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    """Path below the folder -> text."""

    def say(self, *lines: str) -> None:
        self.said += lines

    def show(self, resource: str, obj: Object) -> None:
        """`oc get RESOURCE NAME -o yaml` into a file."""
        self._file(resource, namespace_of(obj), name_of(obj), yaml.safe_dump(obj))

    def dump(self, kind: str, namespace: str, name: str) -> None:
        """The same for a name that may be wrong: then the file holds what oc said."""
        resource = kind.lower()
        self.say(f"Dumping {resource}: {name} from {namespace}")
        found = self.lab.store.get(kind, namespace, name)
        refusal = f'Error from server (NotFound): {KINDS[kind].resource} "{name}" not found\n'
        self._file(resource, namespace, name, refusal if found is None else yaml.safe_dump(found))

    def _file(self, resource: str, namespace: str, name: str, text: str) -> None:
        where = f"namespaces/{namespace}/crs" if namespace else "cluster-scoped-resources"
        self.files[f"{where}/{resource}/{name}.yaml"] = text

    def logs(self, pods: Iterable[Object], what: str = "", query: str = "") -> None:
        """Everything that the containers of pods printed, or the lines that the query finds."""
        for pod in pods:
            where, title = f"[ns={namespace_of(pod)}][pod={name_of(pod)}]", f"{what} Pod" if what else "Pod"
            self.say(f"{where} Collecting {title} logs...")
            lines = [line for line in self._printed(pod) if re.search(query, line)]
            text = "".join(f"{line}\n" for line in lines)
            self.files[f"namespaces/{namespace_of(pod)}/logs/{name_of(pod)}/current.log"] = text

    def _printed(self, pod: Object) -> list[str]:
        containers = [str(item["name"]) for item in pod["spec"].get("containers") or []]
        return [text for name in containers for _, text in self.lab.logs.lines(uid_of(pod), name)]

    def without_empty(self) -> None:
        """What the targeted script removes at its end, and names while it does."""
        empty = [path for path, text in self.files.items() if not text]
        self.say("Cleaning must-gather directory structure...", *(f"/{_FOLDER}/{path}" for path in empty))
        for path in empty:
            del self.files[path]

    def archived(self) -> dict[str, bytes]:
        """All files in one archive, which is all that is left in the folder."""
        self.say("Tarring must-gather artifacts...")
        named = {f"{_FOLDER}/{path}": text.encode() for path, text in sorted(self.files.items())}
        self.say(f"Created /{_FOLDER}/{ARCHIVE}", "Waiting for copy phase...")
        return {ARCHIVE: gzip.compress(packed(named))}
