"""`acceptance role`: the least role of a run on each cluster that it works on, from the doctor's own list."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from acceptance.manifests import manifest_templates
from support.domain.errors import StartError
from support.domain.names import is_dns_label
from support.run.doctor.permissions import (
    ACCOUNT,
    ALWAYS,
    LENT,
    LENT_DESTINATION,
    LENT_SOURCE,
    NFS,
    OFFLOAD,
    PLACEMENT,
    SOURCE,
    VIRTCTL,
    WARM,
    Part,
    Rule,
    rules_of,
)
from support.run.doctor.rights import ACCOUNT_ROLE, ROLES

_PLAIN = re.compile(r"[a-z][a-z0-9./-]*")
_NAMES = {Part.MTV: "mtv-acceptance", Part.REMOTE: "mtv-acceptance-remote", Part.SOURCE: "mtv-acceptance-source"}
_TITLES = {
    Part.MTV: "on the cluster MTV runs on",
    Part.REMOTE: "on a remote destination, where MTV makes machines by the login's token",
    Part.SOURCE: "on another cluster that is the source, where MTV works by the login's token",
}
_WORDS = {
    ALWAYS: "always",
    WARM: "only for warm migrations",
    PLACEMENT: "only for scenarios that place a machine on a chosen worker",
    NFS: "only with storage_class=nfs",
    SOURCE: "only where the cluster is the source: machines of the run's own",
    OFFLOAD: "only for copy-offload",
    VIRTCTL: "only with guest_tunnel=virtctl",
    LENT: "only where MTV works with the login's token: it tries the connection",
    LENT_SOURCE: "the same, on a source: it switches machines and exports them",
    LENT_DESTINATION: "the same, on a destination: it makes machines and what they consist of",
}
"""Occasions in the order of the file, with what stands above their rules."""


def render_role(part: Part, namespace: str) -> str:
    """The manifests as YAML, to be applied on that cluster. Raises StartError for a namespace that is none."""
    if not is_dns_label(namespace):
        raise StartError(f"--namespace: expected lower-case letters, digits and '-', found {namespace!r}")
    return (
        manifest_templates()
        .get_template("role.yaml.j2")
        .render(
            part=part.value,
            title=_TITLES[part],
            file=ROLES[part],
            name=_NAMES[part],
            account_role=ACCOUNT_ROLE,
            namespace=namespace,
            groups=list(_groups(rules_of(part))),
            account=[_line(rule.text) for rule in rules_of(part) if rule.when == ACCOUNT],
        )
    )


def _groups(rules: Sequence[Rule]) -> Iterator[tuple[str, list[str]]]:
    """Comment and rules, what a run needs before what it can do without."""
    for when, words in _WORDS.items():
        for needed, addition in ((True, ""), (False, "; optional")):
            lines = [_line(rule.text) for rule in rules if rule.when == when and rule.needed is needed]
            if lines:
                yield f"{words}{addition}", lines


def _line(text: Mapping[str, Sequence[str]]) -> str:
    """A rule on one line; what is no plain word of YAML is quoted."""
    fields = (f"{key}: [{', '.join(map(_word, words))}]" for key, words in text.items())
    return f"{{{', '.join(fields)}}}"


def _word(word: str) -> str:
    return word if _PLAIN.fullmatch(word) else json.dumps(word)
