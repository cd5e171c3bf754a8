"""Clips as files and as pictures that a page plays: GIF by Pillow, MP4 by PyAV, the filmstrip as one PNG.

Frames are [T, C, S, S] for one clip or [N, T, C, S, S] for several side by side, C = 1 (grey) or 3 (colour),
real numbers; what is below 0 or above 1 counts as 0 or 1, since a linear drawing oversteps a little.
"""

from base64 import b64encode
from io import BytesIO
from pathlib import Path

import numpy as np
from IPython.display import Image as Shown
from PIL import Image
from torch import Tensor

from helpers.errors import CourseError
from helpers.video.frames import MOST, real, whole

FPS, SCALE, GAP = 8, 6, 1        # frames a second, screen pixels a pixel, pixels between clips
COLUMNS = 6                      # clips in a row
PAPER = 110                      # grey between clips
ALT = "Vídeo: {clips} clipe(s) de {frames} quadros."
SUFFIXES = (".gif", ".mp4", ".png")
# a GIF counts hundredths of a second, and programs slow down what is faster than two of them
BOUNDS = {"fps": 50, "columns": MOST}


def several(frames: Tensor) -> Tensor:
    """Return clips [N, T, C, S, S]; raises `film_shape`, and `frames_kind` as `frames.real` does."""
    shape = tuple(getattr(frames, "shape", ()))
    if len(shape) not in (4, 5) or shape[-3] not in (1, 3) or not all(shape):
        raise CourseError("film_shape", shape=shape)
    clips = real(frames).detach()
    return clips if len(shape) == 5 else clips.unsqueeze(0)


def counted(**asked: object) -> None:
    """Raise `film_count` unless each is a whole number from 1 to its bound."""
    for name, value in asked.items():
        if not whole(value, 1, BOUNDS[name]):
            raise CourseError("film_count", name=name, found=value, most=BOUNDS[name])


def pixels(frames: Tensor, columns: int = COLUMNS, scale: int = SCALE) -> np.ndarray:
    """Lay clips side by side and enlarge them: → [T, height, width, C] uint8.

    Raises as `several` and `counted`.
    """
    clips = several(frames)
    counted(columns=columns)
    bright = (clips.nan_to_num().clamp(0, 1) * 255).round().byte().permute(0, 1, 3, 4, 2).numpy()
    n, time, high, wide, channels = bright.shape
    columns = min(columns, n)
    rows = -(-n // columns)
    size = rows * (high + GAP) - GAP, columns * (wide + GAP) - GAP
    sheet = np.full((time, *size, channels), PAPER, np.uint8)
    for place, clip in enumerate(bright):
        top, left = place // columns * (high + GAP), place % columns * (wide + GAP)
        sheet[:, top:top + high, left:left + wide] = clip
    return sheet.repeat(scale, 1).repeat(scale, 2)


def gif(frames: Tensor, *, fps: int = FPS, columns: int = COLUMNS, scale: int = SCALE) -> bytes:
    """Encode clips as one GIF that plays for ever; raises as `pixels`."""
    counted(fps=fps)
    first, *rest = _images(pixels(frames, columns, scale))
    buffer = BytesIO()
    first.save(buffer, "GIF", save_all=True, append_images=rest, duration=round(1000 / fps), loop=0,
               optimize=False)    # a palette of its own for each frame takes thrice the time, and more bytes
    return buffer.getvalue()


def uri(frames: Tensor, *, fps: int = FPS, columns: int = COLUMNS, scale: int = 1) -> str:
    """Encode clips as the address of a GIF, for an `<image>` of an SVG, which the page enlarges."""
    return "data:image/gif;base64," + b64encode(gif(frames, fps=fps, columns=columns, scale=scale)).decode()


def strip(frames: Tensor, *, scale: int = 3) -> Image.Image:
    """Draw clips as filmstrips: time to the right, a clip a row."""
    clips = several(frames)
    return _images(pixels(clips.flatten(0, 1).unsqueeze(1), clips.shape[1], scale))[0]


def mp4(frames: Tensor, path: Path, *, fps: int = FPS, columns: int = COLUMNS, scale: int = SCALE) -> None:
    """Write clips as an H.264 film; an odd last row or column of pixels is left out, as the format asks."""
    import av  # only who writes films waits for it

    film = pixels(frames, columns, scale)
    high, wide = (size // 2 * 2 for size in film.shape[1:3])
    film = np.broadcast_to(film[:, :high, :wide], (len(film), high, wide, 3))
    with av.open(str(path), "w", format="mp4") as file:
        stream = file.add_stream("libx264", rate=fps, options={"crf": "12"})
        stream.width, stream.height, stream.pix_fmt = wide, high, "yuv420p"
        for picture in film:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            file.mux(stream.encode(frame))
        file.mux(stream.encode())


def save(frames: Tensor, path: str | Path, *, fps: int = FPS, columns: int = COLUMNS) -> Path:
    """Write clips to a new file, by its ending: .gif, .mp4, or .png for the filmstrip; returns where.

    A file that exists stays: the new one gets a number. Raises `film_suffix`, `film_folder`, and as `pixels`.
    """
    wanted = Path(path)
    if wanted.suffix.lower() not in SUFFIXES:
        raise CourseError("film_suffix", found=wanted.suffix or "—", known=", ".join(SUFFIXES))
    if not wanted.parent.is_dir():
        raise CourseError("film_folder", folder=wanted.parent)
    pixels(frames, columns, 1)    # refuses before a file appears
    counted(fps=fps)
    target, number = wanted, 2
    while True:
        try:
            target.touch(exist_ok=False)
            break
        except FileExistsError:
            target, number = wanted.with_stem(f"{wanted.stem}_{number}"), number + 1
        except OSError as error:
            raise CourseError("film_folder", folder=wanted.parent) from error
    try:
        if target.suffix.lower() == ".mp4":
            mp4(frames, target, fps=fps, columns=columns)
        elif target.suffix.lower() == ".gif":
            target.write_bytes(gif(frames, fps=fps, columns=columns))
        else:
            strip(frames).save(target, "PNG")
    except BaseException:
        target.unlink(missing_ok=True)    # half a film is no film
        raise
    return target


def show(frames: Tensor, *, fps: int = FPS, columns: int = COLUMNS, scale: int = 4) -> Shown:
    """Play clips below a notebook's cell: an animated PNG, which every program shows as a picture.

    Raises as `pixels`.
    """
    counted(fps=fps)
    first, *rest = _images(pixels(frames, columns, scale))
    buffer = BytesIO()
    first.save(buffer, "PNG", save_all=True, append_images=rest, duration=round(1000 / fps), loop=0)
    words = ALT.format(clips=len(several(frames)), frames=1 + len(rest))
    return Shown(buffer.getvalue(), format="png", alt=words)


def _images(film: np.ndarray) -> list[Image.Image]:
    return [Image.fromarray(one.squeeze(-1) if one.shape[-1] == 1 else one) for one in film]
