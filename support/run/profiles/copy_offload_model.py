"""The `copyoffload` block of a vSphere entry, and what it must have for its storage array."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from support.run.profiles import array_address

Vendor = Literal[
    "ontap",
    "vantara",
    "primera3par",
    "pureFlashArray",
    "powerflex",
    "powermax",
    "powerstore",
    "infinibox",
    "flashsystem",
]
VENDORS: tuple[str, ...] = get_args(Vendor)

ENVIRONMENT_PREFIX = "COPYOFFLOAD_"

_ALWAYS = ("storage_hostname", "storage_username", "storage_password")
_BY_VENDOR: Mapping[str, tuple[str, ...]] = {
    "ontap": ("ontap_svm",),
    "vantara": ("vantara_storage_id", "vantara_storage_port", "vantara_hostgroup_id_list"),
    "pureFlashArray": ("pure_cluster_prefix",),
    "powerflex": ("powerflex_system_id",),
    "powermax": ("powermax_symmetrix_id",),
}
_FOR_SSH = ("esxi_host", "esxi_user", "esxi_password")
_TOKEN = "storage_token"  # noqa: S105 - the name of a key
_BY_TOKEN = frozenset({"pureFlashArray"})
"""Vendors whose array takes a token in place of user and password (forklift.md 4.1)."""
_MORE = ("storage_skip_ssl_verification", "storage_http_timeout_seconds")
_MORE_BY_VENDOR: Mapping[str, tuple[str, ...]] = {
    "vantara": ("vantara_copy_speed",),
    "powermax": ("powermax_port_group_name",),
}
"""What nobody has to give; the reference suite knows none of it (forklift.md 4.1)."""

OVERRIDABLE = (
    *(*_ALWAYS, _TOKEN, *_MORE),
    *(field for table in (_BY_VENDOR, _MORE_BY_VENDOR) for fields in table.values() for field in fields),
    *_FOR_SSH,
)
"""Keys that `COPYOFFLOAD_<KEY>` gives, and wins over the file with (reference/11)."""


class CopyOffloadEntry(BaseModel):
    """Other vendors' fields do not matter; what may come from the environment is optional here."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True, hide_input_in_errors=True)

    storage_vendor_product: Vendor = Field(description=f"one of {', '.join(VENDORS)}")
    datastore_id: Annotated[str, Field(min_length=1)] = Field(description="a datastore's id such as datastore-12345")
    secondary_datastore_id: str | None = Field(None, description="the id of a second datastore with XCOPY")
    non_xcopy_datastore_id: str | None = Field(None, description="the id of a datastore without XCOPY")
    default_vm_name: str | None = Field(None, description="the name of the copy-offload template")
    storage_hostname: str | None = Field(
        None, description="the storage system's address in the form that its vendor's populator takes"
    )
    storage_username: str | None = Field(None, description="the storage system's user")
    storage_password: SecretStr | None = Field(None, description="the storage system's password")
    storage_token: SecretStr | None = Field(None, description="a token of the storage system")
    storage_skip_ssl_verification: Literal["true", "false"] | None = Field(
        None,
        description="true or false, as text",
        json_schema_extra={"anyOf": [{"enum": ["", "true", "false"]}, {"type": "null"}]},
    )
    storage_http_timeout_seconds: str | None = Field(None, description="seconds, as text")
    ontap_svm: str | None = Field(None, description="the name of the ONTAP virtual server")
    vantara_storage_id: str | None = Field(None, description="the array's serial number, as text")
    vantara_storage_port: str | None = Field(None, description="the port of the storage API, as text")
    vantara_hostgroup_id_list: str | None = Field(None, description="ports and host groups such as CL1-A,1:CL2-B,2")
    vantara_copy_speed: Literal["slower", "medium", "faster"] | None = Field(
        None,
        description="slower, medium or faster",
        json_schema_extra={"anyOf": [{"enum": ["", "slower", "medium", "faster"]}, {"type": "null"}]},
    )
    pure_cluster_prefix: str | None = Field(None, description="the cluster prefix such as px_a1b2c3d4")
    powerflex_system_id: str | None = Field(None, description="the PowerFlex system id")
    powermax_symmetrix_id: str | None = Field(None, description="the Symmetrix id, as text")
    powermax_port_group_name: str | None = Field(None, description="the name of the port group")
    esxi_clone_method: Literal["vib", "ssh"] | None = Field(
        None,
        description="vib (the default) or ssh",
        json_schema_extra={"anyOf": [{"enum": ["", "vib", "ssh"]}, {"type": "null"}]},
    )
    esxi_host: str | None = Field(None, description="the ESXi host")
    esxi_user: str | None = Field(None, description="the ESXi user")
    esxi_password: SecretStr | None = Field(None, description="the ESXi password")
    esxi_ssh_address: str | None = Field(
        None,
        pattern=r"^([A-Za-z0-9.-]+(:[0-9]{1,5})?)?$",
        description="where the ESXi host listens for SSH, such as 192.0.2.7 or esxi.example.com:2222",
    )
    esxi_host_key: str | None = Field(
        None,
        pattern=r"^(SHA256:[A-Za-z0-9+/]{43})?$",
        description="the fingerprint of the ESXi host's SSH key, as ssh-keygen -l prints it: SHA256:...",
    )
    rdm_lun_uuid: str | None = Field(None, description="the LUN of RDM disks such as naa.600a...")


def missing(block: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """The keys that this vendor and clone method need and nobody gave, each with a text that says so.

    The block need not be right otherwise, so that one refusal names everything.
    """
    vendor = block.get("storage_vendor_product")
    vendor = vendor if isinstance(vendor, str) else ""
    by_token = _TOKEN in block and (vendor in _BY_TOKEN or vendor not in VENDORS)
    wanted = {
        **dict.fromkeys(_ALWAYS[:1] if by_token else _ALWAYS, ""),
        **dict.fromkeys(_BY_VENDOR.get(vendor, ()), f" with storage_vendor_product {vendor}"),
        **(dict.fromkeys(_FOR_SSH, " with esxi_clone_method ssh") if block.get("esxi_clone_method") == "ssh" else {}),
    }
    for key, why in wanted.items():
        if key not in block:
            form = array_address.expected(vendor) if key == array_address.KEY else None
            expected = form or CopyOffloadEntry.model_fields[key].description
            yield key, f"{key}: missing{why}, expected {expected}, here or as {variable(key)}"


def advised(block: CopyOffloadEntry) -> Iterator[str]:
    """What nobody has to give or write otherwise, and MTV may not get far with (v2.10.6 to v2.12.5, powermax.go)."""
    if block.storage_hostname is not None:
        yield from array_address.doubtful(block.storage_vendor_product, block.storage_hostname)
    key = "powermax_port_group_name"
    if block.storage_vendor_product == "powermax" and getattr(block, key) is None:
        yield (
            f"{key}: absent, and without it MTV's copying pod gives up; "
            f"expected {CopyOffloadEntry.model_fields[key].description}, here or as {variable(key)}"
        )


def named_twice(block: Mapping[str, object]) -> Iterator[str]:
    """Datastores that are to differ and do not: what a scenario promises of the second would hold of none."""
    seen: dict[str, str] = {}
    for key in ("datastore_id", "secondary_datastore_id", "non_xcopy_datastore_id"):
        if key in block and (first := seen.setdefault(str(block[key]), key)) != key:
            yield f"{key}: wrong, expected another datastore than {first}, found the same"


def variable(key: str) -> str:
    """The environment's name of a key."""
    return f"{ENVIRONMENT_PREFIX}{key.upper()}"


def from_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What the environment gives of a block; empty variables give nothing."""
    named = {key: environ.get(variable(key), "") for key in OVERRIDABLE}
    return {key: text for key, text in named.items() if text}


def vendor_fields(block: CopyOffloadEntry) -> dict[str, str]:
    """What the storage Secret of this vendor needs or takes beside the login, by profile key."""
    vendor = block.storage_vendor_product
    keys = (*_BY_VENDOR.get(vendor, ()), *_MORE_BY_VENDOR.get(vendor, ()), *_MORE)
    return {key: str(value) for key in keys if (value := getattr(block, key)) is not None}
