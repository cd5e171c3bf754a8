"""Real data that come with the course: MNIST, verified, unpacked once, never downloaded.

Two checks, each where it is cheap and proves something. The archive's MD5, torchvision's own, is taken
when the archive is opened. An unpacked file is checked at every call by its length and its CRC-32, both
of which gzip wrote at the archive's end, in some 50 ms for all four files: one that another program cut
short, or a power failure left half written, is noticed and unpacked again. A sound unpacked file is used
even if its archive is damaged or gone, since its content is proven and a lesson need not stop for it.
"""

import contextlib
import gzip
import hashlib
import os
import uuid
import zlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor

from helpers.errors import CourseError

if TYPE_CHECKING:  # importing torchvision takes a second: only for who asks for images
    from torchvision.datasets import MNIST

ROOT = Path(__file__).resolve().parents[1] / "data"  # of the repository, from any working folder


class Archive(NamedTuple):
    """One of MNIST's files: its name unpacked, its archive's MD5, its own bytes and CRC-32."""

    name: str
    md5: str
    size: int
    crc: int


ARCHIVES = (
    Archive("train-images-idx3-ubyte", "f68b3c2dcbeaaa9fbdd348bbdeb94873", 47_040_016, 0xE9F4D8B3),
    Archive("train-labels-idx1-ubyte", "d53e105ee54ea40749a09fcbcd1e9432", 60_008, 0xE0CB4AD2),
    Archive("t10k-images-idx3-ubyte", "9fb629c4189551a2d022fa330f9573f3", 7_840_016, 0x91373BDF),
    Archive("t10k-labels-idx1-ubyte", "ec29112dd5afa0611ce80d1b7f02629c", 10_008, 0x4AB9EFF9),
)


def mnist(train: bool = True, root: Path = ROOT) -> "MNIST":
    """Return torchvision's data set: `.data` [N, 28, 28] uint8, `.targets` [N]; N = 60,000 or 10,000.

    root: the folder that holds MNIST/raw. All four files are made ready, since torchvision asks for all.
    Raises `archive_missing`, `archive_damaged` or `cannot_unpack`.
    """
    for archive in ARCHIVES:
        _make_ready(root / "MNIST" / "raw", archive)
    from torchvision.datasets import MNIST

    return MNIST(root, train=train, download=False)  # its download would overwrite what git keeps


def _make_ready(folder: Path, archive: Archive) -> None:
    """Leave archive.name in the folder, sound and whole, unpacking it where it is not.

    The file appears under its name by one rename, so another notebook sees all of it or nothing.
    """
    target = folder / archive.name
    if _sound(target, archive):
        return
    content = gzip.decompress(_verified(folder, archive))
    part = folder / f"{archive.name}.tmp{uuid.uuid4().hex}"
    try:
        part.write_bytes(content)
        os.replace(part, target)
    except OSError as error:
        # Windows refuses to replace a file that another notebook has just put there and reads
        if not _sound(target, archive):
            raise CourseError("cannot_unpack", file=archive.name, folder=folder, reason=error) from error
    finally:
        with contextlib.suppress(OSError):  # renamed already, or on a disk that cannot be written to
            part.unlink()


def _sound(path: Path, archive: Archive) -> bool:
    """Say whether the unpacked file is the very one, first by its length, then by its CRC-32."""
    try:
        return path.stat().st_size == archive.size and zlib.crc32(path.read_bytes()) == archive.crc
    except OSError:  # not there, or not to be read
        return False


def _verified(folder: Path, archive: Archive) -> bytes:
    """Read the archive and return its bytes, only if their MD5 is the published one."""
    path = folder / f"{archive.name}.gz"
    try:
        packed = path.read_bytes()
    except OSError:
        raise CourseError("archive_missing", file=path.name, folder=folder) from None
    found = hashlib.md5(packed, usedforsecurity=False).hexdigest()
    if found != archive.md5:
        raise CourseError("archive_damaged", file=path.name, expected=archive.md5, found=found)
    return packed


class Digits:
    """MNIST as the game's data: images flattened to rows of 784 numbers in [−1, 1], G's tanh range.

    All images stay uint8 in memory (47 MB for training, a quarter of float32); a batch is converted as
    it is drawn. Same errors as `mnist`.
    """

    name = "digits"

    def __init__(self, train: bool = True, root: Path = ROOT) -> None:
        self.images = mnist(train, root).data.flatten(1)  # [N, 28, 28] → [N, 784] uint8

    def sample(self, n: int, rng: torch.Generator) -> Tensor:
        """Draw n images with replacement, [n, 784] float32: ink 255 → 1, paper 0 → −1."""
        chosen = torch.randint(len(self.images), (n,), generator=rng)
        return self.images[chosen].float().div_(127.5).sub_(1)


class LabelledDigits:
    """MNIST as images [n, 1, 28, 28] in [−1, 1], each with its label. Same errors as `mnist`."""

    def __init__(self, train: bool = True, root: Path = ROOT) -> None:
        source = mnist(train, root)
        self.images, self.labels = source.data, source.targets    # [N, 28, 28] uint8, [N]

    def sample(self, n: int, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        """Draw n with replacement: images [n, 1, 28, 28] float32, labels [n]."""
        chosen = torch.randint(len(self.images), (n,), generator=rng)
        return as_images(self.images[chosen]), self.labels[chosen]


@cache
def training_digits() -> LabelledDigits:
    """Read the 60,000 training images once, for every game over them."""
    return LabelledDigits()


def as_images(raw: Tensor) -> Tensor:
    """Turn MNIST's own [N, 28, 28] uint8 into [N, 1, 28, 28] float32: ink 255 → 1, paper 0 → −1."""
    return raw.unsqueeze(1).float().div_(127.5).sub_(1)


def pictures(images: Tensor) -> Tensor:
    """Return the images, or raise `not_images` (not [N, 1, 28, 28]) or `not_scaled` (no real numbers)."""
    shape = tuple(getattr(images, "shape", ()))
    if len(shape) != 4 or shape[1:] != (1, 28, 28):
        raise CourseError("not_images", shape=shape)
    if not images.is_floating_point():
        raise CourseError("not_scaled", kind=str(images.dtype).removeprefix("torch."))
    return images
