"""What the tags of scenarios mean, in the words of docs/writing-scenarios.md; a test holds both together."""

import re
from collections.abc import Iterable, Mapping

MEANINGS: Mapping[str, str] = {
    "tier0": "the smoke slice",
    "cold": "cold migrations",
    "warm": "warm migrations",
    "remote": "to another cluster",
    "copyoffload": "disks copied by the storage array",
    "test_<name>": "name of the scenario's test in the older pytest suite",
    "min_mtv_version=<X.Y>": "needs this MTV release",
    "known.<ID-1>": "cannot pass before an issue is closed, such as `@known.MTV-1234`",
    "needs.clone": "the source platform can clone machines",
    "needs.power": "the source platform can switch machines",
    "needs.static_addresses": "MTV keeps static addresses",
    "needs.placing": "labels, affinity and node of the plan arrive",
    "needs.disk_names": "MTV names claims after a disk's number or file",
    "needs.vddk": "the profile has `vddk_init_image`",
    "needs.secondary_datastore": "the block `copyoffload` has `secondary_datastore_id`",
    "needs.non_xcopy_datastore": "the block `copyoffload` has `non_xcopy_datastore_id`",
    "needs.rdm": "the block `copyoffload` has `rdm_lun_uuid`",
    "severity.<level>": "`blocker`, `critical`, `normal`, `minor` or `trivial`, for reports",
}
"""By tag, or by the form of tags that have a part of their own."""


def meanings_of(tags: Iterable[str]) -> dict[str, str]:
    """The meanings of those that occur, in the order of the list."""
    used = {form_of(tag) for tag in tags}
    return {form: meaning for form, meaning in MEANINGS.items() if form in used}


def form_of(tag: str) -> str:
    """A tag as it stands in the list; itself when it does not."""
    return next((form for form in MEANINGS if re.fullmatch(_pattern(form), tag)), tag)


def _pattern(form: str) -> str:
    return re.sub(r"<[^>]+>", ".+", form.replace(".", r"\."))
