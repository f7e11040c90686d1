"""Source profiles of a lab, in the form of `.providers.json`."""

from lab.kernel.service import Lab

Profile = dict[str, object]
_OFFLOAD_KEYS = {
    "ONTAP_SVM": "ontap_svm",
    "STORAGE_ID": "vantara_storage_id",
    "STORAGE_PORT": "vantara_storage_port",
    "HOSTGROUP_ID_LIST": "vantara_hostgroup_id_list",
    "PURE_CLUSTER_PREFIX": "pure_cluster_prefix",
    "POWERFLEX_SYSTEM_ID": "powerflex_system_id",
    "POWERMAX_SYMMETRIX_ID": "powermax_symmetrix_id",
    "POWERMAX_PORT_GROUP_NAME": "powermax_port_group_name",
}
"""Key of a vendor's Secret -> key of the block `copyoffload`."""


def profiles(lab: Lab) -> dict[str, Profile]:
    """One for each source, by name; the vCenter has another one for disks that its array copies."""
    vsphere = _vsphere(lab)
    return {
        "vsphere": vsphere,
        "vsphere-copy-offload": vsphere | {"copyoffload": _copy_offload(lab)},
        "ovirt": _ovirt(lab),
        "openstack": _openstack(lab),
        "openshift": _openshift(lab),
        "ova": _ova(lab),
    }


def _vsphere(lab: Lab) -> Profile:
    account = lab.world.vcenter_account
    login = {"username": account.user, "password": account.password}
    image = {"vddk_init_image": "registry.lab.test/mtv/vddk:8.0.3"}
    return {"type": "vsphere", "version": "8.0.3", **_at(lab, "vcenter"), **login, **image, **_guests(lab)}


def _copy_offload(lab: Lab) -> Profile:
    """The first array, two datastores on it, one that is not, a free LUN, and a host's login."""
    world = lab.world
    array = next(iter(world.arrays.values()))
    stores = [store for store in world.datastores.values() if store.type == "VMFS"]
    copied = [store.id for store in stores if array.serves(store.backing)]
    console = next(iter(world.consoles.values()))
    return {
        "storage_vendor_product": array.vendor,
        "storage_hostname": array.hostname,
        "storage_username": array.account.user,
        "storage_password": array.account.password,
        **({"storage_skip_ssl_verification": "true"} if array.self_signed else {}),
        **{_OFFLOAD_KEYS[key]: value for key, value in array.keys.items()},
        "datastore_id": copied[0],
        "secondary_datastore_id": copied[1],
        "non_xcopy_datastore_id": next(store.id for store in stores if not array.serves(store.backing)),
        "default_vm_name": next(machine.name for machine in world.machines.values() if machine.template),
        "rdm_lun_uuid": next(lun.name for lun in world.luns if array.serves(lun.name)),
        "esxi_host": console.name,
        "esxi_user": console.account.user,
        "esxi_password": console.account.password,
        "esxi_ssh_address": console.address,
    }


def _ovirt(lab: Lab) -> Profile:
    account = lab.world.ovirt.account
    login = {"username": account.user, "password": account.password}
    return {"type": "ovirt", "version": "4.5", **_at(lab, "ovirt"), **login, **_guests(lab)}


def _openstack(lab: Lab) -> Profile:
    cloud = lab.world.cloud
    return {
        "type": "openstack",
        "version": "2024.1",
        **_at(lab, "openstack"),
        "username": cloud.user,
        "password": cloud.password,
        "project_name": cloud.project,
        "region_name": cloud.region,
        "user_domain_name": cloud.domain,
        "user_domain_id": "default",
        "project_domain_id": "default",
        **_guests(lab),
    }


def _openshift(lab: Lab) -> Profile:
    """Without an address or a login: machines come from the cluster that a run is logged in to."""
    return {"type": "openshift", "version": lab.options.ocp, **_guests(lab)}


def _ova(lab: Lab) -> Profile:
    """Nobody logs in to a file; a share has a Windows machine when it says so."""
    where = {"fqdn": lab.world.export.server, "api_url": lab.endpoints["ova"]}
    machines = {"machines": {"Windows Server 2019 with one disk": "mtv-win2019-79"}}
    return {"type": "ova", "version": "nfs", **where, "username": "", "password": "", **machines, **_guests(lab)}


def _at(lab: Lab, endpoint: str) -> Profile:
    return {"fqdn": "127.0.0.1", "api_url": lab.endpoints[endpoint]}


def _guests(lab: Lab) -> dict[str, str]:
    """The account that all guests of a family have."""
    keys: dict[str, str] = {}
    for family, short in (("linux", "linux"), ("windows", "win")):
        guest = next(machine.guest for machine in lab.world.machines.values() if machine.guest.family == family)
        user, password = next(iter(guest.users.items()))
        keys |= {f"guest_vm_{short}_user": user, f"guest_vm_{short}_password": password}
    return keys
