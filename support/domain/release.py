"""Which release of a product it is, as far as its version tells."""

Release = tuple[int, int]


def release_of(version: str | None) -> Release | None:
    """Major and minor number of a version such as "4.20.3"; None when it cannot be told."""
    parts = (version or "").split(".")
    if len(parts) < 2 or not (parts[0].isdigit() and parts[1].isdigit()):
        return None
    return int(parts[0]), int(parts[1])
