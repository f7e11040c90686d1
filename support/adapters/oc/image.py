"""Which image gathers for the MTV that is installed: named by its operator, found where it is mirrored."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from support.adapters.openshift.api import Api
from support.domain.errors import ClusterError

Reading = Mapping[str, Any]

_ANNOTATION = "operators.openshift.io/must-gather-image"
_VARIABLE = "MUST_GATHER_IMAGE"
_OPERATORS = ("mtv-operator.", "forklift-operator.")
_MIRRORS = "ImageDigestMirrorSet"


def must_gather_image(api: Api, mtv_namespace: str) -> str:
    """Raises ClusterError when the installed operator names none."""
    for csv in api.list("ClusterServiceVersion", mtv_namespace):
        image = named_by(csv) if str(csv["metadata"]["name"]).startswith(_OPERATORS) else ""
        if image:
            kind = api.find_kind(_MIRRORS)
            sets = api.list_at(kind)[0] if kind is not None else []
            return mirrored(image, [each for one in sets for each in _mirrors(one)])
    raise ClusterError(f"no ClusterServiceVersion of MTV in {mtv_namespace} names a must-gather image")


def named_by(csv: Reading) -> str:
    """By its annotation, else by the variable in any container of any deployment (openshift.md 7.2)."""
    annotated = (csv["metadata"].get("annotations") or {}).get(_ANNOTATION)
    install = ((csv.get("spec") or {}).get("install") or {}).get("spec") or {}
    values = (
        variable.get("value")
        for deployment in install.get("deployments") or ()
        for container in deployment["spec"]["template"]["spec"].get("containers") or ()
        for variable in container.get("env") or ()
        if variable.get("name") == _VARIABLE
    )
    return str(annotated or next((value for value in values if value), ""))


def mirrored(image: str, mirrors: Iterable[tuple[str, str]]) -> str:
    """The image at the first mirror of the longest source that it lies below; only digests are mirrored by a set."""
    fitting = [(source, mirror) for source, mirror in mirrors if "@" in image and _below(image, source)]
    if not fitting:
        return image
    longest = max(len(source) for source, _mirror in fitting)
    source, mirror = next(each for each in fitting if len(each[0]) == longest)
    return mirror + image[len(source) :]


def _below(image: str, source: str) -> bool:
    return image.startswith(source) and image[len(source) : len(source) + 1] in ("/", "@")


def _mirrors(one: Reading) -> Iterator[tuple[str, str]]:
    for entry in (one.get("spec") or {}).get("imageDigestMirrors") or ():
        for mirror in entry.get("mirrors") or ():
            yield str(entry["source"]), str(mirror)
