"""Which of two releases of a product is the later one."""


def at_least(release: str, wanted: str) -> bool:
    """Whether a release such as `2.12` is this one or a later one; 2.10 comes after 2.9."""
    return _numbers(release) >= _numbers(wanted)


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split("."))
