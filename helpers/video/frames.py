"""What counts as frames of a clip, and a way to say so."""

from torch import Tensor

from helpers.errors import CourseError

MOST = 1024    # frames of one clip
BRIGHTEST = 16.0    # a decoder oversteps 1 by some .6, whatever was made of 0 to 255 reaches far beyond


def length(frames: object) -> int:
    """Return a number of frames, or raise `clip_length` for anything but a whole number from 1 to MOST."""
    if not isinstance(frames, int) or isinstance(frames, bool) or not 1 <= frames <= MOST:
        raise CourseError("clip_length", found=frames, most=MOST)
    return frames


def checked(frames: Tensor, size: int | None = None) -> Tensor:
    """Return grey frames [N, T, 1, S, S] as they are; size: the only S that will do, None for any.

    Raises `frames_shape`, `frames_grey`, `frames_size`, `frames_kind` and, beyond BRIGHTEST, `frames_range`.
    """
    shape = tuple(getattr(frames, "shape", ()))
    if len(shape) != 5 or shape[3] != shape[4] or not all(shape):
        raise CourseError("frames_shape", shape=shape)
    if shape[2] != 1:
        raise CourseError("frames_grey", channels=shape[2])
    if size is not None and shape[4] != size:
        raise CourseError("frames_size", found=shape[4], wanted=size)
    if not isinstance(frames, Tensor) or not frames.is_floating_point():
        kind = frames.dtype if isinstance(frames, Tensor) else type(frames).__name__
        raise CourseError("frames_kind", kind=str(kind).removeprefix("torch."))
    if (most := frames.max().item()) > BRIGHTEST:
        raise CourseError("frames_range", most=most)
    return frames
