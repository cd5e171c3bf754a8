"""What counts as frames of a clip, and a way to say so."""

from math import isfinite

from torch import Tensor

from helpers.errors import CourseError

MOST = 1024    # frames of one clip
BRIGHTEST = 16.0    # a decoder oversteps 1 by some .6, whatever was made of 0 to 255 reaches far beyond
# Of all pixels' mean. Single ones of a decoder reach −.9, and −1.9 far from what it learned, but most are
# paper: no frame's mean lies below −.001. Clips in [−1, 1] have −.8 at most, two digits on 15 px −.36.
DARKEST = -0.25


def whole(value: object, least: int, most: int) -> bool:
    """Say whether a value is a whole number from least to most; True and 2.0 are none."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def length(frames: object) -> int:
    """Return a number of frames, or raise `clip_length` for anything but a whole number from 1 to MOST."""
    if not whole(frames, 1, MOST):
        raise CourseError("clip_length", found=frames, most=MOST)
    return frames


def real(frames: object) -> Tensor:
    """Return a tensor of real numbers as one of 32 bits, or raise `frames_kind`."""
    if not isinstance(frames, Tensor) or not frames.is_floating_point():
        kind = frames.dtype if isinstance(frames, Tensor) else type(frames).__name__
        raise CourseError("frames_kind", kind=str(kind).removeprefix("torch."))
    return frames.float()


def checked(frames: Tensor, size: int | None = None) -> Tensor:
    """Return grey frames [N, T, 1, S, S] in 32 bits; size: the only S that will do, None for any.

    Raises `frames_shape`, `frames_grey`, `frames_size`, `frames_kind`, `frames_finite` and, for other scales
    than 0 to 1, `frames_range` beyond BRIGHTEST and `frames_signed` below DARKEST.
    """
    shape = tuple(getattr(frames, "shape", ()))
    if len(shape) != 5 or shape[3] != shape[4] or not all(shape):
        raise CourseError("frames_shape", shape=shape)
    if shape[2] != 1:
        raise CourseError("frames_grey", channels=shape[2])
    if size is not None and shape[4] != size:
        raise CourseError("frames_size", found=shape[4], wanted=size)
    frames = real(frames)
    least, most = (end.item() for end in frames.aminmax())
    if not (isfinite(least) and isfinite(most)):
        raise CourseError("frames_finite")
    if most > BRIGHTEST:
        raise CourseError("frames_range", most=most)
    if least < DARKEST and frames.mean().item() < DARKEST:
        raise CourseError("frames_signed")
    return frames
