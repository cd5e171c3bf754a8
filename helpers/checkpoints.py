"""Trained weights that come with the course: safetensors, each with its SHA-256 on record, never unpickled.

A file is read once into memory, and what is decoded are the very bytes whose sum was taken. The record is
`SHA256SUMS` beside the files, in the format of the command of that name: `sha256sum -c SHA256SUMS`.
"""

import hashlib
import os
import uuid
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load as decode
from safetensors.torch import save as encode
from torch import Tensor, nn

from helpers.errors import CourseError

ROOT = Path(__file__).resolve().parents[1] / "data" / "checkpoints"
RECORD = "SHA256SUMS"


def load(name: str, root: Path = ROOT) -> dict[str, Tensor]:
    """Read the tensors of root/name on the CPU, only if the file's SHA-256 is the one on record.

    Raises `checkpoint_missing`, `checkpoint_unknown` (no sum on record) and `checkpoint_damaged`.
    """
    path = root / name
    try:
        content = path.read_bytes()
    except OSError:
        raise CourseError("checkpoint_missing", file=name, folder=root) from None
    expected = record(root).get(name)
    if expected is None:
        raise CourseError("checkpoint_unknown", file=name, folder=root)
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise CourseError("checkpoint_damaged", file=name, expected=expected[:12], found=found[:12])
    try:
        return decode(content)
    except SafetensorError as error:    # a sum on record that was taken of something else
        raise CourseError("checkpoint_unreadable", file=name, reason=error) from error


def save(tensors: dict[str, Tensor], name: str, root: Path = ROOT) -> str:
    """Write tensors to root/name and its SHA-256 to the record, and return the sum; for tools.

    Both files appear by one rename each: whoever reads meanwhile finds the old or the new one, whole.
    """
    root.mkdir(parents=True, exist_ok=True)
    content = encode({key: tensor.detach().contiguous() for key, tensor in tensors.items()})
    sums = record(root) | {name: hashlib.sha256(content).hexdigest()}
    _replace(root / name, content)
    _replace(root / RECORD, "".join(f"{sums[key]}  {key}\n" for key in sorted(sums)).encode())
    return sums[name]


def record(root: Path = ROOT) -> dict[str, str]:
    """Read the sums on record: file name -> SHA-256 in hexadecimal; empty where there is no record.

    A line of another form, such as git leaves where two versions clash, records nothing.
    """
    try:
        lines = (root / RECORD).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    return {name: total for total, name in (line.split("  ", 1) for line in lines if "  " in line)}


def fill(net: nn.Module, tensors: dict[str, Tensor], name: str) -> None:
    """Put tensors into a network whose names and shapes are the very same, else leave it as it was.

    Half-precision tensors become the network's own type. name: the file, for the message of
    `checkpoint_other`, which says the first thing that does not fit.
    """
    own = net.state_dict()
    for key in sorted(own.keys() | tensors.keys()):
        mine, theirs = own.get(key), tensors.get(key)
        if mine is None or theirs is None or mine.shape != theirs.shape:
            shapes = [tuple(one.shape) if one is not None else "—" for one in (theirs, mine)]
            raise CourseError("checkpoint_other", file=name, tensor=key, found=shapes[0], expected=shapes[1])
    net.load_state_dict(tensors)


def part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Pick the tensors whose names begin with `prefix.`, without it."""
    return {key.removeprefix(f"{prefix}."): tensor for key, tensor in tensors.items()
            if key.startswith(f"{prefix}.")}


def _replace(path: Path, content: bytes) -> None:
    waiting = path.with_name(f"{path.name}.tmp{uuid.uuid4().hex}")
    try:
        waiting.write_bytes(content)
        os.replace(waiting, path)
    finally:
        waiting.unlink(missing_ok=True)
