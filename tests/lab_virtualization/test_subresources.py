"""The aggregated API as people call it (facts/openshift.md 3.3 and 5.1, items 9 and 10 of section 9)."""

import json
import ssl
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import paramiko
import pytest
import websocket

if TYPE_CHECKING:
    from tests.lab_virtualization.conftest import Destination, Yard

Object = dict[str, Any]
ROOT = "/apis/subresources.kubevirt.io/v1"


def call(
    destination: "Destination", method: str, path: str, body: bytes | None = None, token: str = ""
) -> tuple[int, bytes]:
    """One request below the demo namespace; status and body, refusals included."""
    request = urllib.request.Request(
        f"{destination.url}{ROOT}/{path}", data=body, method=method, headers={"Content-Type": "application/json"}
    )
    request.add_header("Authorization", f"Bearer {token or destination.token()}")
    context = ssl.create_default_context(cafile=str(destination.lab.folder / "ca.crt"))
    try:
        with urllib.request.urlopen(request, context=context, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read()


def shown(obj: Object) -> str:
    return str(obj.get("status", {}).get("printableStatus", ""))


def phase(obj: Object) -> str:
    return str(obj.get("status", {}).get("phase", ""))


VM, VMI = "namespaces/demo/virtualmachines/m", "namespaces/demo/virtualmachineinstances/m"


class Tunnel:
    """A websocket that paramiko takes for a socket, as section 5.3 recommends."""

    def __init__(self, destination: "Destination", path: str = f"{VM}/portforward/22/tcp") -> None:
        self._socket = websocket.create_connection(
            f"{destination.url.replace('https', 'wss')}{ROOT}/{path}",
            header=[f"Authorization: Bearer {destination.token()}"],
            subprotocols=["plain.kubevirt.io"],
            sslopt={"ca_certs": str(destination.lab.folder / "ca.crt")},
            timeout=10,
            enable_multithread=True,
        )
        self.subprotocol = self._socket.subprotocol
        self._left = b""
        self._closed = False  # paramiko asks a socket so when it ends before its reader does

    def settimeout(self, seconds: float) -> None:
        self._socket.settimeout(seconds)

    def send(self, data: bytes) -> int:
        self._socket.send_binary(data)
        return len(data)

    def recv(self, size: int) -> bytes:
        try:
            while not self._left:
                opcode, data = self._socket.recv_data()
                if opcode == websocket.ABNF.OPCODE_CLOSE:
                    return b""
                self._left = data
        except websocket.WebSocketTimeoutException as late:
            raise TimeoutError from late
        except (websocket.WebSocketConnectionClosedException, OSError):
            return b""
        taken, self._left = self._left[:size], self._left[size:]
        return bytes(taken)

    def close(self) -> None:
        self._closed = True
        self._socket.close()


def login(sock: Any, user: str = "root", password: str = "lab-guest-password") -> paramiko.SSHClient:
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    client.connect("m", username=user, password=password, sock=sock, look_for_keys=False, allow_agent=False)
    return client


def run(client: paramiko.SSHClient, line: str) -> tuple[int, str]:
    _, out, _ = client.exec_command(line, timeout=10)
    return out.channel.recv_exit_status(), out.read().decode()


def refusal(destination: "Destination", path: str) -> tuple[int, Object]:
    """Status code and Status body of a handshake that is refused."""
    with pytest.raises(websocket.WebSocketBadStatusException) as caught:
        Tunnel(destination, path)
    return caught.value.status_code, json.loads(caught.value.resp_body or b"{}")


def test_a_guest_answers_ssh_through_the_websocket(destination: "Destination", yard: "Yard") -> None:
    """Item 10: subprotocol echoed, binary frames both ways, password login, exit codes."""
    yard.running("m")
    tunnel = Tunnel(destination)
    client = login(tunnel)
    assert tunnel.subprotocol == "plain.kubevirt.io"
    assert run(client, "hostname") == (0, "mtv-rhel8\n")
    assert run(client, "nonsense")[0] == 127
    client.close()


def test_the_tunnel_works_by_instance_and_without_protocol(destination: "Destination", yard: "Yard") -> None:
    """Item 10: both paths, `/tcp` optional."""
    yard.running("m")
    client = login(Tunnel(destination, f"{VMI}/portforward/22"))
    assert run(client, "whoami") == (0, "root\n")
    client.close()


def test_a_wrong_password_is_refused_by_the_guest(destination: "Destination", yard: "Yard") -> None:
    """Item 10: the guest's own accounts decide."""
    yard.running("m")
    tunnel = Tunnel(destination)
    with pytest.raises(paramiko.AuthenticationException):
        login(tunnel, password="wrong")
    tunnel.close()


def test_the_server_pings_each_second(destination: "Destination", yard: "Yard") -> None:
    """Item 10: payload `keep alive`."""
    yard.running("m")
    tunnel = Tunnel(destination)
    pings: list[bytes] = []
    while len(pings) < 2:
        opcode, data = tunnel._socket.recv_data(control_frame=True)
        if opcode == websocket.ABNF.OPCODE_PING:
            pings.append(data)
    tunnel.close()
    assert pings == [b"keep alive"] * 2


def test_refusals_come_before_the_upgrade(destination: "Destination", yard: "Yard") -> None:
    """Item 10: absent, not started, no interface, paused, nobody listening: each in the API's own words."""
    assert refusal(destination, f"{VM}/portforward/22")[0] == 404
    destination.create(yard.machine("m", runStrategy="Halted"))
    destination.until("VirtualMachine", "m", lambda it: shown(it) == "Stopped")
    code, body = refusal(destination, f"{VM}/portforward/22")
    assert (code, body["reason"]) == (409, "Conflict")
    assert "VMI is not started" in body["message"]
    destination.patch("VirtualMachine", "m", {"spec": {"runStrategy": "Always"}})
    destination.until("VirtualMachine", "m", lambda it: shown(it) == "Running")
    code, body = refusal(destination, f"{VM}/portforward/22")
    assert (code, body["message"]) == (400, "no network interfaces are present")


def test_a_port_without_a_listener_is_refused(destination: "Destination", yard: "Yard") -> None:
    """Item 10: 500 with the dial error, also while the guest boots."""
    yard.running("m")
    code, body = refusal(destination, f"{VM}/portforward/3389/tcp")
    assert code == 500
    assert "dialing VM" in body["message"]
    assert call(destination, "PUT", f"{VMI}/pause")[0] == 200
    code, body = refusal(destination, f"{VM}/portforward/22")
    assert code == 409
    assert "VMI is paused" in body["message"]


def test_a_static_address_behind_a_masquerade_is_unreachable(destination: "Destination", yard: "Yard") -> None:
    """Item 10 and trap 10: the guest kept an address that nobody routes to it."""
    yard.running("m", "mtv-win2022-ip-3disks")
    code, body = refusal(destination, f"{VM}/portforward/22")
    assert code == 500
    assert "no route to host" in body["message"]


def test_machines_are_started_and_stopped(destination: "Destination", yard: "Yard") -> None:
    """Item 9: 202 with an empty body; start rewrites Halted, stop rewrites Always."""
    destination.create(yard.machine("m", runStrategy="Halted"))
    destination.until("VirtualMachine", "m", lambda it: shown(it) == "Stopped")
    assert call(destination, "PUT", f"{VM}/start") == (202, b"")
    started = destination.until("VirtualMachine", "m", lambda it: shown(it) == "Running")[-1]
    assert started["spec"]["runStrategy"] == "Always"
    assert call(destination, "PUT", f"{VM}/start")[0] == 409
    assert call(destination, "PUT", f"{VM}/stop", b'{"gracePeriod":0}') == (202, b"")
    stopped = destination.until("VirtualMachine", "m", lambda it: shown(it) == "Stopped")[-1]
    assert stopped["spec"]["runStrategy"] == "Halted"
    assert call(destination, "PUT", f"{VM}/stop")[0] == 409
    assert call(destination, "PUT", f"{VM}/restart")[0] == 409


def test_a_manual_machine_keeps_its_strategy(destination: "Destination", yard: "Yard") -> None:
    """Item 9: start, restart and stop are queued as requests."""
    destination.create(yard.machine("m", runStrategy="Manual"))
    destination.until("VirtualMachine", "m", lambda it: shown(it) == "Stopped")
    assert call(destination, "PUT", f"{VM}/start")[0] == 202
    first = destination.until("VirtualMachineInstance", "m", lambda it: phase(it) == "Running")[-1]
    assert call(destination, "PUT", f"{VM}/restart")[0] == 202
    second = destination.until(
        "VirtualMachineInstance",
        "m",
        lambda it: phase(it) == "Running" and it["metadata"]["uid"] != first["metadata"]["uid"],
    )[-1]
    assert second["metadata"]["uid"] != first["metadata"]["uid"]
    destination.until("VirtualMachine", "m", lambda it: "stateChangeRequests" not in it["status"])
    assert call(destination, "PUT", f"{VM}/stop")[0] == 202
    last = destination.until("VirtualMachine", "m", lambda it: shown(it) == "Stopped")[-1]
    assert last["spec"]["runStrategy"] == "Manual"


def test_a_pause_shows_and_ends(destination: "Destination", yard: "Yard") -> None:
    """Item 9: 200 empty, 409 when it is so already."""
    yard.running("m")
    assert call(destination, "PUT", f"{VMI}/unpause")[0] == 409
    assert call(destination, "PUT", f"{VMI}/pause") == (200, b"")
    destination.until("VirtualMachine", "m", lambda it: shown(it) == "Paused")
    assert call(destination, "PUT", f"{VMI}/pause")[0] == 409
    assert call(destination, "PUT", f"{VMI}/unpause")[0] == 200
    destination.until("VirtualMachine", "m", lambda it: shown(it) == "Running")


def test_the_agent_tells_about_its_guest(destination: "Destination", yard: "Yard") -> None:
    """Item 9: guestosinfo, userlist, filesystemlist."""
    yard.running("m")
    info = json.loads(call(destination, "GET", f"{VMI}/guestosinfo")[1])
    users = json.loads(call(destination, "GET", f"{VMI}/userlist")[1])
    disks = json.loads(call(destination, "GET", f"{VMI}/filesystemlist")[1])
    assert info["hostname"] == "mtv-rhel8"
    assert info["os"]["id"] == "rhel"
    assert users["items"][0]["userName"] == "root"
    assert disks["items"][0]["mountPoint"] == "/"


@pytest.mark.parametrize("what", ["guestosinfo", "userlist", "filesystemlist"])
def test_without_an_agent_the_answer_is_plain_text(destination: "Destination", yard: "Yard", what: str) -> None:
    """Item 9: 500 and no Status, for an absent instance, too."""
    code, body = call(destination, "GET", f"{VMI}/{what}")
    assert code == 500
    assert body.endswith(b"not found")
    destination.create(yard.machine("m"))
    destination.until("VirtualMachineInstance", "m", lambda it: phase(it) == "Running")
    assert call(destination, "GET", f"{VMI}/{what}") == (500, b"VMI does not have guest agent connected")


def test_a_spec_is_expanded(destination: "Destination", yard: "Yard") -> None:
    """Item 9: the instancetype written out."""
    machine = yard.machine("m", runStrategy="Halted")
    del machine["spec"]["template"]["spec"]["domain"]["cpu"], machine["spec"]["template"]["spec"]["domain"]["memory"]
    machine["spec"]["instancetype"] = {"kind": "VirtualMachineClusterInstancetype", "name": "u1.small"}
    destination.create(machine)
    code, body = call(destination, "GET", f"{VM}/expand-spec")
    spec = json.loads(body)["spec"]
    assert code == 200
    assert spec["template"]["spec"]["domain"]["memory"] == {"guest": "2Gi"}
    assert "instancetype" not in spec


def test_an_unknown_machine_is_a_status(destination: "Destination") -> None:
    """Item 9: 404 in Kubernetes' form."""
    code, body = call(destination, "PUT", f"{VM}/start")
    assert (code, json.loads(body)["reason"]) == (404, "NotFound")
    assert json.loads(call(destination, "GET", "version")[1])["gitVersion"].startswith("v1.")


def test_a_service_account_needs_a_role_for_each_action(destination: "Destination", yard: "Yard") -> None:
    """openshift.md 3.3: they are resources of a group of their own."""
    destination.create(yard.machine("m", runStrategy="Manual"))
    token = destination.on_loop(lambda: destination.lab.tokens.issue("system:serviceaccount:demo:default"))
    code, refused = call(destination, "PUT", f"{VM}/start", token=token)
    assert code == 403
    wanted = 'cannot update resource "virtualmachines/start" in API group "subresources.kubevirt.io"'
    assert wanted in json.loads(refused)["message"]
    rule = {"apiGroups": ["subresources.kubevirt.io"], "resources": ["virtualmachines/start"], "verbs": ["update"]}
    subject = {"kind": "ServiceAccount", "name": "default", "namespace": "demo"}
    metadata, version = {"name": "starter", "namespace": "demo"}, {"apiVersion": "rbac.authorization.k8s.io/v1"}
    destination.create(version | {"kind": "Role", "metadata": metadata, "rules": [rule]})
    binding = {"roleRef": {"kind": "Role", "name": "starter"}, "subjects": [subject]}
    destination.create(version | {"kind": "RoleBinding", "metadata": metadata} | binding)
    assert call(destination, "PUT", f"{VM}/start", token=token)[0] == 202
    assert call(destination, "GET", f"{VM}/portforward/22", token=token)[0] == 403
