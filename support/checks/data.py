"""What was on each disk is there: markers, the last write before a cutover, and the sizes that the guest sees."""

from collections.abc import Iterator, Sequence

from support.checks.comparison import Comparison, NotRun
from support.checks.guest_disks import After, Before, after_of, arrival_of, before_of
from support.domain.contents import Marker, SourceContents, TargetContents
from support.domain.finding import Finding, Gap
from support.domain.machine import MIB, size_text

_BLOCK = "Block"


def data(comparison: Comparison) -> Iterator[Finding | Gap]:
    """Every marker reads as it was written, on the disk it was written on; no disk grew or shrank for the guest."""
    written, found = _both(comparison)
    before, after = before_of(written.disks, comparison.source), after_of(found.disks, comparison.target)
    yield from _sizes(comparison, before, after)
    for what, markers in (("marker", written.markers), ("last write", written.last_writes)):
        for marker in markers:
            home = before[marker.disk]
            yield from _text(comparison, f"{what} on {home.label}", marker, found)
            yield from _place(
                comparison, f"place of the {what} on {home.label}", marker, arrival_of(home, after), after
            )
    yield from (Gap(what=before[number].label, reason=reason) for number, reason in written.unmarked)
    if written.last_unwritten is not None:
        yield Gap(what="last write before the cutover", reason=written.last_unwritten)


def _both(comparison: Comparison) -> tuple[SourceContents, TargetContents]:
    written, found = comparison.contents, comparison.arrived
    if written.unwritten is not None:
        raise NotRun(written.unwritten)
    if found is None:
        refused = comparison.guest_refused and f"nobody could log in to look: {comparison.guest_refused}"
        unread = comparison.contents_unread or comparison.guest_unread or refused
        raise NotRun(unread or "nobody looked at the disks in the target's guest")
    return written, found


def _sizes(comparison: Comparison, before: Sequence[Before], after: Sequence[After]) -> Iterator[Finding]:
    attached = len(comparison.target.disks)
    if len(after) != attached:  # whether they are as many as before is the question of another check
        yield _finding(comparison, "disks that the guest sees", attached, len(after))
    for disk in before:
        arrival = arrival_of(disk, after)
        if arrival is not None and arrival.seen.size not in _allowed(disk, arrival):
            expected, actual = size_text(disk.seen.size), f"{size_text(arrival.seen.size)} of {arrival.seen.name}"
            yield _finding(comparison, f"size of {disk.label} in the guest", expected, actual)


def _allowed(before: Before, after: After) -> set[int]:
    """As before; MTV rounds up to whole MiB (forklift.md 3.6), and a block claim shows all that its storage gave."""
    size, claim = before.seen.size, after.disk
    allowed = {int(size), -(-size // MIB) * MIB}
    if claim is not None and claim.volume_mode == _BLOCK and claim.size > size:
        allowed.add(claim.size)
    return allowed


def _text(comparison: Comparison, what: str, marker: Marker, found: TargetContents) -> Iterator[Finding]:
    expected, actual = marker.file.text.strip(), found.text_of(marker.file.path)
    if actual is None:
        mounted = any(marker.filesystem in disk.filesystems for disk in found.disks)
        why = "" if mounted else f", and nothing is mounted at {marker.filesystem}"
        yield _finding(comparison, what, f"'{expected}'", f"no file {marker.file.path}{why}")
    elif actual.strip() != expected:
        yield _finding(comparison, what, f"'{expected}'", _shown(actual, marker))


def _shown(text: str, marker: Marker) -> str:
    return f"'{text.strip()}' in {marker.file.path}" if text.strip() else f"an empty file {marker.file.path}"


def _place(
    comparison: Comparison, what: str, marker: Marker, home: After | None, after: Sequence[After]
) -> Iterator[Finding]:
    """A filesystem is found by its own name wherever it lies, so a disk that took another's place still reads well."""
    holders = [each for each in after if marker.filesystem in each.seen.filesystems]
    if home is not None and holders and home not in holders:
        actual = ", ".join(each.seen.name for each in holders)
        yield _finding(comparison, what, home.seen.name, actual)


def _finding(comparison: Comparison, what: str, expected: object, actual: object) -> Finding:
    return Finding(what=what, expected=expected, actual=actual, where=f"the guest of {comparison.where}")
