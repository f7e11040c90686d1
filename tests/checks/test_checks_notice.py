"""Each difference is noticed by its own check and by no other; what cannot be compared says why."""

from dataclasses import replace
from typing import Any

import pytest

from support.checks.bundle import CHECKS, run_asked, run_checks
from support.checks.comparison import Comparison
from support.checks.hardware import vmware_serial
from support.domain.disk_concerns import DiskConcern
from support.domain.errors import SuiteError
from support.domain.machine import GIB, Bytes, Cpu, Firmware, Power, mac
from support.domain.mapping import Maps
from support.domain.names import ObjectRef
from support.domain.request import PlanOptions
from support.domain.source import Place, ProviderKind, Provisioning, Snapshot, SourceGuest
from support.domain.target import GuestIdentity, TargetGuest
from tests.checks import concern_changes, data_changes, offload_changes, option_changes
from tests.checks.changes import (
    Change,
    afterwards,
    disk,
    disk_afterwards,
    disks_swapped,
    nic,
    on_pair,
    on_source,
    on_target,
    unseen,
    warned,
)
from tests.checks.pairs import POD, SERIAL, UUID, matching


def _were(**fields: Any) -> Change:
    """The source's disks before the move alone."""

    def change(pair: Comparison) -> Comparison:
        before = tuple(replace(each, **fields) for each in pair.source.disks)
        return on_pair(source=replace(pair.source, disks=before))(pair)

    return change


BROKEN: dict[str, tuple[str, Change]] = {
    "powered off instead": ("power", on_target(power=Power.OFF)),
    "never settled": ("power", on_pair(unsettled="not Running within 300 s")),
    "socket lost": ("cpu", on_target(cpu=Cpu(sockets=1, cores=2))),
    "same total, other shape": ("cpu", on_target(cpu=Cpu(sockets=4, cores=1))),
    "threads instead of cores": ("cpu", on_target(cpu=Cpu(sockets=2, cores=2, threads=2))),
    "memory off by one byte": ("memory", on_target(memory=Bytes(4 * GIB - 1))),
    "NIC dropped": ("nics", lambda p: on_target(nics=p.target.nics[:1])(p)),
    "NIC added": (
        "nics",
        lambda p: on_target(nics=(*p.target.nics, replace(p.target.nics[0], mac=mac("02:00:00:00:00:09"))))(p),
    ),
    "NIC doubled": ("nics", lambda p: on_target(nics=(*p.target.nics, p.target.nics[0]))(p)),
    "all NICs dropped": ("nics", on_target(nics=())),
    "NICs swapped": ("nics", lambda p: on_target(nics=p.target.nics[::-1])(p)),
    "other MAC": ("nics", nic(mac=mac("02:00:00:00:00:02"))),
    "other network": ("nics", nic(network=POD)),
    "network not mapped": ("nics", lambda p: replace(p, maps=replace(p.maps, networks=p.maps.networks[:1]))),
    "disk dropped": ("disks", unseen(lambda p: on_target(disks=p.target.disks[:1])(p))),
    "all disks dropped": ("disks", unseen(on_target(disks=()))),
    "disk added": (
        "disks",
        unseen(lambda p: on_target(disks=(*p.target.disks, replace(p.target.disks[0], identity="x")))(p)),
    ),
    "disk of unknown origin": ("disks", disk(identity=None)),
    "disks swapped": ("disks", disks_swapped),
    "disk truncated by a byte": ("disks", disk(size=Bytes(10 * GIB - 1))),
    "other storage class": ("disks", disk(storage_class="file")),
    "other access mode": ("disks", disk(access_modes=("ReadWriteMany",))),
    "other volume mode": ("disks", disk(volume_mode="Filesystem")),
    "store not mapped": ("disks", lambda p: replace(p, maps=Maps(networks=p.maps.networks, storage=()))),
    "serial of another machine": ("identity", on_target(serial="VMware-00")),
    "serial missing": ("identity", on_target(serial=None)),
    "a serial of the source's own is lost": ("identity", on_source(kind=ProviderKind.OVIRT, serial="S-1")),
    "old form of serial on a new cluster": ("identity", on_target(serial=UUID)),
    "new form of serial on an old cluster": ("identity", on_pair(openshift="4.19.9")),
    "BIOS instead of UEFI": ("firmware", on_target(firmware=Firmware.BIOS)),
    "secure boot lost": ("firmware", on_target(secure_boot=False)),
    "agent silent": ("guest agent", on_target(guest=TargetGuest(connected=False))),
    "another guest answers": ("ssh", on_pair(guest=GuestIdentity(hostname="db.example.com"))),
    "another short name answers": ("ssh", on_pair(guest=GuestIdentity(hostname="web2"))),
    "another domain answers": ("ssh", on_pair(guest=GuestIdentity(hostname="web.example.org"))),
    "guest refuses the login": ("ssh", on_pair(guest=None, guest_refused="Permission denied")),
    "TLS verification dropped": ("provider TLS", on_pair(secret_skips_tls=True)),
    "TLS verification forced": ("provider TLS", on_pair(skip_tls=True)),
    "source switched on again": ("source power", afterwards(power=Power.ON)),
    "source suspended": ("source power", afterwards(power=Power.SUSPENDED)),
    "source gone": ("source power", on_pair(source_after=None, source_gone="no longer there")),
    "appliance gone": (
        "source power",
        lambda p: on_source(kind=ProviderKind.OVA, uuid=p.target.serial)(
            on_pair(source_after=None, source_gone="no longer on the share")(p)
        ),
    ),
    "snapshots lost": ("snapshots", afterwards(snapshots=())),
    "snapshot of the migration left": (
        "snapshots",
        lambda p: afterwards(snapshots=(*p.source.snapshots, Snapshot(id="3", name="forklift", parent="2")))(p),
    ),
    "snapshot replaced by another of its name": (
        "snapshots",
        lambda p: afterwards(snapshots=(replace(p.source.snapshots[0], id="9"), p.source.snapshots[1]))(p),
    ),
    "snapshot moved": (
        "snapshots",
        lambda p: afterwards(snapshots=tuple(replace(each, parent=None) for each in p.source.snapshots))(p),
    ),
    "source lost a disk": ("source disks", lambda p: afterwards(disks=p.source.disks[:1])(p)),
    "source lost all disks": ("source disks", afterwards(disks=())),
    "source got a disk": (
        "source disks",
        lambda p: afterwards(disks=(*p.source.disks, replace(p.source.disks[0], identity="[fast] web/web_2.vmdk")))(p),
    ),
    "source's disk replaced by another": ("source disks", disk_afterwards(identity="[fast] web/web_9.vmdk")),
    "source's disk shrank": ("source disks", disk_afterwards(size=Bytes(10 * GIB - 1))),
    "source's disk lies elsewhere": ("source disks", disk_afterwards(store=Place(id="datastore-2", name="slow"))),
    "source's disk is provisioned otherwise": ("source disks", disk_afterwards(provisioning=Provisioning.THICK_EAGER)),
    "source's disk is independent now": ("source disks", disk_afterwards(mode="independent_persistent")),
    "source's disk is dependent now": (
        "source disks",
        lambda p: warned(DiskConcern.INDEPENDENT)(_were(mode="independent_persistent")(p)),
    ),
    "source's disk maps no LUN now": ("source disks", lambda p: warned(DiskConcern.RAW)(_were(lun="naa.600a")(p))),
    "source's disk has another serial": ("source disks", disk_afterwards(serial="6000C29")),
    "copy left on the source": ("residue", on_pair(source_copies=("image 'forklift-migration-vm-1' of the cloud",))),
    "DataVolume left": ("residue", on_pair(leftovers=(ObjectRef("DataVolume", "dv", "ns"),))),
    **concern_changes.BROKEN,
    **data_changes.BROKEN,
    **option_changes.BROKEN,
    **offload_changes.BROKEN,
}
UNTOLD: dict[str, tuple[str, Change]] = {
    "powered off": ("guest agent", on_pair(wanted_power=Power.OFF)),
    "no agent on either side": (
        "guest agent",
        lambda p: on_source(guest=SourceGuest(hostname="web.example.com"))(
            on_target(guest=TargetGuest(connected=False))(p)
        ),
    ),
    "source not looked at again, power": ("source power", on_pair(source_after=None)),
    "source not looked at again, snapshots": ("snapshots", on_pair(source_after=None)),
    "source not looked at again, disks": ("source disks", on_pair(source_after=None)),
    "source gone, disks": ("source disks", on_pair(source_after=None, source_gone="no longer there")),
    "source gone, snapshots": ("snapshots", on_pair(source_after=None, source_gone="no longer there")),
    "OVA has no power": ("source power", on_source(kind=ProviderKind.OVA)),
    "snapshots of another platform": ("snapshots", on_source(kind=ProviderKind.OPENSHIFT)),
    "guest unread": ("ssh", on_pair(guest=None, guest_unread="powered off")),
    "host name told by nobody": (
        "ssh",
        lambda p: on_source(guest=SourceGuest(agent_running=True))(on_target(guest=TargetGuest(connected=True))(p)),
    ),
    "an OVA has no certificate": ("provider TLS", on_source(kind=ProviderKind.OVA)),
    "no NIC on either side": ("nics", lambda p: on_source(nics=())(on_target(nics=())(p))),
    "no disk on either side": ("disks", lambda p: on_source(disks=())(on_target(disks=())(p))),
    "firmware untold": ("firmware", on_source(firmware=None)),
    "uuid untold": ("identity", on_source(uuid=None)),
    "OpenStack has no serial": ("identity", on_source(kind=ProviderKind.OPENSTACK)),
    "version unknown": ("identity", on_pair(openshift=None)),
    "no array was asked": ("copy-offload", offload_changes.plain),
    **concern_changes.UNTOLD,
    **data_changes.UNTOLD,
    **option_changes.UNTOLD,
}


def test_a_matching_pair_passes_every_check() -> None:
    report = run_checks(matching())
    assert report.clean, str(report)
    assert [result.check for result in report.results if result.passed] == list(CHECKS)


@pytest.mark.parametrize("name", BROKEN)
def test_a_difference_is_noticed_by_exactly_its_check(name: str) -> None:
    check, change = BROKEN[name]
    report = run_checks(change(matching()))
    assert {result.check for result in report.results if result.findings} == {check}
    assert not report.clean
    assert all(finding.expected != finding.actual and finding.where for finding in report.findings)


def test_every_check_has_a_way_to_fail() -> None:
    assert {check for check, _change in BROKEN.values()} == set(CHECKS)


@pytest.mark.parametrize("name", UNTOLD)
def test_a_check_that_cannot_look_says_why_and_does_not_pass(name: str) -> None:
    check, change = UNTOLD[name]
    (result,) = run_checks(change(matching()), [check]).results
    assert result.not_run
    assert not result.passed


@pytest.mark.parametrize("kind", ProviderKind)
def test_a_reason_calls_platforms_as_people_do(kind: ProviderKind) -> None:
    elsewhere = run_checks(on_source(kind=kind)(matching())).results
    told = " ".join(result.not_run or "" for result in elsewhere)
    assert kind.value not in told.split()
    assert (kind.spoken in told) is (kind is not ProviderKind.VSPHERE)


def test_what_the_plan_asks_for_and_nobody_can_see_is_promised_all_the_same() -> None:
    (unasked,) = run_checks(replace(matching(), options=PlanOptions()), ["labels"]).results
    assert (bool(unasked.not_run), unasked.promised) == (True, False)
    bare = on_source(kind=ProviderKind.OPENSHIFT)(on_target(affinity={})(replace(matching(), options=PlanOptions())))
    assert [each.promised for each in run_checks(bare, ["labels", "affinity"]).results] == [False, False]
    (unlooked,) = run_checks(replace(matching(), guest=None, guest_unread="powered off"), ["ssh"]).results
    assert (unlooked.not_run, unlooked.promised) == ("powered off", True)


def test_a_guest_that_its_source_never_named_is_the_one_whose_agent_reports() -> None:
    """Compared with less than is promised: what nobody can say is told beside what was."""
    told = on_target(guest=TargetGuest(connected=True, hostname="web"))(on_source(guest=SourceGuest())(matching()))
    report = run_asked(told, "ssh")
    assert report.clean
    assert [result.not_run for result in report.results] == [
        None,
        "host name before the move: the source's guest never reported it",
    ]
    assert run_asked(replace(told, guest=GuestIdentity(hostname="other")), "ssh").findings


def _without_macs(pair: Comparison) -> Comparison:
    """As exported files are: the target's MACs are MTV's own."""
    bare = on_source(nics=tuple(replace(each, mac=mac("")) for each in pair.source.nics))(pair)
    fresh = tuple(replace(each, mac=mac(f"02:00:00:00:00:0{number}")) for number, each in enumerate(pair.target.nics))
    return on_target(nics=fresh)(bare)


def test_nics_without_macs_are_compared_by_number_and_the_report_says_so() -> None:
    report = run_checks(_without_macs(matching()), ["nics"])
    assert report.clean
    assert "compared by number" in str(report.results[-1].not_run)


def test_a_nic_without_mac_that_is_lost_or_elsewhere_is_noticed() -> None:
    pair = _without_macs(matching())
    lost = run_checks(on_target(nics=pair.target.nics[:1])(pair), ["nics"])
    assert [finding.what for finding in lost.findings] == ["number of NICs"]
    swapped = tuple(
        replace(each, network=other.network)
        for each, other in zip(pair.target.nics, pair.target.nics[::-1], strict=True)
    )
    assert len(run_checks(on_target(nics=swapped)(pair), ["nics"]).findings) == 2


def _with_a_direct_lun(pair: Comparison) -> Comparison:
    """As an engine has it: in no storage domain."""
    first, second = pair.source.disks
    return on_source(kind=ProviderKind.OVIRT, disks=(first, replace(second, store=Place(id="", name=""))))(pair)


def test_a_direct_lun_of_an_engine_goes_with_the_machine_and_nothing_else_does() -> None:
    moved = _with_a_direct_lun(matching())
    assert run_checks(afterwards(disks=moved.source.disks[:1])(moved), ["source disks"]).clean
    assert run_checks(afterwards(disks=moved.source.disks)(moved), ["source disks"]).clean
    assert run_checks(afterwards(disks=moved.source.disks[1:])(moved), ["source disks"]).findings


def _from_a_cloud(pair: Comparison) -> Comparison:
    return on_source(kind=ProviderKind.OPENSTACK)(pair)


def test_a_cloud_has_no_order_but_a_disk_that_is_booted_from() -> None:
    """MTV attaches disks and NICs of a server as they come."""
    pair = _from_a_cloud(matching())
    first, *others = pair.target.disks
    ahead = [replace(each, index=number) for number, each in enumerate(others)]
    turned = (*ahead, replace(first, index=len(others), bootable=True))
    assert run_checks(on_target(disks=turned, nics=pair.target.nics[::-1])(pair), ["disks", "nics"]).clean
    assert [finding.what for finding in run_checks(pair, ["disks"]).findings] == ["disk to boot from"]


def test_a_report_in_which_nothing_ran_is_not_clean() -> None:
    assert not run_checks(replace(matching(), guest=None, guest_unread="powered off"), ["ssh"]).clean
    assert not run_checks(matching(), []).clean


BENIGN: dict[str, Change] = {
    "MAC in upper case": nic(mac="00-50-56-AA-00-02"),
    "serial in upper case": on_target(serial=SERIAL.upper()),
    "a serial of the source's own": lambda p: on_source(kind=ProviderKind.OVIRT, serial="S-1")(
        on_target(serial="S-1")(p)
    ),
    "claims listed in another order": lambda p: on_target(disks=p.target.disks[::-1])(p),
    "host name in upper case": on_pair(guest=GuestIdentity(hostname="WEB.example.com")),
    "short host name": on_pair(guest=GuestIdentity(hostname="web")),
    "plain uuid on an older cluster": lambda p: replace(on_target(serial=UUID)(p), openshift="4.19.9"),
    **concern_changes.BENIGN,
    **data_changes.BENIGN,
    **option_changes.BENIGN,
    **offload_changes.BENIGN,
}


@pytest.mark.parametrize("name", BENIGN)
def test_a_benign_variation_stays_silent(name: str) -> None:
    report = run_checks(BENIGN[name](matching()))
    assert report.clean, str(report)


def test_an_agent_asked_for_by_name_is_promised_even_where_the_source_had_none() -> None:
    pair = UNTOLD["no agent on either side"][1](matching())
    assert run_checks(pair, ["guest agent"]).results[0].not_run
    assert run_asked(pair, "guest agent").findings


def test_a_warning_asked_for_by_name_is_promised_only_of_a_machine_with_such_a_disk() -> None:
    warned = concern_changes.BENIGN["a warning about a raw disk"](matching())
    assert run_asked(warned, "raw disk warned").clean
    lacking = run_asked(warned, "independent disk warned")
    assert (lacking.clean, lacking.results[0].not_run) == (False, "web has no independent disk")
    _check, silent = concern_changes.BROKEN["nothing is said of a raw disk"]
    assert run_asked(silent(matching()), "raw disk warned").findings


def test_an_unknown_check_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(SuiteError, match="no check is called speed; there are: power"):
        run_checks(matching(), ["speed"])


def test_a_name_that_is_no_uuid_passes_into_the_serial_unchanged() -> None:
    assert vmware_serial(UUID) == SERIAL
    assert vmware_serial("not-a-uuid") == "not-a-uuid"


@pytest.mark.parametrize("kind", [ProviderKind.OVIRT, ProviderKind.OPENSTACK])
def test_secure_boot_that_mtv_leaves_behind_on_purpose_is_not_compared(kind: ProviderKind) -> None:
    arrived = on_target(secure_boot=False)(on_source(kind=kind)(matching()))
    report = run_checks(arrived, ["firmware"])
    assert report.clean
    assert "NVRAM" in str(report.results[-1].not_run)
    assert run_checks(on_target(firmware=Firmware.BIOS)(arrived), ["firmware"]).findings
