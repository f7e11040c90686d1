"""A guest as far as SSH goes: a server of another make on a port of this machine."""

import asyncio
import threading
from collections.abc import Iterator
from typing import ClassVar

import asyncssh
import pytest

LSBLK = """{"blockdevices": [
 {"name": "vda", "type": "disk", "size": 21474836480, "hctl": null, "mountpoint": null,
  "children": [{"name": "vda1", "type": "part", "size": 1, "hctl": null, "mountpoint": "/"}]}]}"""
ANSWERS = {
    "lsblk -J -b -o NAME,TYPE,SIZE,HCTL,MOUNTPOINT": LSBLK,
    "cat '/mtv-acceptance/here.txt'": "  as written\n",
    "mkdir -p '/mtv-acceptance'": "",
    "echo 'a line' | tee '/mtv-acceptance/there.txt'": "a line\n",
    "sync": "",
    "hostname": "web1\n",
    "cat /etc/machine-id": "0123abcd\n",
    r"reg query HKLM\SOFTWARE\Microsoft\Cryptography /v MachineGuid": (
        "\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography\r\n    MachineGuid    REG_SZ    a-guid\r\n\r\n"
    ),
    "ipconfig /all": (
        "Ethernet adapter Ethernet0:\r\n\r\n   Physical Address. . . . . . . . . : 00-50-56-AA-BB-02\r\n"
        "   DHCP Enabled. . . . . . . . . . . : No\r\n   IPv4 Address. . . . . . . . . . . : 192.0.2.41(Preferred)\r\n"
    ),
    "ip -j addr show": '[{"ifname":"eth0","address":"00:50:56:aa:bb:02","addr_info":[{"local":"192.0.2.41"}]}]',
    "ip -j route show default": '[{"gateway":"192.0.2.1","dev":"eth0"}]',
    "nmcli -t -f NAME,UUID,TYPE,DEVICE con show --active": "System eth0:5fb0:802-3-ethernet:eth0\n",
    "nmcli -g ipv4.dns con show 5fb0": "198.51.100.53\n",
}


class _Passwords(asyncssh.SSHServer):
    """Keeps its connections, so that the end of the last one can be waited for."""

    met: ClassVar[list[asyncssh.SSHServerConnection]] = []

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self.met.append(conn)

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("root", "right")


def _answer(process: "asyncssh.SSHServerProcess[str]") -> None:
    answer = ANSWERS.get(process.command or "")
    process.stdout.write(answer or "")
    process.exit(0 if answer is not None else 1)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    loop = asyncio.new_event_loop()
    key = asyncssh.generate_private_key("ssh-ed25519")

    async def serve() -> asyncssh.SSHAcceptor:
        return await asyncssh.create_server(_Passwords, "127.0.0.1", 0, server_host_keys=[key], process_factory=_answer)

    acceptor = loop.run_until_complete(serve())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield acceptor.get_port()

    async def stop() -> None:
        acceptor.close()
        await acceptor.wait_closed()
        for connection in _Passwords.met:
            connection.close()
            await connection.wait_closed()

    asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
