"""The commands of a Windows guest behind cmd.exe (facts/openshift.md 6.2)."""

import json
import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Interface

from lab.guests.answers import Adapter, Answer, adapters
from lab.world.model import RunningGuest

_POWERSHELL = re.compile(r"^powershell(?:\.exe)?\b(.*)$", re.IGNORECASE | re.DOTALL)
_SCRIPT = re.compile(r"-(?:Command|c)\s+(.*)$", re.IGNORECASE | re.DOTALL)
_ENCODED = re.compile(r"-(?:EncodedCommand|enc|e)\s+(\S+)\s*$", re.IGNORECASE)
_SELECT = re.compile(r"\|\s*Select(?:-Object)?\s+(?:-Property\s+)?([\w,\s]+?)\s*(?:\||$)", re.IGNORECASE)

Rows = list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class WindowsShell:
    """Runs command lines as the user who logged in; lines end in CR LF."""

    running: RunningGuest
    user: str

    def run(self, line: str) -> Answer:
        """Commands joined by `&&` or `&` (and `;`, for those who forget where they are)."""
        if _POWERSHELL.match(line.strip()):
            return _crlf(self._powershell(line.strip()))
        out, err, code = "", "", 0
        for joint, command in _commands(line):
            if joint == "&&" and code != 0:
                continue
            answer = self._one(command)
            out, err, code = out + answer.out, err + answer.err, answer.code
        return _crlf(Answer(code, out, err))

    def _one(self, command: str) -> Answer:
        if _POWERSHELL.match(command):
            return self._powershell(command)
        words = [word.strip('"') for word in command.split()]
        name = words[0].lower().removesuffix(".exe")
        if name == "cmd" and len(words) > 2 and words[1].lower() == "/c":
            return self.run(command.split(None, 2)[2].strip('"'))
        known = self._table().get(name)
        return known(words[1:]) if known else _unknown(words[0])

    def _table(self) -> dict[str, Callable[[list[str]], Answer]]:
        guest = self.running.guest
        return {
            "hostname": lambda _: Answer(out=f"{guest.hostname}\n"),
            "whoami": lambda _: Answer(out=f"{guest.hostname}\\{self.user}".lower() + "\n"),
            "echo": lambda words: Answer(out=" ".join(words) + "\n"),
            "ver": lambda _: Answer(out="\nMicrosoft Windows [Version 10.0.17763.1]\n"),
            "ipconfig": lambda words: Answer(out=_ipconfig(self.running, everything="/all" in _lower(words))),
            "reg": self._registry,
        }

    def _registry(self, words: list[str]) -> Answer:
        key = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography"
        asked = " ".join(words).lower().replace("hklm\\", "hkey_local_machine\\")
        if asked.startswith(f"query {key.lower()}") and "machineguid" in asked:
            return Answer(out=f"\n{key}\n    MachineGuid    REG_SZ    {self.running.guest.machine_id}\n\n")
        return Answer(1, err="ERROR: The system was unable to find the specified registry key or value.\n")

    def _powershell(self, command: str) -> Answer:
        script = _script(command)
        out, err, code = "", "", 0
        for statement in script.split(";"):
            if statement.strip():
                answer = self._statement(statement.strip())
                out, err, code = out + answer.out, err + answer.err, answer.code
        return Answer(code, out, err)

    def _statement(self, statement: str) -> Answer:
        cmdlet = statement.split(maxsplit=1)[0].lower()
        if cmdlet in ("hostname", "whoami", "$env:computername"):
            return self._one("hostname" if cmdlet.startswith("$") else cmdlet)
        rows = self._rows(statement).get(cmdlet)
        if rows is None:
            text = f"{cmdlet} : The term '{cmdlet}' is not recognized as the name of a cmdlet, function, script file"
            return Answer(1, err=f"{text}, or operable program.\n")
        if "convertto-json" not in statement.lower():
            return Answer(1, err="this guest answers with ConvertTo-Json only\n")
        selected = _SELECT.search(statement)
        if selected:
            names = [name.strip() for name in selected[1].split(",")]
            rows = [{name: row.get(name) for name in names} for row in rows]
        # one result is an object, not a list; no result is no output at all
        shown: object = rows[0] if len(rows) == 1 else rows
        return Answer(out=json.dumps(shown) + "\n" if rows else "")

    def _rows(self, statement: str) -> dict[str, Rows]:
        nics = adapters(self.running)
        family = "ipv4" in statement.lower()
        loopback: Rows = (
            [] if not family else [_net_address(1, "Loopback Pseudo-Interface 1", "127.0.0.1", 8, "WellKnown")]
        )
        return {
            "get-netipaddress": [*(row for nic in nics for row in _addresses(nic)), *loopback],
            "get-netadapter": [_adapter(nic) for nic in nics],
            "get-netroute": [_default_route(nic) for nic in nics if nic.address and nic.address.gateway],
            "get-dnsclientserveraddress": [_servers(nic) for nic in nics],
            "get-disk": [{"Number": number, "Size": it.size} for number, it in enumerate(self.running.volumes)],
        }


def _commands(line: str) -> list[tuple[str, str]]:
    """(joint before it, command); joints inside double quotes do not count."""
    found, joint, current, quoted = [], "", "", False
    for piece in re.split(r'("|&&|&|;)', line):
        if piece == '"':
            quoted = not quoted
        if piece in ("&&", "&", ";") and not quoted:
            found.append((joint, current.strip()))
            joint, current = piece, ""
        else:
            current += piece
    found.append((joint, current.strip()))
    return [(before, command) for before, command in found if command]


def _script(command: str) -> str:
    encoded = _ENCODED.search(command)
    if encoded:
        try:
            return b64decode(encoded[1], validate=True).decode("utf-16-le")
        except (NotBase64, UnicodeDecodeError):
            return "-EncodedCommand"
    plain = _SCRIPT.search(command)
    text = plain[1] if plain else command.split(None, 1)[-1]
    return text.strip().removeprefix('"').removesuffix('"').removeprefix("& {").removesuffix("}").strip()


def _crlf(answer: Answer) -> Answer:
    def ends(text: str) -> str:
        return text.replace("\r\n", "\n").replace("\n", "\r\n")

    return Answer(answer.code, ends(answer.out), ends(answer.err))


def _lower(words: list[str]) -> list[str]:
    return [word.lower() for word in words]


def _unknown(name: str) -> Answer:
    text = f"'{name}' is not recognized as an internal or external command,\noperable program or batch file.\n"
    return Answer(1, err=text)


def _net_address(index: int, alias: str, address: str, prefix: int, origin: str) -> dict[str, object]:
    return {
        "InterfaceIndex": index,
        "InterfaceAlias": alias,
        "IPAddress": address,
        "PrefixLength": prefix,
        "PrefixOrigin": origin,
        "AddressState": "Preferred",
    }


def _addresses(nic: Adapter) -> Rows:
    if nic.address is None:
        return []
    origin = "Manual" if nic.static else "Dhcp"
    return [_net_address(nic.index, nic.device, nic.address.address, nic.address.prefix, origin)]


def _adapter(nic: Adapter) -> dict[str, object]:
    mac = nic.mac.replace(":", "-").upper()
    return {"Name": nic.device, "ifIndex": nic.index, "InterfaceIndex": nic.index, "MacAddress": mac, "Status": "Up"}


def _default_route(nic: Adapter) -> dict[str, object]:
    hop = nic.address.gateway if nic.address else None
    return {"InterfaceIndex": nic.index, "ifIndex": nic.index, "DestinationPrefix": "0.0.0.0/0", "NextHop": hop}


def _servers(nic: Adapter) -> dict[str, object]:
    found = list(nic.address.dns) if nic.address else []
    return {"InterfaceIndex": nic.index, "InterfaceAlias": nic.device, "ServerAddresses": found}


def _ipconfig(running: RunningGuest, *, everything: bool) -> str:
    lines = ["", "Windows IP Configuration", ""]
    if everything:
        lines += [_line("Host Name", running.guest.hostname), _line("Primary Dns Suffix ", "")]
        lines += [_line("Node Type", "Hybrid"), _line("IP Routing Enabled", "No"), ""]
    for nic in adapters(running):
        lines += [f"Ethernet adapter {nic.device}:", "", *_adapter_lines(nic, everything=everything), ""]
    return "\n".join(lines) + "\n"


def _adapter_lines(nic: Adapter, *, everything: bool) -> list[str]:
    lines = [_line("Connection-specific DNS Suffix ", "")]
    if everything:
        lines += [
            _line("Description", "Red Hat VirtIO Ethernet Adapter"),
            _line("Physical Address", nic.mac.replace(":", "-").upper()),
            _line("DHCP Enabled", "No" if nic.static else "Yes"),
            _line("Autoconfiguration Enabled", "Yes"),
        ]
    known = nic.address
    if known is None:
        return lines
    mask = IPv4Interface(f"{known.address}/{known.prefix}").netmask
    preferred = "(Preferred)" if everything else ""
    lines += [_line("IPv4 Address", f"{known.address}{preferred}"), _line("Subnet Mask", str(mask))]
    lines.append(_line("Default Gateway", known.gateway or ""))
    if everything and known.dns:
        lines.append(_line("DNS Servers", known.dns[0]))
        lines += [" " * 39 + server for server in known.dns[1:]]
    return lines if not everything else [*lines, _line("NetBIOS over Tcpip", "Enabled")]


def _line(label: str, value: str) -> str:
    """`Host Name . . . :`; dots alternate with blanks up to a fixed column."""
    dotted = label if len(label) % 2 else f"{label}."
    return f"   {dotted}{' .' * ((33 - len(dotted)) // 2)} : {value}".rstrip()
