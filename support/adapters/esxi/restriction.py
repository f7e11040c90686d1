"""What MTV's key may do on an ESXi host, by release: its line in authorized_keys (facts, forklift 4.4, sources 2.2).

Text: kubev2v/forklift, pkg/lib/util/sshutils.go and pkg/controller/provider/validation.go, v2.10.4 to v2.12.5.
"""

import base64
import binascii
import re

from support.domain.errors import SourceError
from support.domain.release import patch_of

_SINCE = (2, 10, 4)
"""Before that, the line is for one datastore alone and never answers MTV's own test."""
_WRAPPER_IN_SHELL_SINCE = (2, 11, 0)

_ORIGINAL = r"$(echo \"$SSH_ORIGINAL_COMMAND\" | sed -n \"s/^DS="
_COMMAND = (
    rf"sh -c 'DS={_ORIGINAL}\\([^;]*\\);.*/\\1/p\"); CMD={_ORIGINAL}[^;]*;CMD=\\(.*\\)/\\1/p\"); "
    r"if [ -z \"$DS\" ]; then echo \"SSH_OK\"; else SSH_ORIGINAL_COMMAND=\"$CMD\" exec WRAPPER; fi'"
)
_IN_SHELL, _IN_PYTHON = (
    "sh /vmfs/volumes/$DS/secure-vmkfstools-wrapper",
    "python /vmfs/volumes/$DS/secure-vmkfstools-wrapper.py",
)
_LIMITS = "no-port-forwarding,no-agent-forwarding,no-X11-forwarding"
_KEY = re.compile(r"(?:ssh-rsa|ssh-ed25519|ecdsa-sha2-[a-z0-9-]+) (?P<blob>[A-Za-z0-9+/]+={0,2})")


def unfit(mtv_version: str | None) -> str | None:
    """Why this MTV cannot be let in; None when it can, or when nobody knows which MTV it is."""
    release = patch_of(mtv_version)
    if release is None or release >= _SINCE:
        return None
    return f"MTV {mtv_version} cannot log in to ESXi hosts by a line for all datastores, expected 2.10.4 or later"


def restricted(public_key: str, mtv_version: str | None) -> str:
    """The options and the key, without a comment. Raises SourceError for a text that is no public key."""
    blob_of(public_key)
    release = patch_of(mtv_version)
    old = release is not None and release < _WRAPPER_IN_SHELL_SINCE
    command = _COMMAND.replace("WRAPPER", _IN_PYTHON if old else _IN_SHELL)
    return f'command="{command}",{_LIMITS} {public_key.strip()}'


def blob_of(public_key: str) -> str:
    """The key itself, by which lines are told apart. Raises SourceError for a text that is no public key."""
    found = _KEY.fullmatch(public_key.strip())
    if found is None or not _is_base64(found["blob"]):
        raise SourceError("MTV's public key is no line such as 'ssh-rsa AAAA...', so no ESXi host is told of it")
    return found["blob"]


def _is_base64(text: str) -> bool:
    try:
        return bool(base64.b64decode(text, validate=True))
    except binascii.Error:
        return False
