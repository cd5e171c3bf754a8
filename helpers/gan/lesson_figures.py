"""The lesson's figures on GANs, drawn with the same shapes as the panels."""

import numpy as np
from PIL import Image

from helpers.data import mnist
from helpers.gan.figures import Words, loop
from helpers.ui import canvas, svg

LOOP = Words(z="z", G="G", fake="imagem", real="imagem", D="D", loss="veredito",
             back_D="corrige D", back_G="corrige G",
             notes={"z": "ruído", "G": "gerador", "fake": "gerada", "real": "real", "D": "discriminador",
                    "loss": "real? gerada?"})


def the_loop() -> str:
    """Figure 1: noise → G → generated; real data; D; verdict; the two arrows of feedback."""
    width, scale = 1200, 2.1
    title = svg.text(width / 2, 44, "Uma GAN é uma disputa entre duas redes", 34, text_anchor="middle",
                     font_weight="bold")
    noise = np.random.default_rng(0).random((1, 28, 28))
    digit = mnist(train=False).data[0].numpy()[None] / 255
    pictures = "".join(
        svg.picture(x, y, 84, 84, canvas.uri(_enlarged(image)))
        + svg.box(x, y, 84, 84, "none", rx=0) for x, y, image in ((39, 96, noise), (286, 94, digit)))
    drawing = svg.tag("g", loop(LOOP), transform=f"translate(36 84) scale({scale})")
    notes = [("G nunca vê uma imagem real: só aprende com o que D lhe devolve.", "#00694d"),
             ("D vê as duas e aprende a distinguir uma da outra.", "#8c3a6d")]
    lines = [svg.text(width / 2, 470 + 34 * n, words, 24, text_anchor="middle", fill=color)
             for n, (words, color) in enumerate(notes)]
    return svg.page(530, title, drawing, pictures, *lines, width=width)


def _enlarged(image: np.ndarray) -> Image.Image:
    return canvas.tiles(image, 1, zoom=3)
