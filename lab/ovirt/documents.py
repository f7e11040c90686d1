"""Resources as nested dictionaries, and those as the engine's XML: `@` marks an attribute."""

from typing import Any
from xml.parsers.expat import ExpatError

import xmltodict

from lab.ovirt.paths import ROOT

Doc = dict[str, Any]
_LISTS = ("disk_attachment", "storage_domain", "nic")
"""Elements of request bodies that may be repeated, and so are lists even when there is one."""


class NotXml(ValueError):
    """A request's body is no XML document."""


def href(*parts: str) -> str:
    """Address of a resource below the API's root."""
    return "/".join((ROOT, *parts))


def entity(path: tuple[str, ...], **fields: Any) -> Doc:
    """A resource with its address and id; fields that are None are left out."""
    known = {name: value for name, value in fields.items() if value is not None}
    return {"@href": href(*path), "@id": path[-1], **known}


def reference(*path: str) -> Doc:
    """Another resource, by address and id alone."""
    return entity(path)


def links(path: tuple[str, ...], *below: str) -> list[Doc]:
    """Where the collections below a resource are; `follow` brings them in place of the link."""
    return [{"@href": href(*path, name), "@rel": name} for name in below]


def encode(root: str, doc: Any) -> bytes:
    """One document; the SDK misreads what comes after `<vlan id="1"></vlan>`, so that it must be `<vlan id="1"/>`."""
    text: str = xmltodict.unparse({root: doc}, encoding="utf-8", short_empty_elements=True)
    return text.encode()


def decode(body: bytes) -> tuple[str, Doc]:
    """Name and content of the root element; raises NotXml."""
    try:
        ((root, content),) = xmltodict.parse(body, force_list=_LISTS).items()
    except ExpatError as problem:
        raise NotXml(str(problem)) from problem
    (content,) = content if isinstance(content, list) else (content,)
    return root, content if isinstance(content, dict) else {}
