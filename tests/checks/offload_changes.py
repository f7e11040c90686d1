"""What can go wrong or may vary where a storage array copies disks, and in names on the target."""

from dataclasses import replace
from typing import Any

from support.checks.comparison import Comparison
from support.domain.disk_concerns import DiskConcern
from support.domain.mapping import StorageEntry
from support.domain.offload import POPULATOR, CopiedBy
from support.domain.source import Place
from tests.checks.changes import Change, on_source, warned
from tests.checks.pairs import FILES

ELSEWHERE = Place(id="datastore-9", name="slow")


def plain(pair: Comparison) -> Comparison:
    """As it is where no array was asked."""
    return claims(filled_by="")(replace(pair, array=None, copied_by={}))


def suffixed(pair: Comparison) -> Comparison:
    """As it is with the names that the suite gives to disks of an array."""
    options = replace(pair.options, pvc_name_template="pvc", pvc_name_generated_suffix=True)
    disks = tuple(replace(disk, claim=f"pvc-0123abc{n}") for n, disk in enumerate(pair.target.disks))
    return replace(pair, options=options, target=replace(pair.target, disks=disks))


def told(**by_number: CopiedBy) -> Change:
    """Who copied, by `first` and `second`; a disk that is not named is not told of."""
    files = dict(zip(("first", "second"), FILES, strict=True))
    return lambda pair: replace(pair, copied_by={files[each]: by for each, by in by_number.items()})


def claims(**fields: Any) -> Change:
    def change(pair: Comparison) -> Comparison:
        disks = tuple(replace(disk, **fields) for disk in pair.target.disks)
        return replace(pair, target=replace(pair.target, disks=disks))

    return change


def second(**fields: Any) -> Change:
    """The second disk of the source is another one."""

    def change(pair: Comparison) -> Comparison:
        one, other = pair.source.disks
        return on_source(disks=(one, replace(other, **fields)))(pair)

    return change


def mixed(pair: Comparison) -> Comparison:
    """The second disk lies where no array copies, and the host copied it."""
    entry = StorageEntry(source=ELSEWHERE, storage_class="block", access_mode="ReadWriteOnce", volume_mode="Block")
    there = replace(pair, maps=replace(pair.maps, storage=(*pair.maps.storage, entry)))
    return second(store=ELSEWHERE)(told(first=CopiedBy.ARRAY, second=CopiedBy.HOST)(there))


def _named(change: Change) -> Change:
    return lambda pair: change(suffixed(pair))


def called(source: str, target: str) -> Change:
    """Names of both sides; the claims are called by a template without them."""

    def change(pair: Comparison) -> Comparison:
        pair = suffixed(pair)
        return replace(pair, source=replace(pair.source, name=source), target=replace(pair.target, name=target))

    return change


BROKEN: dict[str, tuple[str, Change]] = {
    "host copied in place of the array": (
        "copy-offload",
        (told(first=CopiedBy.HOST, second=CopiedBy.ARRAY)),
    ),
    "one disk of two is not told of": ("copy-offload", (told(first=CopiedBy.ARRAY))),
    "nothing is told where the release tells": ("copy-offload", (told())),
    "nothing is told by a build of a release that tells": (
        "copy-offload",
        lambda p: replace(told()(p), mtv="2.12.5-17"),
    ),
    "array copied what does not lie on it": (
        "copy-offload",
        lambda p: told(first=CopiedBy.ARRAY, second=CopiedBy.ARRAY)(mixed(p)),
    ),
    "CDI filled the claims": ("copy-offload", (claims(filled_by=""))),
    "another populator filled the claims": ("copy-offload", (claims(filled_by="OvirtVolumePopulator"))),
    "a plan without copy-offload was offloaded": ("copy-offload", lambda p: claims(filled_by=POPULATOR)(plain(p))),
    "suffix of the API server": ("disk names", _named(claims(claim="pvc-x7k2q"))),
    "suffix in capitals": ("disk names", _named(claims(claim="pvc-0123ABCD"))),
    "renamed without need": ("target name", called("web.example.com", "web-example-com")),
    "capitals dropped": ("target name", called("XCopy_Test_VM", "opy-est")),
    "underscores dropped": ("target name", called("XCopy_Test_VM", "xcopytestvm")),
    "more than four characters added": ("target name", called("XCopy_Test_VM", "xcopy-test-vm-a1b2c")),
    "nothing left of the name": ("target name", called("测试", "vm-测试")),
    "Filesystem instead of Block": ("disks", (claims(volume_mode="Filesystem"))),
}

BENIGN: dict[str, Change] = {
    "names with a suffix of MTV's own": suffixed,
    "each disk by whom its datastore promises": mixed,
    "a name that Kubernetes takes": called("9lives.example.com", "9lives.example.com"),
    "a name made safe": called("-XCopy_Test__VM 01-", "xcopy-test-vm-01"),
    "a name in parts": called("Host..Domain_A", "host.domain-a"),
    "a long name": called(f"A{'b' * 70}", f"a{'b' * 62}"),
    "a safe name that was taken": called("XCopy_Test_VM", "xcopy-test-vm-a1b2"),
    "a name of which nothing is left": called("测试", "vm-a1b2"),
    "an old release tells nothing": lambda p: replace(told()(p), mtv="2.12.4"),
    "nobody knows the release, which tells nothing": lambda p: replace(told()(p), mtv=None),
    "nothing is told of a raw disk": lambda p: warned(DiskConcern.RAW)(second(lun="naa.6")(p)),
    "a raw disk is told of as the host's": lambda p: told(first=CopiedBy.ARRAY, second=CopiedBy.HOST)(
        warned(DiskConcern.RAW)(second(lun="naa.6")(p))
    ),
}
