"""Which release of a product it is, as far as its version tells."""

import re

Release = tuple[int, int]
Patch = tuple[int, int, int]

_NUMBERS = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?(?!\w)")


def release_of(version: str | None) -> Release | None:
    """Major and minor number of a version such as "4.20.3"; None when it cannot be told."""
    patch = patch_of(version)
    return None if patch is None else patch[:2]


def patch_of(version: str | None) -> Patch | None:
    """As `release_of`, with the third number, 0 where there is none; "2.10.4-12" is a build of 2.10.4."""
    found = _NUMBERS.match(version or "")
    return (int(found[1]), int(found[2]), int(found[3] or 0)) if found else None
