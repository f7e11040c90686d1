#!/usr/bin/env python3
"""The lab's virtctl: version, port-forward and the power commands, with nothing but the standard library.

It behaves like the real one where people were bitten: it says that it forwards before it listens, calls no API when it
starts, and after the first failed dial lives on without accepting anything (facts/openshift.md 5.2).
"""

import argparse
import base64
import json
import os
import re
import select
import signal
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

VERSION = "v1.6.2"
ROOT = "/apis/subresources.kubevirt.io/v1"
KINDS = {"virtualmachines": ("vm", "vms", "virtualmachine", "virtualmachines")}
KINDS["virtualmachineinstances"] = ("vmi", "vmis", "virtualmachineinstance", "virtualmachineinstances")
CHUNK = 10240


class Refused(Exception):
    """The API server's own words."""


class Config:
    """What a kubeconfig says about the current (or asked for) context, overruled by flags."""

    def __init__(self, flags: argparse.Namespace) -> None:
        path = flags.kubeconfig or os.environ.get("KUBECONFIG") or str(Path.home() / ".kube" / "config")
        found = parse(Path(path).read_text(encoding="utf-8")) if Path(path).exists() else {}
        context = self._named(found, "context", flags.context or found.get("current-context", ""))
        cluster = self._named(found, "cluster", context.get("cluster", ""))
        user = self._named(found, "user", context.get("user", ""))
        self.server: str = flags.server or cluster.get("server", "https://localhost:8443")
        self.token: str = flags.token or user.get("token", "") or _content(user.get("tokenFile", ""))
        self.namespace: str = flags.namespace or context.get("namespace", "default")
        self._authority = flags.certificate_authority or cluster.get("certificate-authority", "")
        self._authority_data = "" if flags.certificate_authority else cluster.get("certificate-authority-data", "")
        self._insecure = (
            flags.insecure_skip_tls_verify or str(cluster.get("insecure-skip-tls-verify")).lower() == "true"
        )

    @staticmethod
    def _named(found: dict[str, Any], kind: str, name: str) -> dict[str, Any]:
        entries = found.get(f"{kind}s") or []
        return next((entry.get(kind) or {} for entry in entries if entry.get("name") == name), {})

    def tls(self) -> ssl.SSLContext:
        data = base64.b64decode(self._authority_data).decode() if self._authority_data else None
        context = ssl.create_default_context(cafile=self._authority or None, cadata=data)
        if self._insecure:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context


def _content(path: str) -> str:
    return Path(path).read_text(encoding="utf-8").strip() if path else ""


def parse(text: str) -> dict[str, Any]:
    """A kubeconfig: JSON, or the plain block YAML that tools write."""
    if text.lstrip().startswith("{"):
        return dict(json.loads(text))
    lines = [line.rstrip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith(("#", "---"))]
    # a list item is an item of its own plus a mapping two columns further in
    opened = [part for line in lines for part in _opened(line)]
    value, _ = _block(opened, 0, len(opened[0]) - len(opened[0].lstrip()) if opened else 0)
    return dict(value)


def _opened(line: str) -> list[str]:
    indent = len(line) - len(line.lstrip())
    if line.lstrip().startswith("- "):
        return [" " * indent + "-", *_opened(" " * (indent + 2) + line.lstrip()[2:])]
    return [line]


def _block(lines: list[str], start: int, indent: int) -> tuple[Any, int]:
    listing = lines[start].strip() == "-"
    items: list[Any] = []
    pairs: dict[str, Any] = {}
    at = start
    while (
        at < len(lines) and len(lines[at]) - len(lines[at].lstrip()) == indent and (lines[at].strip() == "-") == listing
    ):
        key, _, rest = lines[at].strip().partition(":")
        at += 1
        value: Any = _scalar(rest.strip())
        if (listing or not rest.strip()) and at < len(lines):
            inner = len(lines[at]) - len(lines[at].lstrip())
            deeper = inner > indent or (not listing and inner == indent and lines[at].strip() == "-")
            if deeper:
                value, at = _block(lines, at, inner)
        if listing:
            items.append(value)
        else:
            pairs[key.strip("\"'")] = value
    return (items if listing else pairs), at


def _scalar(text: str) -> Any:
    if text in ("", "null", "~", "{}", "[]"):
        return {"{}": {}, "[]": []}.get(text, "")
    return text[1:-1] if text[0] == text[-1] and text[0] in "\"'" and len(text) > 1 else text


def log(level: str, message: str) -> None:
    """One JSON line on standard error."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime())
    line = {"component": "portforward", "level": level, "msg": message, "pos": "tcp.go:24", "timestamp": stamp}
    sys.stderr.write(json.dumps(line) + "\n")
    sys.stderr.flush()


def connect(config: Config) -> ssl.SSLSocket:
    where = urlsplit(config.server)
    plain = socket.create_connection((where.hostname or "", where.port or 443), timeout=30)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return config.tls().wrap_socket(plain, server_hostname=where.hostname)


def exchange(sock: ssl.SSLSocket, config: Config, request: str, headers: dict[str, str]) -> tuple[int, bytes]:
    """Send one request without a body; status and whatever follows the head."""
    fields = {"Host": urlsplit(config.server).netloc, "Authorization": f"Bearer {config.token}"} | headers
    fields["User-Agent"] = "virtctl/1.6.2"
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    sock.sendall(f"{request} HTTP/1.1\r\n{head}\r\n".encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        data = sock.recv(CHUNK)
        if not data:
            raise Refused("unexpected EOF")
        answer += data
    first, _, rest = answer.partition(b"\r\n\r\n")
    status = int(first.split(b" ", 2)[1])
    length = re.search(rb"(?im)^content-length: *(\d+)", first)
    while length and status != 101 and len(rest) < int(length[1]):
        rest += sock.recv(CHUNK)
    return status, rest


def reason(body: bytes) -> str:
    try:
        return str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        return body.decode(errors="replace").strip() or "unknown error"


class Tunnel:
    """One websocket: raw bytes in binary messages."""

    def __init__(self, config: Config, path: str) -> None:
        self._sock = connect(config)
        headers = {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
            "Sec-WebSocket-Protocol": "plain.kubevirt.io",
        }
        status, self._rest = exchange(self._sock, config, f"GET {path}", headers)
        if status != 101:
            self._sock.close()
            raise Refused(reason(self._rest))

    def fileno(self) -> int:
        return self._sock.fileno()

    def pending(self) -> bool:
        return bool(self._sock.pending())

    def send(self, data: bytes, opcode: int = 2) -> None:
        size, mask = len(data), os.urandom(4)
        length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(data))
        self._sock.settimeout(60)
        self._sock.sendall(bytes([0x80 | opcode]) + length + mask + masked)

    def receive(self) -> bytes | None:
        """What has arrived by now; None at the end."""
        self._sock.settimeout(0)
        try:
            data = self._sock.recv(65536)
        except (ssl.SSLWantReadError, BlockingIOError):
            data = b""
        except OSError:
            return None
        else:
            if not data:
                return None
        self._rest += data
        return self._drain()

    def _drain(self) -> bytes | None:
        out = b""
        while (frame := self._frame()) is not None:
            opcode, payload = frame
            if opcode == 8:
                return out or None
            if opcode == 9:
                self.send(payload, opcode=10)
            elif opcode in (0, 2):
                out += payload
        return out

    def _frame(self) -> tuple[int, bytes] | None:
        if len(self._rest) < 2:
            return None
        size, start = self._rest[1] & 0x7F, 2
        extra = {126: 2, 127: 8}.get(size, 0)
        if len(self._rest) < start + extra:
            return None
        if extra:
            size, start = int.from_bytes(self._rest[2 : 2 + extra], "big"), 2 + extra
        if len(self._rest) < start + size:
            return None
        opcode, payload = self._rest[0] & 0x0F, self._rest[start : start + size]
        self._rest = self._rest[start + size :]
        return opcode, payload

    def close(self) -> None:
        self._sock.close()


def bridge(tunnel: Tunnel, source: int, write: Callable[[bytes], object]) -> None:
    """Copy both ways until one side ends; `source` is a file descriptor."""
    first = tunnel._drain()
    if first:
        write(first)
    while True:
        ready = [tunnel.fileno()] if tunnel.pending() else select.select([tunnel.fileno(), source], [], [])[0]
        if tunnel.fileno() in ready:
            data = tunnel.receive()
            if data is None:
                return
            if data:
                write(data)
        if source in ready:
            data = os.read(source, CHUNK)
            if not data:
                return
            tunnel.send(data)


def write_all(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]


def target(words: Sequence[str], namespace: str) -> tuple[str, str, str]:
    """(plural, name, namespace) of `vm/NAME[/NS]`."""
    parts = words[0].split("/") if words else []
    plural = next((plural for plural, names in KINDS.items() if parts and parts[0] in names), "")
    if not plural or len(parts) not in (2, 3) or not all(parts):
        raise SystemExit("target must contain type and name separated by '/'")
    return plural, parts[1], parts[2] if len(parts) == 3 else namespace


def port_forward(config: Config, flags: argparse.Namespace, words: Sequence[str]) -> int:
    plural, name, namespace = target(words, config.namespace)
    if len(words) < 2:
        raise SystemExit("expected at least one port")
    forms = [re.fullmatch(r"(?:(tcp|udp)/)?(\d+)(?::(\d+))?", word) for word in words[1:]]
    ports = [(form[1] or "tcp", int(form[2]), int(form[3] or form[2])) for form in forms if form is not None]
    if len(ports) != len(forms):
        raise SystemExit("invalid port specification")
    base = f"{ROOT}/namespaces/{namespace}/{plural}/{name}/portforward"
    label = f"{plural[:-1].replace('virtualmachineinstance', 'vmi').replace('virtualmachine', 'vm')}/{name}.{namespace}"
    if flags.stdio:
        return stdio(config, f"{base}/{ports[0][2]}/{ports[0][0]}", label)
    for protocol, local, remote in ports:
        log("info", f"forwarding {protocol} {flags.address}:{local} to {remote}")
        try:
            listener = socket.create_server((flags.address, local))
        except OSError as cause:
            sys.stderr.write(f"listen {protocol} {flags.address}:{local}: bind: {cause.strerror}\n")
            return 1
        arguments = (config, listener, f"{base}/{remote}/{protocol}", label, (local, remote))
        threading.Thread(target=accept, args=arguments, daemon=True).start()
    while True:
        signal.pause()


def stdio(config: Config, path: str, label: str) -> int:
    try:
        tunnel = Tunnel(config, path)
    except (Refused, OSError) as cause:
        sys.stderr.write(f"can't access {label}: {cause}\n")
        return 1
    bridge(tunnel, 0, write_all)
    tunnel.close()
    return 0


def accept(config: Config, listener: socket.socket, path: str, label: str, ports: tuple[int, int]) -> None:
    """The first failed dial ends this loop and closes nothing: the zombie of facts/openshift.md 5.2."""
    kept: list[socket.socket] = []
    while not kept:
        connection, _ = listener.accept()
        log("info", f"opening new tcp tunnel to {ports[1]}")
        try:
            tunnel = Tunnel(config, path)
        except (Refused, OSError) as cause:
            log("error", f"can't access {label}: {cause}")
            kept.append(connection)
            continue
        log("info", f"handling tcp connection for {ports[0]}")
        threading.Thread(target=handle, args=(tunnel, connection, ports[0]), daemon=True).start()
    while True:
        signal_free_wait(kept, listener)


def signal_free_wait(*_kept: object) -> None:
    """Keeps both sockets referenced, hence open."""
    threading.Event().wait()


def handle(tunnel: Tunnel, connection: socket.socket, local: int) -> None:
    try:
        bridge(tunnel, connection.fileno(), connection.sendall)
    except OSError as cause:
        log("error", f"error handling connection for {local}: {cause}")
    finally:
        tunnel.close()
        connection.close()


def power(config: Config, verb: str, words: Sequence[str]) -> int:
    """start, stop, restart of a machine; pause and unpause of its instance."""
    plural = "virtualmachineinstances" if verb in ("pause", "unpause") else "virtualmachines"
    name = words[-1] if words else ""
    path = f"{ROOT}/namespaces/{config.namespace}/{plural}/{name}/{verb}"
    status, body = exchange(connect(config), config, f"PUT {path}", {"Content-Length": "0"})
    if status >= 300:
        sys.stderr.write(f"Error {verb}ing VirtualMachine: {reason(body)}\n")
        return 1
    sys.stdout.write(f"VM {name} was scheduled to {verb}\n")
    return 0


def version(config: Config, flags: argparse.Namespace) -> int:
    sys.stdout.write(f'Client Version: version.Info{{GitVersion:"{VERSION}", Platform:"linux/amd64"}}\n')
    if flags.client:
        return 0
    status, body = exchange(connect(config), config, f"GET {ROOT}/version", {})
    if status != 200:
        sys.stderr.write(f"{reason(body)}\n")
        return 1
    sys.stdout.write(f'Server Version: version.Info{{GitVersion:"{json.loads(body)["gitVersion"]}"}}\n')
    return 0


def arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="virtctl")
    parser.add_argument("words", nargs="*")
    for option in ("--kubeconfig", "--context", "--token", "--certificate-authority", "--as", "-v"):
        parser.add_argument(option, default="")
    parser.add_argument("--server", "-s", default="")
    parser.add_argument("--namespace", "-n", default="")
    parser.add_argument("--address", default="127.0.0.1")
    for option in ("--stdio", "--client", "--insecure-skip-tls-verify"):
        parser.add_argument(option, action="store_true")
    return parser.parse_intermixed_args(words)


def main(argv: Sequence[str]) -> int:
    signal.signal(signal.SIGINT, lambda *_: os._exit(0))
    flags = arguments(argv)
    verb, words = (flags.words or [""])[0], flags.words[1:]
    config = Config(flags)
    if verb == "version":
        return version(config, flags)
    if verb == "port-forward":
        return port_forward(config, flags, words)
    if verb in ("start", "stop", "restart", "pause", "unpause"):
        return power(config, verb, words)
    sys.stderr.write(f'Error: unknown command "{verb}" for "virtctl"\n')
    return 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (Refused, OSError) as failure:
        sys.stderr.write(f"{failure}\n")
        sys.exit(1)
