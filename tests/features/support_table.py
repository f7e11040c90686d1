"""The table of docs/sources.md: which scenario runs on which kind of source, and in a word why not."""

from behave.model import Scenario

from support.domain.source import ProviderKind
from tests.features.catalogue import ROOT

PAGE = (ROOT / "docs" / "sources.md").read_text()
KINDS = {
    "vSphere": ProviderKind.VSPHERE,
    "RHV, oVirt": ProviderKind.OVIRT,
    "OpenStack": ProviderKind.OPENSTACK,
    "OpenShift": ProviderKind.OPENSHIFT,
    "OVA": ProviderKind.OVA,
}
YES, ISSUE, ROLE = "yes", "issue", "role"
WORDS = {
    "array": "@copyoffload: only disks of vSphere are copied by the storage array",
    "warm": "@warm: MTV migrates warm from vSphere and RHV only",
    "remote": "@remote: MTV makes the claims of a machine from OpenStack on its own cluster",
    "addresses": "@needs.static_addresses: MTV keeps static addresses of machines from vSphere only",
    "template": "@needs.placing: MTV takes over the template of a machine from OpenShift whole",
    ROLE: "no machine for the role",
}
"""Word of a cell -> how the reason begins that people get."""


def name_of(scenario: Scenario) -> str:
    """Its test in the older suite, else its title."""
    names = [f"`@{tag}`" for tag in scenario.effective_tags if str(tag).startswith("test_")]
    return names[0] if names else scenario.name


def rows() -> dict[str, dict[str, str]]:
    """Scenario -> heading -> cell."""
    part = PAGE.split("\n## Which scenario runs on which source\n")[1].split("\n## ")[0]
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line[:1] == "|"]
    return {cells[0]: dict(zip(lines[0][1:], cells[1:], strict=True)) for cells in lines[2:]}
