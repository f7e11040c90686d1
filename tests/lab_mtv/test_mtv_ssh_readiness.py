"""MTV tries its key on every ESXi host when disks are to be cloned by SSH (facts/forklift.md 1.1, 4.4, 9.8.42)."""

from base64 import b64decode

from lab.world.consoles import KEYS_FILE, Console
from tests.lab_mtv.scene import Desk, Product, conditions, has

_LINE = 'command="sh -c \'[ -z \\"$SSH_ORIGINAL_COMMAND\\" ] || echo SSH_OK\'",no-port-forwarding'


def install(product: Product, host: Console) -> None:
    """Put the Provider's key on a host, as an administrator does."""
    secret = product.get("Secret", "offload-ssh-keys-vc-public")
    assert secret is not None
    key = b64decode(secret["data"]["public-key"]).decode()
    product.on_loop(lambda: host.tree.write(KEYS_FILE, f"{_LINE} {key}".encode(), append=True))


def test_each_host_that_does_not_take_the_key_is_named_until_all_do(desk: Desk, product: Product) -> None:
    desk.secret()
    desk.provider(settings={"esxiCloneMethod": "ssh"})
    version = product.until("Provider", "vc", lambda it: has(it, "SSHNotReady"))[-1]
    assert has(version, "Ready"), "it blocks nothing"
    shown = conditions(version)
    assert shown["SSHNotReady"]["category"] == "Warn"
    assert shown["SSHNotReady"]["items"] == ["host-41|esxi-1.lab.test|", "host-42|esxi-2.lab.test|"]
    assert "SSHReady" not in shown
    first, second = product.world.consoles.values()
    install(product, first)
    shown = conditions(product.until("Provider", "vc", lambda it: has(it, "SSHReady"))[-1])
    assert shown["SSHReady"]["items"] == ["host-41|esxi-1.lab.test|"]
    assert shown["SSHNotReady"]["items"] == ["host-42|esxi-2.lab.test|"]
    install(product, second)
    product.until("Provider", "vc", lambda it: has(it, "Ready") and not has(it, "SSHNotReady"))


def test_nothing_is_tried_for_the_other_method(desk: Desk, product: Product) -> None:
    desk.providers()
    provider = product.get("Provider", "vc")
    assert provider is not None
    assert not {"SSHReady", "SSHNotReady"} & set(conditions(provider))
