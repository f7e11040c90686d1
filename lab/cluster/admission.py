"""From what a client sent to what may be stored: defaults, names, structure, webhooks."""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from copy import deepcopy
from dataclasses import dataclass, field

from lab.cluster import structural
from lab.cluster.asked import Asked
from lab.cluster.history import Object
from lab.cluster.names import complaints
from lab.cluster.refusals import bad_request, invalid
from lab.kernel.service import Lab

_VALIDATIONS = ("", "Ignore", "Warn", "Strict")


@dataclass(slots=True)
class Admission:
    """Everything that stands between the wire and the store; one per request."""

    lab: Lab
    asked: Asked
    warnings: list[str] = field(default_factory=list)
    """For the Warning headers of the answer."""

    def admit(self, new: Object, old: Object | None) -> Object:
        """The object to store; raises Refused. Order as on a server: structure, mutating and validating webhooks."""
        kind = self.asked.kind
        if kind.kind == "Secret":
            new = _secret(new)
        found = complaints(kind, new)
        if found:
            raise invalid(kind, new["metadata"].get("name", ""), found)
        admitted = self._through_webhooks(self._structured(new), old)
        _no_new_finalizers(self.asked, admitted, old)
        return admitted

    def admit_deletion(self, old: Object) -> None:
        """Webhooks may refuse that an object goes."""
        for admit in self.lab.store.admitters[self.asked.kind.kind]:
            admit("DELETE", None, old)

    def _through_webhooks(self, new: Object, old: Object | None) -> Object:
        """Webhooks see the resource itself, not its subresources."""
        admitters = self.lab.store.admitters[self.asked.kind.kind]
        if not admitters or self.asked.subresource:
            return new
        operation = "CREATE" if old is None else "UPDATE"
        for admit in admitters:
            new = admit(operation, deepcopy(new), old) or new
        return self._structured(new)

    def _structured(self, new: Object) -> Object:
        kind, name = self.asked.kind, new["metadata"]["name"]
        try:
            admitted = structural.admit(kind, new, mtv=self.lab.options.mtv)
        except structural.Invalid as wrong:
            raise invalid(kind, name, wrong.causes) from wrong
        self._report_pruned(admitted.pruned)
        return admitted.object

    def _report_pruned(self, pruned: tuple[str, ...]) -> None:
        """Unknown fields are dropped as on a server, but counted, so that a client which sends them is found out."""
        wanted = self.asked.text("fieldValidation")
        if wanted not in _VALIDATIONS:
            raise bad_request(f'fieldValidation: Unsupported value: "{wanted}"')
        texts = [f'unknown field "{path}"' for path in pruned]
        if texts and wanted == "Strict":
            kind = self.asked.kind
            subject = f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}'
            raise bad_request(f"{subject}: strict decoding error: {', '.join(texts)}")
        for path in pruned:
            self.lab.requests.pruned[f"{self.asked.kind.kind} {path}"] += 1
        self.warnings += texts if wanted == "Warn" else []


def _secret(new: Object) -> Object:
    """`stringData` becomes `data`; what stands in `data` must be base64."""
    data = dict(new.get("data") or {})
    for value in data.values():
        try:
            b64decode(value, validate=True)
        except (NotBase64, TypeError, ValueError):
            raise bad_request(
                'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 0'
            ) from None
    data |= {key: b64encode(value.encode()).decode() for key, value in (new.get("stringData") or {}).items()}
    made = {key: value for key, value in new.items() if key not in ("data", "stringData")}
    return made | ({"data": data} if data else {}) | {"type": new.get("type") or "Opaque"}


def _no_new_finalizers(asked: Asked, new: Object, old: Object | None) -> None:
    if old is None or "deletionTimestamp" not in old["metadata"]:
        return
    added = set(new["metadata"].get("finalizers") or []) - set(old["metadata"].get("finalizers") or [])
    if added:
        why = "Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers "
        cause = ("metadata.finalizers", "FieldValueForbidden", f"{why}{sorted(added)}")
        raise invalid(asked.kind, asked.name, [cause])
