"""What is still there when everything a run made should be gone."""

from dataclasses import dataclass

from support.domain.journal import Realm


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """One thing that survived its removal, or that could not be removed, with the reason."""

    realm: Realm
    kind: str
    name: str
    namespace: str = ""
    cluster: str = ""
    uid: str = ""
    why: str = ""

    def __str__(self) -> str:
        place = f"{self.namespace}/{self.name}" if self.namespace else self.name
        side = "source " if self.realm is Realm.SOURCE else f"{self.cluster} " if self.cluster else ""
        return f"{side}{self.kind} {place}: {self.why}" if self.why else f"{side}{self.kind} {place}"
