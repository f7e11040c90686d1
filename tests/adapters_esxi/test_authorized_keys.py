"""Lines of authorized_keys: ours goes in and out, every other byte stays; what MTV's key may do, by release."""

import pytest

from support.adapters.esxi.authorized_keys import has_line, is_let_in, with_line, without_line
from support.adapters.esxi.restriction import blob_of, restricted, unfit
from support.domain.errors import SourceError

KEY = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAA"
BLOB = b"AAAAB3NzaC1yc2EAAAADAQABAAAA"
MARK = b"mtv-acceptance:auto-ab12"
ENTRY = restricted(KEY, "2.12.5").encode()
LINE = ENTRY + b" " + MARK

FOREIGN = [
    b"",
    b"ssh-ed25519 AAAAC3 somebody\n",
    b"ssh-ed25519 AAAAC3 somebody",
    b"# a remark\r\n\r\nssh-ed25519 AAAAC3 somebody\r\n\n\n",
    b"\xff\xfe not text\n" + ENTRY.replace(BLOB, b"AAAAother") + b" mtv-acceptance:auto-ab12\n",
    ENTRY + b" mtv-acceptance:auto-ab123\n",
    b'command="python /vmfs/volumes/ds/secure-vmkfstools-wrapper.py" ' + KEY.encode() + b"\n",
]


@pytest.mark.parametrize("before", FOREIGN)
def test_what_goes_in_comes_out_and_leaves_the_file_byte_for_byte(before: bytes) -> None:
    during = with_line(before, LINE)
    assert during.endswith(before)
    assert has_line(during, BLOB, MARK)
    assert without_line(during, BLOB, MARK) == before


@pytest.mark.parametrize("before", FOREIGN)
def test_taking_out_what_is_not_there_changes_nothing(before: bytes) -> None:
    assert not has_line(before, BLOB, MARK)
    assert without_line(before, BLOB, MARK) == before


def test_a_line_goes_in_once() -> None:
    once = with_line(b"ssh-ed25519 AAAAC3 somebody\n", LINE)
    assert with_line(once, LINE) == once


def test_a_key_is_let_in_by_the_first_line_that_has_it() -> None:
    outdated = b'command="python /vmfs/volumes/ds/secure-vmkfstools-wrapper.py" ' + KEY.encode()
    assert not is_let_in(outdated + b"\n" + LINE, ENTRY)
    assert is_let_in(LINE + b"\n" + outdated, ENTRY)
    assert is_let_in(b"ssh-rsa AAAAother\n" + ENTRY, ENTRY)
    assert not is_let_in(b"", ENTRY)


@pytest.mark.parametrize(
    ("version", "wrapper"),
    [
        ("2.10.4", "python /vmfs/volumes/$DS/secure-vmkfstools-wrapper.py"),
        ("2.10.6-12", "python /vmfs/volumes/$DS/secure-vmkfstools-wrapper.py"),
        ("2.11.0", "sh /vmfs/volumes/$DS/secure-vmkfstools-wrapper"),
        ("2.12.5", "sh /vmfs/volumes/$DS/secure-vmkfstools-wrapper"),
        (None, "sh /vmfs/volumes/$DS/secure-vmkfstools-wrapper"),
    ],
)
def test_the_line_is_that_of_the_release_letter_by_letter(version: str | None, wrapper: str) -> None:
    """forklift.md 4.4; RestrictedSSHCommandTemplate of the tags v2.10.4, v2.11.0 and v2.12.5."""
    assert restricted(f"{KEY}\n", version) == (
        r"""command="sh -c 'DS=$(echo \"$SSH_ORIGINAL_COMMAND\" | sed -n \"s/^DS=\\([^;]*\\);.*/\\1/p\"); """
        r"""CMD=$(echo \"$SSH_ORIGINAL_COMMAND\" | sed -n \"s/^DS=[^;]*;CMD=\\(.*\\)/\\1/p\"); """
        r"""if [ -z \"$DS\" ]; then echo \"SSH_OK\"; else SSH_ORIGINAL_COMMAND=\"$CMD\" exec """
        f"""{wrapper}; fi'",no-port-forwarding,no-agent-forwarding,no-X11-forwarding {KEY}"""
    )


@pytest.mark.parametrize("version", ["2.9.2", "2.10.0", "2.10.3"])
def test_a_release_whose_line_is_for_one_datastore_is_unfit(version: str) -> None:
    assert f"MTV {version}" in str(unfit(version))


@pytest.mark.parametrize("version", ["2.10.4", "2.11.0", "2.12.5", "3.0", None, "nightly"])
def test_later_releases_and_those_nobody_can_tell_are_fit(version: str | None) -> None:
    assert unfit(version) is None


@pytest.mark.parametrize(
    "text",
    ["", "AAAA", "ssh-rsa", "ssh-rsa AAA*", f"{KEY} comment", f'{KEY}"', f"{KEY}\n{KEY}", "ssh-rsa AAAAA"],
)
def test_what_is_no_public_key_is_put_nowhere(text: str) -> None:
    with pytest.raises(SourceError, match="public key"):
        blob_of(text)
    with pytest.raises(SourceError, match="public key"):
        restricted(text, "2.12.5")
