"""What a login may have to do on a cluster, in the words of its access reviews."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Permission:
    """One verb on one resource.

    Attributes:
        resource: plural, with a subresource after a slash.
        namespace: empty for the whole cluster.
        name: empty for any object.
    """

    group: str
    resource: str
    verb: str
    namespace: str = ""
    name: str = ""

    def __str__(self) -> str:
        what = f"{self.resource}.{self.group}" if self.group else self.resource
        name = f" {self.name}" if self.name else ""
        return f"{self.verb} {what}{name}{f' in {self.namespace}' if self.namespace else ''}"


EVERYTHING = Permission(group="*", resource="*", verb="*")
"""What an administrator of the cluster may do; one question instead of one for each permission."""
