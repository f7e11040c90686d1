"""What hosts offer, and looking for LUNs anew."""

from typing import Any

from lab.vcenter.calls import Call, answers
from lab.vcenter.sdk import moid, vim
from lab.vcenter.storage_view import config_target


@answers(vim.EnvironmentBrowser, "QueryConfigTarget")
def _config_target(call: Call) -> Any:
    """For one host, or for all of the cluster."""
    host, hosts = call.exists(call.argument("host")), call.world.hosts
    return config_target(call.world, hosts.values() if host is None else [hosts[moid(host)]])


@answers(vim.host.StorageSystem, "RescanAllHba")
def _rescan_adapters(_call: Call) -> None:
    """There is never anything new."""


@answers(vim.host.StorageSystem, "RescanVmfs")
def _rescan_volumes(_call: Call) -> None:
    pass


@answers(vim.host.StorageSystem, "RefreshStorageSystem")
def _refresh(_call: Call) -> None:
    pass
