"""What sentences about disks and places mean: tables become disks, names of datastores become ids of the profile."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from behave.model import Table

from support.domain.access import GuestAccess, SourceAccess
from support.domain.errors import SuiteError
from support.domain.machine import GIB, MIB
from support.domain.names import RoleName
from support.domain.secret import Secret
from support.domain.shaping import CloneShape, DiskMode, ExtraDisk
from support.domain.source import ProviderKind, Provisioning
from support.run.profiles.profile import CopyOffload, Profile
from support.run.roles import COPY_OFFLOAD
from support.run.shaping import STORES, Shaping, extra_disks

OFFLOAD = CopyOffload(
    vendor="ontap",
    datastore_id="datastore-1",
    hostname="array",
    username="u",
    password=Secret("p"),
    vendor_fields={},
    secondary_datastore_id="datastore-2",
    non_xcopy_datastore_id="datastore-3",
    rdm_lun_uuid="naa.600a",
    esxi_host="esxi-1",
)
ACCESS = SourceAccess(
    profile="mine", kind=ProviderKind.VSPHERE, version="8", url="https://v/sdk", username="u", password=Secret("p")
)
PROFILE = Profile(access=ACCESS, guests=GuestAccess(), machines={}, copy_offload=OFFLOAD)


def table(headings: str, *rows: str) -> Table:
    def cells(text: str) -> Sequence[str]:
        return [cell.strip() for cell in text.split("|")]

    return Table(cells(headings), rows=[cells(row) for row in rows])


def disks(headings: str, *rows: str) -> tuple[ExtraDisk, ...]:
    return extra_disks(table(headings, *rows), Shaping(PROFILE).datastore)


def test_a_size_alone_is_a_thin_persistent_disk_beside_the_others() -> None:
    assert disks("size", "30 GB") == (ExtraDisk(size=30 * GIB),)  # type: ignore[arg-type]


def test_every_column_has_its_meaning() -> None:
    (disk,) = disks(
        "folder | mode | datastore | provisioning | size",
        "shared_disks | independent nonpersistent | without XCOPY | thick-eager | 512 MB",
    )
    assert disk.folder == "shared_disks"
    assert disk.mode is DiskMode.INDEPENDENT_NONPERSISTENT
    assert disk.datastore_id == "datastore-3"
    assert disk.provisioning is Provisioning.THICK_EAGER
    assert disk.size == 512 * MIB


def test_rows_keep_their_order_and_empty_cells_mean_nothing_special() -> None:
    got = disks("size | provisioning | datastore", "1 TB | | ", "10 GB | thick-lazy | secondary")
    assert [disk.size for disk in got] == [1024 * GIB, 10 * GIB]
    assert [disk.provisioning for disk in got] == [Provisioning.THIN, Provisioning.THICK_LAZY]
    assert [disk.datastore_id for disk in got] == [None, "datastore-2"]


@pytest.mark.parametrize(
    ("headings", "row", "said"),
    [
        ("size | provision", "1 GB | thin", "heading 'provision' is not known, expected one of size, provisioning"),
        ("provisioning", "thin", "no column 'size'"),
        ("size", "30", "size '30': expected a number and MB, GB or TB"),
        ("size", "0 GB", "size '0 GB'"),
        ("size | provisioning", "1 GB | thick", "provisioning 'thick' is not known, expected one of thin, thick-lazy"),
        ("size | mode", "1 GB | independent", "mode 'independent' is not known"),
        ("size | datastore", "1 GB | datastore-7", "datastore 'datastore-7' is not known"),
        ("size | folder", "1 GB | ../x", "folder '../x'"),
    ],
)
def test_a_cell_that_means_nothing_is_named(headings: str, row: str, said: str) -> None:
    with pytest.raises(SuiteError) as refused:
        disks(headings, row)
    assert said in str(refused.value)


@pytest.mark.parametrize("given", [None, table("size")], ids=["no table", "no rows"])
def test_a_sentence_without_disks_adds_none_silently(given: Table | None) -> None:
    with pytest.raises(SuiteError, match="a row for each disk"):
        extra_disks(given, Shaping(PROFILE).datastore)


@pytest.mark.parametrize("store", STORES)
def test_a_datastore_that_the_profile_does_not_name_is_told_with_its_key(store: str) -> None:
    without = replace(OFFLOAD, datastore_id="", secondary_datastore_id=None, non_xcopy_datastore_id=None)
    with pytest.raises(SuiteError, match=STORES[store]):
        Shaping(replace(PROFILE, copy_offload=without)).datastore(store)
    with pytest.raises(SuiteError, match="no block copyoffload"):
        Shaping(replace(PROFILE, copy_offload=None)).datastore(store)


def test_a_raw_disk_maps_the_profile_s_lun() -> None:
    assert Shaping(PROFILE).raw_disk() == ExtraDisk(size=None, lun="naa.600a")
    with pytest.raises(SuiteError, match="rdm_lun_uuid"):
        Shaping(replace(PROFILE, copy_offload=replace(OFFLOAD, rdm_lun_uuid=None))).raw_disk()


def test_a_copy_offload_machine_lies_where_the_map_looks_and_on_the_host_that_has_the_key() -> None:
    by_ssh = replace(PROFILE, copy_offload=replace(OFFLOAD, clone_method="ssh"))
    assert Shaping(PROFILE).first(COPY_OFFLOAD) == CloneShape(datastore_id="datastore-1")
    assert Shaping(by_ssh).first(COPY_OFFLOAD) == CloneShape(datastore_id="datastore-1", host="esxi-1")


def test_one_shape_uses_every_place_that_the_profile_names() -> None:
    shape = Shaping(PROFILE).everywhere()
    assert (shape.datastore_id, [disk.datastore_id for disk in shape.disks]) == (
        "datastore-1",
        ["datastore-2", "datastore-3", None],
    )
    assert shape.disks[-1].lun == "naa.600a"
    little = replace(OFFLOAD, secondary_datastore_id=None, non_xcopy_datastore_id=None, rdm_lun_uuid=None)
    assert Shaping(replace(PROFILE, copy_offload=little)).everywhere() == CloneShape(datastore_id="datastore-1")


def test_other_machines_stay_where_they_are() -> None:
    assert Shaping(PROFILE).first(RoleName("RHEL 8")) == CloneShape()
    assert Shaping(replace(PROFILE, copy_offload=None)).first(COPY_OFFLOAD) == CloneShape()
