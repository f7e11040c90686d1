"""PATCH bodies applied: merge, JSON, and the part of strategic merge that needs no keys of lists (openshift.md 1.5)."""

from copy import deepcopy
from typing import Any

from lab.cluster.history import Object
from lab.cluster.kinds import Kind
from lab.cluster.merging import merge
from lab.cluster.refusals import Refused, bad_request, invalid, unsupported_media

JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
STRATEGIC_PATCH = "application/strategic-merge-patch+json"
APPLY_PATCH = "application/apply-patch+yaml"


def accepted(kind: Kind) -> tuple[str, ...]:
    """Media types of patches that the lab takes for this kind."""
    return (JSON_PATCH, MERGE_PATCH) if kind.custom else (JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH)


def check(kind: Kind, media_type: str) -> None:
    """Raises Refused (415) for patches that this kind does not take, whether there is anything to patch or not."""
    if media_type == APPLY_PATCH:
        raise _refused("server-side apply")
    if media_type not in accepted(kind):
        raise unsupported_media(media_type, accepted=accepted(kind))


def patched(kind: Kind, media_type: str, before: Object, change: Any) -> Object:
    """The object after the patch; raises Refused (400, 415, 422)."""
    check(kind, media_type)
    if media_type == JSON_PATCH:
        return _json(kind, before, change)
    if not isinstance(change, dict):
        raise bad_request("error decoding patch: json: cannot unmarshal into Go value of type map[string]interface {}")
    result = merge(before, _strategic(change, before)) if media_type == STRATEGIC_PATCH else merge(before, change)
    return dict(result)


def _json(kind: Kind, before: Object, change: Any) -> Object:
    import jsonpatch  # few clients send JSON patches
    from jsonpointer import JsonPointerException

    name = before["metadata"]["name"]
    try:
        result = jsonpatch.apply_patch(deepcopy(before), change)
    except jsonpatch.JsonPatchTestFailed as failed:
        message = "the server rejected our request due to an error in our request"
        raise Refused(422, "Invalid", message) from failed
    except (jsonpatch.InvalidJsonPatch, TypeError) as broken:
        raise bad_request(f"error decoding patch: {broken}") from broken
    except (jsonpatch.JsonPatchConflict, JsonPointerException) as conflict:
        raise invalid(kind, name, [("", "FieldValueInvalid", f"Invalid value: {conflict}")]) from conflict
    if not isinstance(result, dict) or not isinstance(result.get("metadata"), dict):
        raise bad_request("the patched object is no object any more")
    return result


def _strategic(change: Object, before: Any) -> Object:
    """As a merge patch; finalizers are joined, lists of objects need keys that the lab does not know."""
    merged: Object = {}
    current = before if isinstance(before, dict) else {}
    for key, value in change.items():
        if key.startswith("$"):
            raise _refused(f"the strategic merge directive {key}")
        if isinstance(value, dict):
            merged[key] = _strategic(value, current.get(key))
        elif key == "finalizers" and isinstance(value, list):
            merged[key] = list(dict.fromkeys([*(current.get(key) or []), *value]))
        elif isinstance(value, list) and any(isinstance(item, dict) for item in value) and value != current.get(key):
            raise _refused(f"a strategic merge of the list {key}, whose items are merged by key")
        else:
            merged[key] = value
    return merged


def _refused(what: str) -> Refused:
    return Refused(415, "UnsupportedMediaType", f"the embedded lab does not implement {what}")
