"""What Linux and Windows say about their disks, in the forms that differ between releases."""

import json

import pytest

from support.adapters.guest.dialects import Linux, Windows, dialect_of
from support.domain.contents import GuestDisk
from support.domain.errors import SuiteError
from support.domain.machine import Bytes, OsFamily

RHEL8 = {
    "blockdevices": [
        {"name": "sdb", "type": "disk", "size": "2048", "hctl": "0:0:1:0", "mountpoint": "/data1"},
        {
            "name": "sda",
            "type": "disk",
            "size": "1024",
            "hctl": "0:0:0:0",
            "mountpoint": None,
            "children": [
                {"name": "sda1", "type": "part", "size": "1", "mountpoint": "/boot"},
                {
                    "name": "sda2",
                    "type": "part",
                    "size": "1",
                    "mountpoint": None,
                    "children": [
                        {"name": "rhel-root", "type": "lvm", "size": "1", "mountpoint": "/"},
                        {"name": "rhel-swap", "type": "lvm", "size": "1", "mountpoint": "[SWAP]"},
                    ],
                },
            ],
        },
        {"name": "sr0", "type": "rom", "size": "1", "mountpoint": None},
        {"name": "zram0", "type": "disk", "size": 4096, "mountpoint": "[SWAP]"},
    ]
}


def test_linux_disks_come_by_scsi_address_with_everything_mounted_on_them() -> None:
    assert Linux().disks([json.dumps(RHEL8)]) == (
        GuestDisk(name="/dev/sda", size=Bytes(1024), filesystems=("/boot", "/")),
        GuestDisk(name="/dev/sdb", size=Bytes(2048), filesystems=("/data1",)),
    )


def test_disks_without_an_address_come_by_name_and_the_long_names_last() -> None:
    names = ["vdaa", "vdb", "vda"]
    told = {"blockdevices": [{"name": name, "type": "disk", "size": 1, "hctl": None} for name in names]}
    assert [disk.name for disk in Linux().disks([json.dumps(told)])] == ["/dev/vda", "/dev/vdb", "/dev/vdaa"]


def test_windows_disks_come_by_number_with_their_letters() -> None:
    disks = [{"Number": 1, "Size": 2048}, {"Number": 0, "Size": 1024}]
    partitions = [
        {"DiskNumber": 0, "DriveLetter": "\0"},
        {"DiskNumber": 0, "DriveLetter": "C"},
        {"DiskNumber": 1, "DriveLetter": "D"},
    ]
    assert Windows().disks([json.dumps(disks), json.dumps(partitions)]) == (
        GuestDisk(name="disk 0", size=Bytes(1024), filesystems=("C:",)),
        GuestDisk(name="disk 1", size=Bytes(2048), filesystems=("D:",)),
    )


def test_a_single_thing_of_powershell_is_not_in_a_list() -> None:
    answers = ['\ufeff{"Number":0,"Size":1024}\r\n', '{"DiskNumber":0,"DriveLetter":null}']
    assert Windows().disks(answers) == (GuestDisk(name="disk 0", size=Bytes(1024)),)


def test_files_are_shown_and_brought_to_their_disks_in_the_guests_own_way() -> None:
    linux, windows = dialect_of(OsFamily.LINUX), dialect_of(OsFamily.WINDOWS)
    assert linux.show("/data 1/x") == "cat '/data 1/x'"
    assert windows.show(r"D:\x y") == r'type "D:\x y"'
    assert linux.sync(["/a", "/b/c"]) == "sync"
    assert windows.sync([r"C:\a", r"D:\b", r"C:\c"]).endswith('"Write-VolumeCache -DriveLetter C,D"')


def test_a_line_is_written_with_its_folder_in_the_guests_own_way() -> None:
    assert Linux().write("/data/it/f.txt", "a b\n") == ("mkdir -p '/data/it'", "echo 'a b' | tee '/data/it/f.txt'")
    assert Windows().write(r"D:\it\f.txt", "a b\n") == (
        r'if not exist "D:\it" mkdir "D:\it"',
        r'echo a b> "D:\it\f.txt"',
    )
    for dialect in (Linux(), Windows()):
        with pytest.raises(SuiteError, match="expected no quotes"):
            dialect.write("/f", "$(reboot)")


def test_an_unknown_family_is_spoken_to_as_linux() -> None:
    assert dialect_of(OsFamily.UNKNOWN) == Linux()


@pytest.mark.parametrize("path", ["/it's", '/a"b', "/$HOME", "/%TEMP%"])
def test_a_path_that_a_shell_would_read_otherwise_is_refused(path: str) -> None:
    for dialect in (Linux(), Windows()):
        with pytest.raises(SuiteError, match="expected no quotes, dollars or percent signs"):
            dialect.show(path)
