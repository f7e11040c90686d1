"""The messages of Kubernetes that `oc` sends as protobuf, field by field (the published k8s.io/api generated.proto).

A field that is not here is skipped while it is empty, as Go writes every plain field, and refused when somebody set it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from lab.cluster.history import Object
from lab.cluster.refusals import Refused

Value = bytes | int
Fields = Callable[[bytes], Iterator[tuple[int, Value]]]
"""Reads number and value of each field of a message."""

_TABLE = """
Pod 1=metadata:ObjectMeta 2=spec:PodSpec 3=-
ClusterRoleBinding 1=metadata:ObjectMeta 2=subjects*:Subject 3=roleRef:RoleRef
DeleteOptions 1=gracePeriodSeconds:int 2=preconditions:Preconditions 3=orphanDependents:bool
DeleteOptions 4=propagationPolicy 5=dryRun*
ObjectMeta 1=name 2=generateName 3=namespace 11=labels:map 12=annotations:map 13=ownerReferences*:OwnerReference
OwnerReference 1=kind 3=name 4=uid 5=apiVersion 6=controller:bool 7=blockOwnerDeletion:bool
RoleRef 1=apiGroup 2=kind 3=name
Subject 1=kind 2=apiGroup 3=name 4=namespace
Preconditions 1=uid 2=resourceVersion
PodSpec 1=volumes*:Volume 2=containers*:Container 3=restartPolicy 4=terminationGracePeriodSeconds:int
PodSpec 5=activeDeadlineSeconds:int 7=nodeSelector:map 8=serviceAccountName 10=nodeName 11=hostNetwork:bool
PodSpec 18=affinity:Affinity 22=tolerations*:Toleration 24=priorityClassName
Volume 1=name 2=:VolumeSource
VolumeSource 2=emptyDir:EmptyDir
EmptyDir 1=medium
Container 1=name 2=image 3=command* 4=args* 5=workingDir 7=env*:EnvVar 8=- 9=volumeMounts*:VolumeMount
Container 13=terminationMessagePath 14=imagePullPolicy 20=terminationMessagePolicy
EnvVar 1=name 2=value 3=valueFrom:EnvVarSource
EnvVarSource 1=fieldRef:FieldRef
FieldRef 1=apiVersion 2=fieldPath
VolumeMount 1=name 2=readOnly:bool 3=mountPath 4=subPath
Toleration 1=key 2=operator 3=value 4=effect 5=tolerationSeconds:int
Affinity 1=nodeAffinity:NodeAffinity
NodeAffinity 1=requiredDuringSchedulingIgnoredDuringExecution:NodeSelector
NodeSelector 1=nodeSelectorTerms*:NodeSelectorTerm
NodeSelectorTerm 1=matchExpressions*:Requirement 2=matchFields*:Requirement
Requirement 1=key 2=operator 3=values*
"""
"""`number=name:type`. `*` is repeated, no type is text, no name puts the message's fields in its place, `-` skips."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    name: str
    type: str
    repeated: bool


def _messages() -> Mapping[str, Mapping[int, _Field]]:
    found: dict[str, dict[int, _Field]] = {}
    for line in _TABLE.strip().splitlines():
        message, *fields = line.split()
        for field in fields:
            number, _, told = field.partition("=")
            name, _, kind = told.partition(":")
            known = _Field(name=name.removesuffix("*"), type=kind, repeated=name.endswith("*"))
            found.setdefault(message, {})[int(number)] = known
    return found


_MESSAGES = _messages()
KINDS = ("ClusterRoleBinding", "DeleteOptions", "Pod")
"""What can be read from its outermost message on."""


def read(message: str, raw: bytes, fields: Fields) -> Object:
    """A message as the object that JSON would show; raises Refused (415) for fields that are not in the table."""
    shown: Object = {}
    for number, value in fields(raw):
        field = _MESSAGES[message].get(number)
        if field is None:
            if value:
                text = f"the embedded lab reads no protobuf of field {number} of {message}"
                raise Refused(415, "UnsupportedMediaType", text)
        elif field.type == "map" and isinstance(value, bytes):
            shown.setdefault(field.name, {}).update([_entry(value, fields)])
        elif not field.name and isinstance(value, bytes):
            shown |= read(field.type, value, fields)
        elif field.repeated:
            shown.setdefault(field.name, []).append(_value(field.type, value, fields))
        elif field.name != "-" and (value or field.type not in ("", "bool")):
            shown[field.name] = _value(field.type, value, fields)
    return shown


def _value(kind: str, value: Value, fields: Fields) -> object:
    if isinstance(value, int):
        return bool(value) if kind == "bool" else value
    return read(kind, value, fields) if kind else value.decode()


def _entry(raw: bytes, fields: Fields) -> tuple[str, str]:
    parts = {number: value for number, value in fields(raw) if isinstance(value, bytes)}
    return parts.get(1, b"").decode(), parts.get(2, b"").decode()
