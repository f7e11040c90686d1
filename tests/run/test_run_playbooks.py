"""Playbooks of features are refused before anything is created, unless Ansible could run them."""

import pytest
import yaml

from support.domain.errors import SuiteError
from support.run.playbooks import KNOWN, checked

_OWN = """\
- name: Unlock with a secret of the vault
  hosts: localhost
  vars:
    password: !vault |
      $ANSIBLE_VAULT;1.1;AES256
    raw: !unsafe "{{ not a template }}"
    list: !unsafe [1]
    mapping: !unsafe {a: 1}
  tasks: []
- ansible.builtin.import_playbook: other.yml
"""


@pytest.mark.parametrize("playbook", [*KNOWN.values(), _OWN])
def test_a_playbook_that_ansible_could_run_is_taken_as_it_is(playbook: str) -> None:
    assert checked(playbook) == playbook


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "expected a list of plays, got nothing"),
        ("[]", "expected a list of plays, got nothing"),
        ("just words", "expected a list of plays, got a str"),
        ("hosts: localhost\ntasks: []", "expected a list of plays, got a mapping of hosts, tasks"),
        ("- hosts: a\n- name: b\n", "expected play 2 to name its hosts or a playbook to import, got a mapping of name"),
        ("- one\n", "expected play 1 to name its hosts or a playbook to import, got a str"),
        ("- hosts: a\n  b: [\n", "not YAML, line 3: expected the node content"),
        ("- hosts: \x00\n", "not YAML, it has characters that no YAML reader takes"),
        ("- !!python/object/apply:os.getcwd []\n", "not YAML, line 1: could not determine a constructor"),
    ],
)
def test_a_bad_playbook_is_refused_with_what_was_found(text: str, said: str) -> None:
    with pytest.raises(SuiteError, match=f"bad playbook: {said}"):
        checked(text)


def test_the_known_playbooks_do_what_their_names_say() -> None:
    modules = {
        name: [key for play in yaml.safe_load(text) for task in play["tasks"] for key in task if key != "name"]
        for name, text in KNOWN.items()
    }
    assert modules == {"succeeds": ["ansible.builtin.debug"], "fails": ["ansible.builtin.fail"]}
