"""Paint pixels: heat maps and image grids as small PNG pictures inside an SVG."""

from base64 import b64encode
from io import BytesIO

import numpy as np
from contourpy import contour_generator
from PIL import Image
from PIL.ImageColor import getrgb


def ramp(stops: list[str], levels: int = 256) -> np.ndarray:
    """Blend colours into a table: [levels, 3] uint8."""
    colors = np.array([getrgb(stop) for stop in stops], float)
    places = np.linspace(0, len(stops) - 1, levels)
    table = [np.interp(places, range(len(stops)), colors[:, channel]) for channel in range(3)]
    return np.stack(table, 1).astype(np.uint8)


def heat(values: np.ndarray, table: np.ndarray, size: int = 0) -> str:
    """Turn values in [0, 1], [rows, columns], into a data URI; size: pixels a side after smoothing."""
    index = (np.nan_to_num(values).clip(0, 1) * (len(table) - 1)).astype(np.uint8)
    image = Image.fromarray(table[index])
    return uri(image.resize((size, size), Image.Resampling.BICUBIC) if size else image)


def tiles(images: np.ndarray, columns: int, zoom: int = 1, gap: int = 2) -> Image.Image:
    """Lay grey images in [0, 1], [n, height, width], on a white sheet, row by row."""
    n, height, width = images.shape
    rows = -(-n // columns)
    sheet = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap), 255, np.uint8)
    for place, image in enumerate((np.nan_to_num(images).clip(0, 1) * 255).astype(np.uint8)):
        top, left = place // columns * (height + gap), place % columns * (width + gap)
        sheet[top:top + height, left:left + width] = image
    return Image.fromarray(sheet).resize((sheet.shape[1] * zoom, sheet.shape[0] * zoom),
                                         Image.Resampling.NEAREST)


def uri(image: Image.Image) -> str:
    """Encode a picture as a PNG data URI, quickly rather than tightly."""
    buffer = BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return "data:image/png;base64," + b64encode(buffer.getvalue()).decode()


def contour(values: np.ndarray, level: float) -> list[np.ndarray]:
    """Find the lines where a grid crosses a level: arrays [points, 2] of (column, row), from 0 on."""
    if not np.isfinite(values).all():
        return []
    return contour_generator(z=values).lines(level)
