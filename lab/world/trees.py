"""Paths of a running guest: which disk a path is on, and reading and writing there.

A guest mounts its disks by their place, as an fstab with device names does; virt-v2v renames those for new hardware.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lab.world import media
from lab.world.media import Media
from lab.world.model import File, Files, Guest

_STANDING = {
    "linux": ("boot", "dev", "etc", "home", "mnt", "opt", "root", "srv", "tmp", "usr", "var", "var/lib", "var/tmp"),
    "windows": (
        "Program Files",
        "ProgramData",
        "Temp",
        "Users",
        "Users/Administrator",
        "Users/Administrator/AppData/Local/Temp",
        "Users/Public",
        "Windows",
        "Windows/System32",
        "Windows/Temp",
    ),
}
"""Directories of the system disk that are there without anybody having made them."""


class PathError(Exception):
    """Something is wrong with a path; `path` is as the caller wrote it."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class NoSuchPath(PathError):
    """No such file or directory, nor a place for one."""


class PathExists(PathError):
    """There is something already."""


class IsDirectory(PathError):
    """A file was wanted."""


class NotEmpty(PathError):
    """A directory has something in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """One disk of a guest; `point` is empty while it is not mounted."""

    number: int
    point: str
    """`/`, `/data1`, `C:`."""
    media: Media


@dataclass(frozen=True, slots=True)
class Place:
    """A path resolved: the disk, and the path below its root without a slash at either end."""

    mount: Mount
    below: str
    shown: str


@dataclass(frozen=True, slots=True)
class Tree:
    """All that a guest has mounted; made anew for each look."""

    family: str
    mounts: tuple[Mount, ...]

    def place(self, path: str) -> Place:
        """Raises NoSuchPath unless the path is absolute and on a mounted disk."""
        plain = path.replace("\\", "/") if self.family == "windows" else path
        if self.family == "windows" and plain[1:3] != ":/" and plain[1:] != ":":
            raise NoSuchPath(path)
        if self.family != "windows" and not plain.startswith("/"):
            raise NoSuchPath(path)
        parts = [part for part in plain.split("/") if part not in ("", ".")]
        found = [mount for mount in self.mounts if mount.point and self._under(parts, mount.point)]
        if not found:
            raise NoSuchPath(path)
        mount = max(found, key=lambda it: len(it.point))
        depth = len([part for part in mount.point.split("/") if part])
        return Place(mount, "/".join(parts[depth:]), path)

    def _under(self, parts: Sequence[str], point: str) -> bool:
        wanted = [part for part in point.split("/") if part]
        return [self._fold(part) for part in parts[: len(wanted)]] == [self._fold(part) for part in wanted]

    def _fold(self, name: str) -> str:
        return name.casefold() if self.family == "windows" else name

    def _files(self, mount: Mount) -> Files:
        return media.seen(mount.media) or {}

    def _stored(self, place: Place, *, directory: bool = False) -> str | None:
        """The key under which a file or directory is kept."""
        wanted = self._fold(f"{place.below}/" if directory else place.below)
        return next((key for key in self._files(place.mount) if self._fold(key) == wanted), None)

    def _standing(self, mount: Mount) -> tuple[str, ...]:
        if mount.point not in ("/", "C:"):
            return ()
        points = [it.point.strip("/") for it in self.mounts if it.point not in ("", mount.point)]
        return (*_STANDING[self.family], *(points if self.family != "windows" else ()))

    def is_directory(self, path: str) -> bool:
        try:
            place = self.place(path)
        except NoSuchPath:
            return False
        if not place.below or self._stored(place, directory=True) is not None:
            return True
        wanted = self._fold(place.below)
        return any(f"{self._fold(it)}/".startswith(f"{wanted}/") for it in self._standing(place.mount))

    def is_file(self, path: str) -> bool:
        try:
            return self._stored(self.place(path)) is not None
        except NoSuchPath:
            return False

    def read(self, path: str) -> bytes:
        """Raises NoSuchPath, IsDirectory."""
        return self.file(path).content

    def file(self, path: str) -> File:
        """Raises NoSuchPath, IsDirectory."""
        place = self.place(path)
        key = self._stored(place)
        if key is not None:
            return self._files(place.mount)[key]
        raise IsDirectory(path) if self.is_directory(path) else NoSuchPath(path)

    def write(self, path: str, content: bytes, *, append: bool = False) -> None:
        """Create or replace a file; raises NoSuchPath without its directory, IsDirectory."""
        place = self.place(path)
        if self.is_directory(path):
            raise IsDirectory(path)
        if not self.is_directory(self.parent(path)):
            raise NoSuchPath(path)
        key = self._stored(place) or place.below
        before = self._files(place.mount)
        media.write(
            place.mount.media,
            {**before, key: File((before[key].content if append and key in before else b"") + content)},
        )

    def parent(self, path: str) -> str:
        """The directory that a path is in."""
        plain = path.rstrip("/\\") if self.family == "windows" else path.rstrip("/")
        cut = max(plain.rfind("/"), plain.rfind("\\") if self.family == "windows" else -1)
        return plain[: cut + 1]

    def make_directory(self, path: str, *, parents: bool = False) -> None:
        """Raises PathExists, unless parents are made, and NoSuchPath without a parent."""
        place = self.place(path)
        if self.is_file(path) or (self.is_directory(path) and not parents):
            raise PathExists(path)
        if not parents and not self.is_directory(self.parent(path)):
            raise NoSuchPath(path)
        made, parts = dict(self._files(place.mount)), place.below.split("/") if place.below else []
        for depth in range(1, len(parts) + 1):
            key = "/".join(parts[:depth])
            if self._stored(Place(place.mount, key, path)) is not None:
                raise PathExists(path)
            if not self.is_directory(f"{place.mount.point.rstrip('/')}/{key}"):
                made[f"{key}/"] = File()
        media.write(place.mount.media, made)

    def remove(self, path: str) -> None:
        """A file; raises NoSuchPath, IsDirectory."""
        self.read(path)
        place = self.place(path)
        key = self._stored(place)
        media.write(place.mount.media, {it: body for it, body in self._files(place.mount).items() if it != key})

    def remove_directory(self, path: str, *, recursive: bool = False) -> None:
        """Raises NoSuchPath unless somebody made it, NotEmpty unless all below it may go, too."""
        place = self.place(path)
        key = self._stored(place, directory=True)
        if key is None:
            raise NoSuchPath(path)
        files = self._files(place.mount)
        if not recursive and any(it != key and it.startswith(key) for it in files):
            raise NotEmpty(path)
        media.write(place.mount.media, {it: body for it, body in files.items() if not it.startswith(key)})

    def names(self, path: str) -> dict[str, File | None]:
        """What is directly in a directory, by name, in their order; None is a directory. Raises NoSuchPath."""
        if not self.is_directory(path):
            raise NoSuchPath(path)
        place = self.place(path)
        prefix = f"{place.below}/" if place.below else ""
        keys = [*self._files(place.mount), *(f"{it}/" for it in self._standing(place.mount))]
        below = [key[len(prefix) :] for key in keys if self._fold(key).startswith(self._fold(prefix))]
        names = sorted({rest.partition("/")[0] for rest in below if rest})
        return {name: self._files(place.mount).get(prefix + name) for name in names}

    def sync(self, path: str = "") -> None:
        """Bring everything, or the filesystem of a path, to its disk; raises NoSuchPath."""
        mounts = self.mounts if not path else (self.place(path).mount,)
        if path and not (self.is_file(path) or self.is_directory(path)):
            raise NoSuchPath(path)
        for mount in mounts:
            media.sync(mount.media)


def tree_of(guest: Guest, disks: Sequence[Media], boot: int = 0) -> Tree:
    """The system disk at the root or `C:`, the others in their order where the guest mounts them."""
    root = "C:" if guest.family == "windows" else "/"
    points = iter(guest.data_mounts)
    mounts = []
    for number, disk in enumerate(disks):
        wanted = root if number == boot else next(points, "")
        mounts.append(
            Mount(number=number, point=wanted if disk.files is not None or number == boot else "", media=disk)
        )
    return Tree(guest.family, tuple(mounts))
