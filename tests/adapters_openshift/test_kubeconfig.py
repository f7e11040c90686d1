"""A kubeconfig that cannot be used is refused with the file, what is wrong with it and what was expected."""

from pathlib import Path

import pytest

from support.adapters.openshift.access import kubeconfig
from support.domain.errors import StartError

_NO_CONTEXT = "current-context: mine\ncontexts: []\n"
_NO_SERVER = """
current-context: mine
contexts: [{name: mine, context: {cluster: c}}]
clusters: [{name: c, cluster: {}}]
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is not a kubeconfig, expected YAML as `oc login` writes it"),
        ("{", "cannot be read as YAML"),
        (_NO_CONTEXT, "has no context 'mine', which its current context needs"),
        (_NO_SERVER, "the current context's cluster has no server"),
    ],
)
def test_what_is_wrong_with_a_kubeconfig_is_told_with_its_path(text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "kubeconfig"
    path.write_text(text)
    with pytest.raises(StartError) as refused:
        kubeconfig.read(path)
    assert str(refused.value).startswith(f"setting kubeconfig: {path}")
    assert told in str(refused.value)
