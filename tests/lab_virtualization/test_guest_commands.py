"""What guests answer at their prompt (checklist item 10 of facts/openshift.md section 9, sections 6.2 and 6.3)."""

import base64
import json
import re

import pytest

from lab.guests.linux import LinuxShell
from lab.guests.system import on_destination
from lab.guests.windows import WindowsShell
from lab.world.estate import pristine
from lab.world.model import RunningGuest


def guest(name: str, *bindings: str) -> RunningGuest:
    machine = pristine().machine_named(name)
    assert machine is not None
    macs = [nic.mac for nic in machine.nics]
    return RunningGuest(
        guest=machine.guest,
        namespace="demo",
        machine="m",
        nics=tuple(zip(macs, bindings or ["masquerade"] * len(macs), strict=True)),
    )


@pytest.fixture
def linux() -> LinuxShell:
    return LinuxShell(on_destination(guest("mtv-rhel8-warm-2disks2nics", "masquerade", "bridge")), "root")


@pytest.fixture
def windows() -> WindowsShell:
    return WindowsShell(on_destination(guest("mtv-win2022-ip-3disks", "bridge")), "Administrator")


@pytest.mark.parametrize(
    ("line", "code", "out"),
    [
        ("true", 0, ""),
        ("whoami", 0, "root\n"),
        ("hostname; whoami", 0, "mtv-rhel8-2d2n\nroot\n"),
        ("false && whoami", 1, ""),
        ("false || whoami", 0, "root\n"),
        ("sh -c 'echo a; echo b'", 0, "a\nb\n"),
        ("sudo -n bash -c 'whoami && false'", 1, "root\n"),
        ("uname -r", 0, "4.18.0-553.el8_10.x86_64\n"),
    ],
)
def test_a_shell_runs_lists_of_commands(linux: LinuxShell, line: str, code: int, out: str) -> None:
    answer = linux.run(line)
    assert (answer.code, answer.out) == (code, out)


def test_an_unknown_command_is_not_found(linux: LinuxShell) -> None:
    answer = linux.run("frobnicate --all")
    assert answer.code == 127
    assert "frobnicate: command not found" in answer.err


def test_files_are_read_and_missing_ones_told(linux: LinuxShell) -> None:
    answer = linux.run("cat /etc/machine-id /etc/nothing")
    assert answer.out.strip() == linux.system.guest.machine_id
    assert answer.code == 1
    assert "No such file" in answer.err


def test_a_leased_address_is_dynamic(linux: LinuxShell) -> None:
    """Behind a masquerade the guest sees 10.0.2.2, whatever it had before (3.2)."""
    first = json.loads(linux.run("ip -j addr show").out)[1]
    assert first["addr_info"][0]["local"] == "10.0.2.2"
    assert first["addr_info"][0]["dynamic"] is True
    assert first["addr_info"][0]["valid_life_time"] < 4294967295


def test_a_static_address_has_no_end(linux: LinuxShell) -> None:
    linux.system.guest.addresses[1].static = True
    second = json.loads(linux.run("ip -j -4 addr show").out)[2]
    assert "dynamic" not in second["addr_info"][0]
    assert second["addr_info"][0]["valid_life_time"] == 4294967295
    assert "address" not in second


def test_network_manager_tells_how_an_address_came(linux: LinuxShell) -> None:
    linux.system.guest.addresses[1].static = True
    active = linux.run("nmcli -t -f NAME,UUID,TYPE,DEVICE con show --active").out.splitlines()
    fields = "ipv4.method,ipv4.addresses,ipv4.gateway,ipv4.dns"
    answers = [linux.run(f"nmcli -g {fields} con show {line.split(':')[1]}").out.splitlines() for line in active]
    address = linux.system.guest.addresses[1]
    assert [line.split(":")[3] for line in active] == ["enp1s0", "enp2s0"]
    assert answers[0][0] == "auto"
    assert answers[1][:2] == ["manual", f"{address.address}/{address.prefix}"]


def test_routes_name_their_origin(linux: LinuxShell) -> None:
    routes = json.loads(linux.run("ip -j route show default").out)
    assert [(route["dev"], route["gateway"], route["protocol"]) for route in routes] == [("enp1s0", "10.0.2.1", "dhcp")]


def test_ipconfig_has_the_form_of_windows(windows: WindowsShell) -> None:
    text = windows.run("ipconfig /all").out
    address = windows.system.guest.addresses[0]
    assert "   Host Name . . . . . . . . . . . . : MTV-WIN2022\r\n" in text
    assert "Ethernet adapter Ethernet:\r\n" in text
    assert "   DHCP Enabled. . . . . . . . . . . : No\r\n" in text
    assert f"   IPv4 Address. . . . . . . . . . . : {address.address}(Preferred)\r\n" in text
    assert f"   DNS Servers . . . . . . . . . . . : {address.dns[0]}\r\n{' ' * 39}{address.dns[1]}\r\n" in text
    mac = re.search(r"Physical Address[ .]*: (\S+)", text)
    assert mac is not None
    assert mac[1].replace("-", ":").lower() == address.mac


def test_powershell_answers_in_json(windows: WindowsShell) -> None:
    script = (
        "Get-NetIPAddress -AddressFamily IPv4 | Select-Object InterfaceIndex,InterfaceAlias,IPAddress,PrefixLength,"
        "PrefixOrigin,AddressState | ConvertTo-Json -Compress"
    )
    rows = json.loads(windows.run(f'powershell -NoProfile -NonInteractive -Command "{script}"').out)
    address = windows.system.guest.addresses[0]
    assert [(row["IPAddress"], row["PrefixOrigin"]) for row in rows] == [
        (address.address, "Manual"),
        ("127.0.0.1", "WellKnown"),
    ]
    encoded = base64.b64encode(script.encode("utf-16-le")).decode()
    assert json.loads(windows.run(f"powershell.exe -EncodedCommand {encoded}").out) == rows


def test_a_single_result_is_an_object(windows: WindowsShell) -> None:
    one = json.loads(windows.run("powershell -Command Get-NetAdapter | Select Name,MacAddress | ConvertTo-Json").out)
    assert one["Name"] == "Ethernet"


def test_windows_knows_its_machine_guid(windows: WindowsShell) -> None:
    answer = windows.run(r"reg query HKLM\SOFTWARE\Microsoft\Cryptography /v MachineGuid")
    assert windows.system.guest.machine_id in answer.out
    assert windows.run("true").code != 0
