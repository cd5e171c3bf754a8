"""The lesson's figure of video: noise in time → LSTM → frames → the two critics."""

import torch

from helpers.ui import canvas, style, svg
from helpers.video.motion_gan import noise
from helpers.video.trained import trained

WIDTH, HEIGHT = 1200, 800
SEED, SHOWN = 25, (0, 4, 8, 15)      # frames of one generated clip
TITLE = "Vídeo: um conteúdo que fica, um movimento que a LSTM lembra"
ONCE, EVERY = "sorteado uma vez", "um ruído novo a cada quadro; a mesma LSTM, com os mesmos pesos"
NAMES = "1", "2", "3", "T"
AT = 390, 580, 770, 1030            # middles of the columns
SIDE, BOX = 118, 130                # of a frame, of a box
FRAMES, DRAWS, CODES, CELLS, NOISE = 250, 412, 520, 560, 690    # tops, from above
PALE_G, PALE_D, GREY = "#c9ecdf", "#f3dbe8", "#e6e6e6"


def the_video() -> str:
    """Figure 4: content noise once, noise e(t) in time, the LSTM, the frames, and what each critic sees."""
    model = trained().model()
    frames = model(noise(1, torch.Generator().manual_seed(SEED)))[0, list(SHOWN), 0].clamp(0, 1).numpy()
    title = svg.text(WIDTH / 2, 48, TITLE, 31, text_anchor="middle", font_weight="bold")
    parts = [title, _content(), _critics()]
    parts += [_column(k, frame) for k, frame in enumerate(frames)]
    parts += [svg.text((AT[2] + AT[3]) / 2, y, "…", 40, text_anchor="middle")
              for y in (FRAMES + 70, DRAWS + 34, CELLS + 40, NOISE + 32)]
    return svg.page(HEIGHT, *parts, width=WIDTH)


def _box(x: float, y: float, wide: float, high: float, fill: str, words: str, size: float = 24) -> str:
    return svg.box(x - wide / 2, y, wide, high, fill) + svg.text(
        x, y + high / 2 + 8, words, size, text_anchor="middle")


def _column(k: int, frame: object) -> str:
    """One moment: e(t) into the LSTM, m(t) out of it, the drawing, the frame."""
    x, t = AT[k], NAMES[k]
    out = [svg.picture(x - SIDE / 2, FRAMES, SIDE, SIDE, canvas.uri(canvas.tiles(frame[None], 1, zoom=4))),
           svg.box(x - SIDE / 2, FRAMES, SIDE, SIDE, "none", rx=0, stroke=style.GENERATED, stroke_width=4),
           svg.arrow([(x, DRAWS), (x, FRAMES + SIDE + 6)], width=3, head=13),
           _box(x, DRAWS, BOX + 40, 52, PALE_G, "decodificador", 22),
           svg.arrow([(x, CELLS), (x, DRAWS + 56)], width=3, head=13),
           svg.text(x + 12, CODES + 20, f"m({t})", 24),
           _box(x, CELLS, BOX, 66, PALE_G, "LSTM", 28),
           svg.arrow([(x, NOISE), (x, CELLS + 70)], width=3, head=13),
           _box(x, NOISE, 84, 48, GREY, f"e({t})")]
    if k < 2:
        middle, after = CELLS + 33, AT[k + 1] - BOX / 2 - 4
        out.append(svg.arrow([(x + BOX / 2, middle), (after, middle)], width=3, head=13))
        out.append(svg.text((x + AT[k + 1]) / 2, CELLS + 22, "h, c", 22, text_anchor="middle"))
    return "".join(out)


def _content() -> str:
    """The content code is drawn once and goes into every drawing."""
    x, rail, foot = 155, DRAWS - 14, NOISE + 80
    stops = [svg.arrow([(right - 44, rail), (right - 44, DRAWS - 1)], style.LINE_G, 3, 10) for right in AT]
    notes = [svg.text(at, foot, words, 22, text_anchor="middle", fill=style.MUTED)
             for at, words in ((x, ONCE), ((AT[0] + AT[3]) / 2, EVERY))]
    return "".join([
        _box(x, NOISE, 250, 48, GREY, "ruído de conteúdo", 23),
        _box(x, CELLS, 250, 66, PALE_G, "conteúdo", 26),
        svg.arrow([(x, NOISE), (x, CELLS + 70)], width=3, head=13),
        svg.polyline([(x, CELLS), (x, rail), (AT[3] - 44, rail)], stroke=style.LINE_G, stroke_width=3),
        *stops, *notes])


def _critics() -> str:
    """One critic sees single frames, the other all of them in their order."""
    y, high = 92, 76
    left, right = AT[0] - 60, (AT[1] + AT[3]) / 2 + 40
    bus = FRAMES - 30
    seen = "".join(svg.arrow([(x + 22, FRAMES - 2), (x + 22, bus), (right, bus), (right, y + high + 3)],
                             style.LINE_D, 3, 13) for x in AT)
    return (svg.box(left - 170, y, 340, high, PALE_D) + svg.box(right - 220, y, 440, high, PALE_D)
            + svg.text(left, y + 33, "crítico de quadro", 26, text_anchor="middle", font_weight="bold")
            + svg.text(left, y + 62, "vê um quadro de cada vez", 22, text_anchor="middle")
            + svg.text(right, y + 33, "crítico de sequência", 26, text_anchor="middle", font_weight="bold")
            + svg.text(right, y + 62, "vê todos os quadros, na ordem", 22, text_anchor="middle")
            + svg.arrow([(AT[0] - 30, FRAMES - 2), (AT[0] - 30, y + high + 3)], style.LINE_D, 3, 13) + seen)
