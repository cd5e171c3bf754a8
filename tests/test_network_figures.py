"""Figures 2 and 3: every shape, word and number on them is that of the networks that come with the course."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from torch import nn

from helpers.data import as_images, mnist
from helpers.gan import lesson_figures as figures
from helpers.gan import network_figures as net
from helpers.gan.dcgan import Discriminator, Generator, classic_pair
from helpers.gan.timeline import final_game
from helpers.ui import style, svg
from helpers.ui.style import num
from tests.test_figures import decoded, pixels

torch.set_num_threads(1)


def words_of(drawing: str) -> list[str]:
    return ["".join(e.itertext()) for e in ElementTree.fromstring(drawing).iter() if e.tag.endswith("text")]


@pytest.mark.parametrize(("width", "norm"), [(8, True), (12, False), (64, True)])
def test_the_stages_of_a_generator_are_those_of_its_forward(width, norm):
    G = Generator(5, width, norm=norm).eval()
    act = ("batch norm", "+ ReLU") if norm else ("leaky ReLU",)
    up = ("convolução", "transposta", "4×4", "stride 2")
    assert net.stages(G, torch.zeros(1, 5)) == [
        (("linear",), (49 * width,)), (("reformatar", *act), (width, 7, 7)),
        ((*up, *act), (width // 2, 14, 14)), ((*up, "tanh"), (1, 28, 28))]
    assert not any(layer._forward_hooks for layer in G.modules())


@pytest.mark.parametrize(("conditional", "spectral"), [(False, False), (True, False), (True, True)])
def test_the_stages_of_a_discriminator_follow_its_layers_one_by_one(conditional, spectral):
    D = Discriminator(6, conditional=conditional, spectral=spectral).eval()
    given = (torch.zeros(2, 1, 28, 28), *([torch.tensor([3, 4])] if conditional else []))
    found = net.stages(D, *given, skip="match")
    x, shapes = given[0], []
    for layer in D.body:
        x = layer(x)
        if isinstance(layer, nn.Conv2d | nn.Flatten):
            shapes.append(tuple(x.shape[1:]))
    assert [stage.shape for stage in found] == [*shapes, (1,)]
    convolutions = [layer for layer in D.body if isinstance(layer, nn.Conv2d)]
    for stage, layer in zip(found, convolutions, strict=False):
        k, s = layer.kernel_size[0], layer.stride[0]
        assert stage.words == ("convolução", f"{k}×{k}", f"stride {s}", "leaky ReLU")
    assert [stage.words for stage in found[-2:]] == [("achatar",), ("linear",)]


def test_the_classic_pair_can_be_drawn_too():
    G, D = classic_pair(9, 4)
    assert [stage.shape for stage in net.stages(G.eval(), torch.zeros(1, 9))] == [
        (9, 1, 1), (8, 7, 7), (4, 14, 14), (1, 28, 28)]
    assert [stage.shape for stage in net.stages(D.eval(), torch.zeros(1, 1, 28, 28))] == [
        (4, 14, 14), (8, 7, 7), (1, 1, 1), (1,)]


def test_hooks_are_gone_even_when_the_network_refuses():
    G = Generator(5, 8)
    with pytest.raises(Exception, match="forma"):
        net.stages(G, torch.zeros(1, 6))
    assert not any(layer._forward_hooks for layer in G.modules())


def test_a_solid_is_as_high_as_its_maps_and_grows_with_their_number():
    def front(shape: tuple) -> np.ndarray:
        path = ElementTree.fromstring(f"<g>{net.solid(shape, 'red', 'blue', ()).drawing}</g>")[-1]
        return np.ptp([[float(n) for n in p.split()] for p in path.get("d")[1:-1].split("L")], axis=0)

    assert front((64, 14, 14))[1] == pytest.approx(2 * front((64, 7, 7))[1], abs=0.2)
    assert front((64, 7, 7))[1] == pytest.approx(7 * net.PIXEL, abs=0.2)
    assert front((32, 7, 7))[0] < front((64, 7, 7))[0] == front((64, 14, 14))[0]


@pytest.mark.parametrize("figure", [figures.the_generator, figures.the_discriminator])
def test_no_two_labels_touch_and_all_stay_on_the_sheet(figure):
    """Every text is rasterised alone; its ink may not meet that of another."""
    sheet = ElementTree.fromstring(figure())
    width, height = float(sheet.get("width")), float(sheet.get("height"))
    lift = next((float(match[1]) for e in sheet.iter()
                 if (match := re.fullmatch(r"translate\(0 (-?\d+)\)", e.get("transform", "")))), 0.0)
    inks = []
    for e in (e for group in sheet if group.get("transform") for e in group if e.tag.endswith("text")):
        alone = svg.page(height, svg.text(float(e.get("x")), float(e.get("y")) + lift, e.text,
                                          float(e.get("font-size")), text_anchor="middle",
                                          font_weight=e.get("font-weight")), width=width)
        ys, xs = np.nonzero(pixels(svg.to_png(alone)).mean(2) < 128)
        assert len(xs) and xs.min() > 8 and xs.max() < width - 8 and ys.max() < height
        inks.append((xs.min(), xs.max(), ys.min(), ys.max()))
    for n, (a, b, top, bottom) in enumerate(inks):
        for c, d, other_top, other_bottom in inks[n + 1:]:
            assert b + 4 < c or d + 4 < a or bottom < other_top or other_bottom < top
    assert len(inks) > 15


def test_the_generators_figure_shows_its_own_shapes_and_its_own_image():
    drawing, G = figures.the_generator(), final_game().sampler.eval()
    words = words_of(drawing)
    assert f"{G.latent} + {G.start.in_features - G.latent} números" in words
    for layer in G.body:
        if isinstance(layer, nn.ConvTranspose2d):
            assert sum(word.startswith(f"{layer.in_channels} × ") for word in words) == 1
    assert str(G.start.out_features) in words and "1 × 28 × 28" in words
    z = torch.randn(1, G.latent, generator=torch.Generator().manual_seed(figures.SEED))
    made = (G(z, torch.tensor([figures.ASKED]))[0, 0] + 1) / 2
    assert shown_image(drawing) == pytest.approx(made.numpy(), abs=1.5 / 255)
    assert f'stroke="{style.GENERATED}"' in drawing and f'stroke="{style.REAL}"' not in drawing


def test_the_discriminators_figure_shows_a_real_digit_and_what_D_says_of_it():
    drawing, D, test = figures.the_discriminator(), final_game().D.eval(), mnist(train=False)
    assert shown_image(drawing) == pytest.approx(test.data[0].numpy() / 255, abs=1.5 / 255)
    logit = D(as_images(test.data[:1]), test.targets[:1]).item()
    words = words_of(drawing)
    assert f"a = {num(logit, 2)}" in words and f"{num(100 / (1 + np.exp(-logit)), 0)} %" in words
    for layer in D.body:
        if isinstance(layer, nn.Conv2d):
            assert f"{layer.out_channels} mapas" in words
    assert str(D.score.in_features) in words
    assert f'stroke="{style.REAL}"' in drawing and f'stroke="{style.GENERATED}"' not in drawing


def shown_image(drawing: str) -> np.ndarray:
    """The picture on a sheet, [28, 28] in [0, 1]."""
    (image,) = (e for e in ElementTree.fromstring(drawing).iter() if e.tag.endswith("image"))
    shown = decoded(image.get("href"))[:, :, 0] / 255
    step = len(shown) // 28
    return shown[step // 2::step, step // 2::step]
