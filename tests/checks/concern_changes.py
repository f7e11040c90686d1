"""What MTV may say of raw and independent disks, rightly or wrongly."""

from dataclasses import replace

from support.checks.comparison import Comparison
from support.domain.disk_concerns import DiskConcern, DiskWarnings
from support.domain.source import ProviderKind
from tests.checks.changes import Change, on_pair, on_source
from tests.checks.offload_changes import plain, second

RAW, INDEPENDENT = DiskConcern.RAW, DiskConcern.INDEPENDENT
raw, independent = second(lun="naa.6"), second(mode="independent_nonpersistent")
raw_and_independent = second(lun="naa.6", mode="independent_persistent")


def says(*conditions: str, condition: str = "Warn", **concerns: str) -> Change:
    """Severities by `raw` and `independent`; types of the Plan's conditions, all of one category."""
    ids = {"raw": RAW, "independent": INDEPENDENT}
    told: dict[str, str] = {
        "vmware.drs.enabled": "Information",
        **{ids[name].value: category for name, category in concerns.items()},
    }
    return on_pair(warnings=DiskWarnings(concerns=told, conditions=dict.fromkeys(conditions, condition)))


def each(*changes: Change) -> Change:
    def change(pair: Comparison) -> Comparison:
        for one in changes:
            pair = one(pair)
        return pair

    return change


_OLD, _UNKNOWN = on_pair(mtv="2.11.7"), on_pair(mtv=None)
_NO_ARRAY = each(plain, independent)


def _warm(pair: Comparison) -> Comparison:
    return replace(pair, options=replace(pair.options, warm=True))


BROKEN: dict[str, tuple[str, Change]] = {
    "nothing is said of an independent disk": ("disk concerns", independent),
    "nothing is said of a raw disk": ("disk concerns", each(raw, says(independent="Warning"))),
    "nothing is said of an old release's raw disk": ("disk concerns", each(raw, _OLD)),
    "nothing is said where nobody knows the release": ("disk concerns", each(raw, _UNKNOWN)),
    "a raw disk is seen where none is": ("disk concerns", says(raw="Warning")),
    "an independent disk is seen where none is": (
        "disk concerns",
        each(raw, says(raw="Warning", independent="Warning")),
    ),
    "a warning has become critical": ("disk concerns", each(independent, says(independent="Critical"))),
    "an old release only warns": ("disk concerns", each(independent, _OLD, says(independent="Warning"))),
    "the Plan warns although an array copies": (
        "disk concerns",
        each(independent, says("IndependentDiskWarning", independent="Warning")),
    ),
    "the Plan warns of what is not there": ("disk concerns", each(plain, says("RDMDiskWarning"))),
    "the Plan says nothing without an array": ("disk concerns", each(_NO_ARRAY, says(independent="Warning"))),
    "the Plan is blocked": (
        "disk concerns",
        each(_NO_ARRAY, says("IndependentDiskWarning", condition="Critical", independent="Warning")),
    ),
}
UNTOLD: dict[str, tuple[str, Change]] = {
    "disks of another platform": ("disk concerns", on_source(kind=ProviderKind.OVIRT)),
    "concerns without ids": ("disk concerns", on_pair(mtv="2.8.5")),
    "concerns that nobody read": ("disk concerns", on_pair(warnings=DiskWarnings(unread="not judged in 300 s"))),
}
BENIGN: dict[str, Change] = {
    "a warning about a raw disk": each(raw, says(raw="Warning")),
    "both concerns about one disk": each(raw_and_independent, says(raw="Warning", independent="Warning")),
    "what was critical once": each(independent, _OLD, says(independent="Critical")),
    "either severity where nobody knows the release": each(independent, _UNKNOWN, says(independent="Critical")),
    "a Plan that warns without an array": each(_NO_ARRAY, says("IndependentDiskWarning", independent="Warning")),
    "an old Plan that says nothing without an array": each(_NO_ARRAY, _OLD, says(independent="Critical")),
    "a warm Plan that does not warn of a virtual mapping": each(plain, raw, _warm, says(raw="Warning")),
}
