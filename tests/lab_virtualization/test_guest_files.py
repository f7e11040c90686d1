"""Files in a guest: written, seen at once, on the disk after a sync, told by the guest's own tools."""

import json
from collections.abc import Callable
from hashlib import sha256

import pytest

from lab.guests.linux import LinuxShell
from lab.guests.shells import Shell, shell_of
from lab.guests.system import System, on_destination, on_source
from lab.guests.windows import WindowsShell
from lab.world.estate import pristine
from lab.world.model import Machine, RunningGuest, Volume

TWO, THREE = "mtv-rhel8-warm-2disks2nics", "mtv-win2019-3disks"
MIB = 1024**2


def source(name: str) -> Machine:
    machine = pristine().machine_named(name)
    assert machine is not None
    return machine


def arrived(machine: Machine) -> RunningGuest:
    """The guest on claims that hold what is on the source's disks."""
    volumes = tuple(
        Volume(size=disk.size, digest=disk.digest, files=disk.files, guest=machine.guest if number == 0 else None)
        for number, disk in enumerate(machine.disks)
    )
    nics = tuple((nic.mac, "bridge") for nic in machine.nics)
    return RunningGuest(guest=machine.guest, namespace="demo", machine="m", nics=nics, volumes=volumes)


def linux(machine: Machine) -> LinuxShell:
    return LinuxShell(on_source(machine), "root")


def windows(machine: Machine) -> WindowsShell:
    return WindowsShell(on_source(machine), "Administrator")


@pytest.mark.parametrize(
    ("line", "code", "out"),
    [
        ("printf 'a%s\\n' b > /data1/f && cat /data1/f", 0, "ab\n"),
        ("echo -n one > /srv/f; echo two >> /srv/f; cat /srv/f", 0, "onetwo\n"),
        ("echo eA== | base64 -d > /srv/f && wc -c < /srv/f", 0, "1\n"),
        ("mkdir -p /data1/a/b && echo x | tee /data1/a/b/c && ls /data1/a", 0, "x\nb\n"),
        ("cat /etc/hostname > /var/tmp/copy && cat < /var/tmp/copy", 0, "mtv-rhel8-2d2n\n"),
        ("frobnicate > /srv/out 2>&1; cat /srv/out", 0, "bash: frobnicate: command not found\n"),
        ("cat /nothing 2>/dev/null || echo gone", 0, "gone\n"),
        ("echo x > /nowhere/f", 1, ""),
        ("touch /srv/f && rm /srv/f && [ -e /srv/f ]", 1, ""),
        ("echo 'a;b' \"c d\" > /srv/f; cat /srv/f", 0, "a;b c d\n"),
    ],
)
def test_a_linux_guest_keeps_what_is_written(line: str, code: int, out: str) -> None:
    answer = linux(source(TWO)).run(line)
    assert (answer.code, answer.out) == (code, out), answer.err


@pytest.mark.parametrize("line", ["echo $HOME", 'echo "$(date)"', "echo `date`", "cat <<EOF"])
def test_a_shell_says_what_it_cannot_do(line: str) -> None:
    answer = linux(source(TWO)).run(line)
    assert answer.code == 127
    assert "command not found" in answer.err


def test_bytes_survive_the_way_through_a_guest() -> None:
    machine = source(TWO)
    answer = linux(machine).run("printf '\\377\\000' > /srv/f; sha256sum /srv/f; base64 -w0 /srv/f")
    assert answer.out == f"{sha256(bytes([255, 0])).hexdigest()}  /srv/f\n/wA="


@pytest.mark.parametrize(
    ("name", "write", "sync"),
    [
        (TWO, "echo x > /data1/f", "sync"),
        (TWO, "echo x > /data1/f", "sync -f /data1/f"),
        (THREE, "echo x> D:\\f", "powershell -NoProfile -Command Write-VolumeCache -DriveLetter D"),
    ],
)
def test_only_a_sync_brings_a_write_to_the_disk(name: str, write: str, sync: str) -> None:
    machine = source(name)
    disk, shell = machine.disks[1], shell_of(on_source(machine), "root")
    before = disk.digest
    assert shell.run(write).code == 0
    assert (disk.files, disk.digest) == ({}, before)
    assert shell.run(sync).code == 0
    assert list(disk.files or ()) == ["f"]
    assert disk.digest != before
    assert machine.disks[0].files == {}


def test_reading_changes_no_disk() -> None:
    machine = source(TWO)
    digests = [disk.digest for disk in machine.disks]
    linux(machine).run("lsblk -J; cat /etc/fstab; ls /data1; sync; df; findmnt -J")
    assert [disk.digest for disk in machine.disks] == digests


@pytest.mark.parametrize(("on", "prefix"), [(on_source, "sd"), (lambda it: on_destination(arrived(it)), "vd")])
def test_linux_tells_its_disks(on: Callable[[Machine], System], prefix: str) -> None:
    """The boot disk has a volume group, the other a filesystem; RHEL 8 writes strings."""
    system = on(source(TWO))
    shell = LinuxShell(system, "root")
    first, second = json.loads(shell.run("lsblk -J -b -o NAME,SIZE,TYPE,HCTL,MOUNTPOINT,FSTYPE").out)["blockdevices"]
    assert first["name"] == f"{prefix}a"
    assert first["children"][1]["children"][0]["mountpoint"] == "/"
    assert second == {
        "name": f"{prefix}b",
        "size": str(4 * 1024**3),
        "type": "disk",
        "hctl": "0:0:1:0" if prefix == "sd" else None,
        "mountpoint": None,
        "fstype": None,
        "children": [
            {
                "name": f"{prefix}b1",
                "size": str(4 * 1024**3 - 2 * MIB),
                "type": "part",
                "hctl": None,
                "mountpoint": "/data1",
                "fstype": "xfs",
            }
        ],
    }
    sizes = shell.run("lsblk -b -d -n -o NAME,SIZE").out.split("\n")[:2]
    assert sizes == [f"{prefix}a {16 * 1024**3}", f"{prefix}b {4 * 1024**3}"]
    assert shell.run("findmnt -n -o SOURCE -T /data1/f").out == f"/dev/{prefix}b1\n"
    assert f"/dev/{prefix}b1 /data1 xfs" in shell.run("cat /etc/fstab").out


def test_a_newer_linux_writes_numbers() -> None:
    shell = linux(source("mtv-tests-rhel9-efi"))
    (disk,) = json.loads(shell.run("lsblk -Jbdo NAME,SIZE,RO").out)["blockdevices"]
    assert disk == {"name": "sda", "size": 16 * 1024**3, "ro": False}


def test_mounts_are_a_tree_below_the_root() -> None:
    (root,) = json.loads(linux(source(TWO)).run("findmnt -J -o TARGET,SOURCE").out)["filesystems"]
    assert root["target"] == "/"
    assert [child["target"] for child in root["children"]] == ["/boot", "/data1"]


def test_a_disk_without_a_filesystem_is_not_mounted() -> None:
    machine = source(TWO)
    machine.disks[1].files = None
    shell = linux(machine)
    (_, second) = json.loads(shell.run("lsblk -J -o NAME,MOUNTPOINT").out)["blockdevices"]
    assert "children" not in second
    shell.run("echo x > /srv/f; sync")
    assert shell.run("findmnt -M /data1").code == 1
    drives = windows(lost(1)).run('powershell "Get-Volume | Select DriveLetter | ConvertTo-Json"').out
    assert [row["DriveLetter"] for row in json.loads(drives)] == ["C", "E"]


def lost(number: int) -> Machine:
    machine = source(THREE)
    machine.disks[number].files = None
    return machine


def test_windows_tells_its_disks() -> None:
    shell = windows(source(THREE))
    disks = json.loads(shell.run('powershell -Command "Get-Disk | Select-Object Number,Size | ConvertTo-Json"').out)
    assert disks == [
        {"Number": 0, "Size": 40 * 1024**3},
        {"Number": 1, "Size": 10 * 1024**3},
        {"Number": 2, "Size": 5 * 1024**3},
    ]
    script = "Get-Partition -DriveLetter E | Select DiskNumber,DriveLetter | ConvertTo-Json -Compress"
    assert json.loads(shell.run(f'powershell -NoProfile -Command "{script}"').out) == {
        "DiskNumber": 2,
        "DriveLetter": "E",
    }
    letters = json.loads(
        shell.run('powershell "Get-Partition -DiskNumber 0 | Select DriveLetter | ConvertTo-Json"').out
    )
    assert [row["DriveLetter"] for row in letters] == ["\0", "C"]


@pytest.mark.parametrize(
    ("line", "code", "out"),
    [
        ("echo hello> D:\\f&& type d:\\F", 0, "hello\r\n"),
        ("mkdir C:\\Temp\\a & echo x>> C:\\Temp\\a\\b & dir /b C:\\Temp\\a", 0, "b\r\n"),
        ("type C:\\nothing 2>nul || echo x", 0, "x\r\n"),
        ('cmd.exe /c "echo a > E:\\f" && type E:\\f', 0, "a \r\n"),
        ("powershell Set-Content -Path D:\\f -Value 'a b' -NoNewline -Encoding ascii && type D:\\f", 0, "a b"),
        ('powershell -Command "Set-Content D:\\f x; Get-Content -Raw -Path D:\\f"', 0, "x\r\n\r\n"),
        ('powershell -Command "Test-Path D:\\f; exit 3"', 3, "False\r\n"),
        ("echo x> Z:\\f", 1, ""),
        ("frobnicate > C:\\Temp\\f", 1, ""),
    ],
)
def test_a_windows_guest_keeps_what_is_written(line: str, code: int, out: str) -> None:
    answer = windows(source(THREE)).run(line)
    assert (answer.code, answer.out) == (code, out), answer.err


def test_windows_hashes_files() -> None:
    shell = windows(source(THREE))
    shell.run("powershell Set-Content D:\\f abc -NoNewline")
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert expected in shell.run("certutil -hashfile D:\\f SHA256").out
    assert shell.run('powershell "(Get-FileHash D:\\f).Hash"').out.strip() == expected.upper()


def test_what_arrived_is_read_back_on_the_other_side() -> None:
    machine = source(TWO)
    linux(machine).run("echo kept > /data1/f; sync; echo late > /data1/g")
    shell: Shell = shell_of(on_destination(arrived(machine)), "root")
    assert shell.run("cat /data1/f").out == "kept\n"
    assert shell.run("cat /data1/g").code == 1
