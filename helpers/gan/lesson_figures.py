"""The lesson's figures on GANs, drawn with the same shapes as the panels."""

import numpy as np
import torch
from PIL import Image

from helpers.data import as_images, mnist
from helpers.gan import network_figures as net
from helpers.gan.figures import Words, loop
from helpers.gan.timeline import final_game
from helpers.ui import canvas, style, svg
from helpers.ui.style import num

LOOP = Words(z="z", G="G", fake="imagem", real="imagem", D="D", loss="veredito",
             back_D="corrige D", back_G="corrige G",
             notes={"z": "ruído", "G": "gerador", "fake": "gerada", "real": "real", "D": "discriminador",
                    "loss": "real? gerada?"})

GREEN, PURPLE = style.LINE_G, style.LINE_D    # G and D as lines and letters
GREENS, PURPLES = ("#a6e0cb", "#5fb897"), ("#ecc8dc", "#cf92b6")    # of a solid: front, sides
ASKED, SEED = 7, 0    # of the digit drawn in figure 2


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
    notes = [("G nunca vê uma imagem real: só aprende com o que D lhe devolve.", GREEN),
             ("D vê as duas e aprende a distinguir uma da outra.", PURPLE)]
    lines = [svg.text(width / 2, 470 + 34 * n, words, 24, text_anchor="middle", fill=color)
             for n, (words, color) in enumerate(notes)]
    return svg.page(530, title, drawing, pictures, *lines, width=width)


def the_generator() -> str:
    """Figure 2: z → layers with the shapes that they make → image, of the course's own generator."""
    G = final_game().sampler.eval()
    z, digit = torch.randn(1, G.latent, generator=torch.Generator().manual_seed(SEED)), torch.tensor([ASKED])
    with torch.no_grad():
        image = (G(z, digit)[0, 0].numpy() + 1) / 2
    found = net.stages(G, z, digit)
    labels = G.start.in_features - G.latent
    blocks = [net.vector(G.start.in_features, "#e6e6e6", (f"z e o pedido: {ASKED}",
                                                          f"{G.latent} + {labels} números"))]
    blocks += [_made(stage.shape, GREENS) for stage in found[:-1]]
    blocks.append(net.photo(image, style.GENERATED, (_times(found[-1].shape), "imagem gerada")))
    notes = ("Cada convolução transposta dobra o lado dos mapas e diminui a quantidade deles.",
             "z é sorteado e só o pedido é nosso: outro z, outro desenho do mesmo dígito.")
    return _sheet("O gerador: de números sorteados a uma imagem", blocks, found, GREEN, notes, 130)


def the_discriminator() -> str:
    """Figure 3: image → layers with the shapes that they make → score, of the course's own discriminator."""
    D, test = final_game().D.eval(), mnist(train=False)
    image, digit = as_images(test.data[:1]), test.targets[:1]
    found = net.stages(D, image, digit, skip="match")
    with torch.no_grad():
        logit = D(image, digit)
    blocks = [net.photo(test.data[0].numpy() / 255, style.REAL, (_times(image.shape[1:]), "imagem real"))]
    blocks += [_made(stage.shape, PURPLES) for stage in found[:-1]]
    words = f"a = {num(logit.item(), 2)}", f"{num(100 * logit.sigmoid().item(), 0)} %"
    blocks.append(net.verdict(PURPLES[0], words, ("logit a → σ(a):", "chance de ser real")))
    notes = ("Com stride 2, a convolução corta o lado dos mapas pela metade e faz mais mapas.",
             "D também sabe qual dígito foi pedido: soma ao logit o quanto a imagem combina com ele.")
    return _sheet("O discriminador: de uma imagem a uma nota", blocks, found, PURPLE, notes, 50)


def _made(shape: net.Shape, colors: tuple[str, str]) -> net.Block:
    if len(shape) == 1:
        return net.vector(shape[0], colors[0], (f"{shape[0]}", "números"))
    return net.solid(shape, *colors, (_times(shape), f"{shape[0]} mapas"))


def _times(shape: net.Shape) -> str:
    return " × ".join(map(str, shape))


def _sheet(title: str, blocks: list[net.Block], found: list[net.Stage], color: str, notes: tuple[str, ...],
           left: float) -> str:
    row, width = net.row(blocks, [stage.words for stage in found], color, (left, 60), 1200)
    lift = net.LINE * (6 - max(len(stage.words) for stage in found))    # fewer words need less room above
    lines = [svg.text(width / 2, 530 - lift + 36 * n, words, 25, text_anchor="middle", fill=color)
             for n, words in enumerate(notes)]
    return svg.page(590 - lift, svg.text(width / 2, 48, title, 36, text_anchor="middle", font_weight="bold"),
                    svg.tag("g", row, transform=f"translate(0 {-lift})"), *lines, width=width)


def _enlarged(image: np.ndarray) -> Image.Image:
    return canvas.tiles(image, 1, zoom=3)
