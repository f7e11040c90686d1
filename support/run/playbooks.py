"""Playbooks of migration hooks: those that features know by name, and the reading of a feature's own."""

from collections.abc import Mapping
from typing import Any

import yaml

from support.domain.errors import SuiteError

_SUCCEEDS = """\
- name: Succeed
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Say so
      ansible.builtin.debug:
        msg: The hook did what it was asked to
"""
_FAILS = """\
- name: Fail
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Fail on purpose
      ansible.builtin.fail:
        msg: The hook fails because the scenario asks for it
"""
KNOWN: Mapping[str, str] = {"succeeds": _SUCCEEDS, "fails": _FAILS}
"""By what they do; of the same content as the two of the reference suite (reference/16)."""

_PLAY_STARTS_WITH = ("hosts", "import_playbook", "ansible.builtin.import_playbook")


def checked(text: str) -> str:
    """A feature's own playbook, as it came. Raises SuiteError for what Ansible could never run.

    MTV itself looks at the encoding only (forklift.md 1.4): anything worse would come out as a failed hook.
    """
    plays = _read(text)
    if not isinstance(plays, list) or not plays:
        raise SuiteError(f"bad playbook: expected a list of plays, got {_kind(plays)}")
    for number, play in enumerate(plays, start=1):
        if not isinstance(play, dict) or not any(key in play for key in _PLAY_STARTS_WITH):
            raise SuiteError(
                f"bad playbook: expected play {number} to name its hosts or a playbook to import, got {_kind(play)}"
            )
    return text


class _Loader(yaml.SafeLoader):
    """Takes Ansible's own tags, such as !vault and !unsafe, for what they mark."""


def _plain(loader: _Loader, _suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    return node.value


yaml.add_multi_constructor("!", _plain, _Loader)


def _read(text: str) -> object:
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - a safe loader that knows a few more tags
    except yaml.MarkedYAMLError as error:
        place = f"line {error.problem_mark.line + 1}: " if error.problem_mark is not None else ""
        raise SuiteError(f"bad playbook: not YAML, {place}{error.problem}") from error
    except yaml.YAMLError as error:
        raise SuiteError("bad playbook: not YAML, it has characters that no YAML reader takes") from error


def _kind(found: object) -> str:
    if not found:
        return "nothing"
    if isinstance(found, dict):
        return f"a mapping of {', '.join(sorted(map(str, found)))}"
    return f"a {type(found).__name__}"
