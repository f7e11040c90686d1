"""The form in which each vendor's populator wants the array's address, read from Forklift v2.10.6 to v2.12.5.

Each populator puts its own text before or behind `storage_hostname`, so that what one takes is no address to another.
"""

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

KEY = "storage_hostname"
_IPV4 = re.compile(r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b", re.ASCII)
"""What MTV takes out of a vantara's address, wherever it stands (vantara-api.go)."""
Look = Callable[[str], str | None]
"""What is wrong with an address, or None."""


def _none(_address: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class _Form:
    """`unusable` finds what that vendor's populator gets nowhere with, `doubtful` what an array may yet answer to."""

    expected: str
    unusable: Look
    doubtful: Look = _none


def expected(vendor: str) -> str | None:
    """The form and an example; None for a vendor that nobody knows."""
    form = _FORMS.get(vendor)
    return form.expected if form is not None else None


def wrong(block: Mapping[str, object]) -> Iterator[str]:
    """What this vendor's populator cannot use. The block need not be right otherwise."""
    vendor, address = block.get("storage_vendor_product"), block.get(KEY)
    form = _FORMS.get(vendor) if isinstance(vendor, str) else None
    if form is None or not isinstance(address, str):
        return
    if found := form.unusable(address):
        yield f"{KEY}: wrong with storage_vendor_product {vendor}, expected {form.expected}, found {found}"


def doubtful(vendor: str, address: str) -> Iterator[str]:
    """What the populator takes, and an array may not answer to."""
    form = _FORMS[vendor]
    if form.unusable(address) is None and (doubt := form.doubtful(address)):
        yield f"{KEY}: {doubt}; expected {form.expected}"


def _split(address: str) -> SplitResult | None:
    """None for what is not to be read, such as a port that is no number."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _no_url(address: str) -> str | None:
    if "://" not in address:
        return "no https:// before it"
    parts = _split(address)
    if parts is None or not parts.hostname or re.search(r"\s", address):
        return "a URL that cannot be read"
    if parts.scheme not in ("https", "http"):
        return f"a URL with {parts.scheme}://"
    return "a URL with a query or fragment" if parts.query or parts.fragment else None


def _no_dell_url(address: str) -> str | None:
    """PowerFlex's and PowerMax's clients cut out the first "/api", even of a host (goscaleio, gopowermax: api.go)."""
    if found := _no_url(address):
        return found
    return "a host whose name begins with 'api', which MTV cuts out" if "://api" in address else None


def _no_url_with_slash(address: str) -> str | None:
    return _no_url(address) or (None if address.endswith("/") else "no slash at its end")


def _no_rest_url(address: str) -> str | None:
    return _no_url(address) or (None if urlsplit(address).path.strip("/") else "a URL without the path /api/rest")


def _no_name(address: str) -> str | None:
    if "://" in address:
        return "a URL"
    if address.count(":") > 1 and not address.startswith("["):
        return "an IPv6 address without brackets"
    unreadable = re.search(r"\s", address) or _split(f"//{address}") is None
    return "an address that cannot be read" if unreadable else None


def _no_name_alone(address: str) -> str | None:
    return _no_name(address) or ("a path behind it" if "/" in address else None)


def _no_name_without_port(address: str) -> str | None:
    """FlashSystem's populator puts its own port behind it."""
    found = _no_name_alone(address)
    return found or ("a port behind it" if urlsplit(f"//{address}").port is not None else None)


def _no_ipv4(address: str) -> str | None:
    found = _IPV4.search(address)
    if found is None:
        return "none in it"
    try:
        ipaddress.IPv4Address(found.group())
    except ValueError:
        return "one with numbers that no address has"
    return None


def _not_alone(address: str) -> str | None:
    """An IPv4 address that is not what the whole says."""
    found, parts = _IPV4.search(address), _split(address)
    taken = found.group() if found is not None else ""
    whole = taken == address or (parts is not None and parts.hostname == taken)
    return None if whole else f"MTV takes {taken} out of it and nothing else"


def _a_path(address: str) -> str | None:
    return "has a path" if "/" in address else None


def _another_path(*usual: str) -> Look:
    def look(address: str) -> str | None:
        return None if urlsplit(address).path in usual else "has a path that MTV puts its own behind"

    return look


def _no_port_or_a_path(address: str) -> str | None:
    parts = urlsplit(address)
    if parts.path:
        return "has a path or a slash at its end, which MTV puts its own behind"
    return None if parts.port is not None else "names no port, so that MTV asks that of its scheme"


_CUT_OUT = ("", "/", "/api", "/api/")
_NAME = "a host name or address such as array.example.com"
_FORMS: Mapping[str, _Form] = {
    "ontap": _Form(_NAME, _no_name_alone),
    "pureFlashArray": _Form(_NAME, _no_name, _a_path),
    "flashsystem": _Form(f"{_NAME}, without a port", _no_name_without_port),
    "vantara": _Form("an IPv4 address such as 192.0.2.7, or a URL with one", _no_ipv4, _not_alone),
    "primera3par": _Form("a URL with the port of WSAPI such as https://192.0.2.7:8080", _no_url, _no_port_or_a_path),
    "powerflex": _Form(
        "the URL of the gateway such as https://pflex.example.com", _no_dell_url, _another_path(*_CUT_OUT)
    ),
    "powermax": _Form(
        "the URL of Unisphere such as https://unisphere.example.com:8443", _no_dell_url, _another_path(*_CUT_OUT)
    ),
    "powerstore": _Form(
        "the URL of its REST API such as https://pstore.example.com/api/rest",
        _no_rest_url,
        _another_path("/api/rest", "/api/rest/"),
    ),
    "infinibox": _Form(
        "a URL with a slash at its end such as https://ibox.example.com/", _no_url_with_slash, _another_path("/")
    ),
}
