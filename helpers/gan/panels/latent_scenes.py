"""The three scenes of Espaço latente: a place on the tour as a drawing and a sentence."""

import math
from typing import NamedTuple

import torch

from helpers.gan import latent
from helpers.gan import latent_figures as figures
from helpers.gan.attributes import ATTRIBUTES, ink, slant
from helpers.gan.latent_figures import Tiles
from helpers.gan.latent_tour import FORCE, PARTS, STEP, Place, Sum, Tour
from helpers.gan.panels import latent_words as words
from helpers.ui import style, svg
from helpers.ui.style import num

HEIGHT = 446
BIG, STRIP, CHANCE = Tiles(8, 28, 10, 1, 1), Tiles(308, 28, 3, 7, 7), Tiles(308, 164, 3, 7, 7)
TRAY, LINE, ARC = Tiles(8, 28, 2, 10, 20), Tiles(8, 182, 2, 11, 11), Tiles(8, 302, 2, 11, 11)
LINE_NOW, ARC_NOW = Tiles(690, 174, 3, 1, 1), Tiles(690, 294, 3, 1, 1)
TOP, TOP_AFTER, BOTTOM, BOTTOM_AFTER = (Tiles(x, y, 4, 1, 1) for y in (32, 176) for x in (8, 508))
MOST, LEAST, FORCES = Tiles(236, 46, 3, 1, 1), Tiles(360, 46, 3, 1, 1), Tiles(8, 328, 2, 9, 9)


class Scene(NamedTuple):
    """What is shown: the SVG, and the same in a sentence."""

    drawing: str
    sentence: str


def directions(tour: Tour, place: Place) -> Scene:
    """Show z's digit, and what its coordinate along a direction does to it, beside a random direction."""
    main, here = place.main, STEP * place.at[place.main]
    along, other = tour.along(place, tour.movable[main]), tour.along(place, tour.baseline)
    z = tour.z(place)
    images = tour.draw(torch.cat((z[None], along, other)), place.digit)
    leans, inks = slant(images).tolist(), ink(images).tolist()
    facts = {"digit": place.digit, "main": main + 1, "norm": num(z.norm().item(), 2),
             "typical": num(tour.typical, 2), "ink": words.percent(inks[0]), "slant": f"{num(leans[0], 1)}°",
             "effect": words.percent(tour.effects[main]), "ordinary": words.percent(tour.ordinary),
             "ratio": words.times(tour.effects[main] / tour.ordinary), "count": tour.G.latent}
    values = [num(value, 0) for value in range(-3, 4)]
    lines = words.MEASURES
    drawing = svg.page(
        HEIGHT, svg.text(8, 19, words.BIG.format_map(facts)),
        BIG.draw(images[:1]), BIG.frame(0), svg.text(308, 19, words.STRIP.format_map(facts)),
        STRIP.draw(images[1:8]), STRIP.frame(round(here) + 3) if here == round(here) else "",
        STRIP.below(values), svg.text(308, 155, words.CHANCE), CHANCE.draw(images[8:]), CHANCE.below(values),
        figures.spectrum(308, 318, 624, 100, tour.directions.strength, main, len(tour.movable),
                         {key: text.format_map(facts) for key, text in words.SPECTRUM.items()}),
        *(svg.text(8, 332 + 21 * row, line.format_map(facts), style.SMALL)
          for row, line in enumerate(lines)))
    return Scene(drawing, words.DIRECTIONS.format_map(facts | {
        "here": num(here, 2), "lean": f"{num(leans[1], 1)}°", "lean_end": f"{num(leans[7], 1)}°",
        "ink": words.percent(inks[1]), "ink_end": words.percent(inks[7])}))


def interpolation(tour: Tour, place: Place) -> Scene:
    """Show both ways from A to B, the length of z on them, and what the classifier sees."""
    z, digits, images = tour.samples(place.tray)
    t = place.way / PARTS
    ways = tour.between(place, torch.tensor([*(n / 10 for n in range(11)), t]))
    grid = torch.linspace(0, 1, PARTS + 1)
    a, b = z[place.first], z[place.second]
    norms = [way(a, b, grid).norm(dim=1).tolist() for way in (latent.lerp, latent.slerp)]
    share = latent.shorter(norms[0][PARTS // 2], tour.G.latent)
    omega = latent.angle(a, b)
    facts = {"t": num(t, 2), "typical": num(tour.typical, 1), "angle": f"{num(math.degrees(omega), 0)}°",
             "turn": words.ENDS[place.turn], "a": digits[place.first].item(),
             "b": digits[place.second].item(),
             "line": num(norms[0][place.way], 2), "arc": num(norms[1][place.way], 2),
             "seen": words.seen(*(way.seen[11].item() for way in ways))}
    middle = {"line": num(norms[0][PARTS // 2], 2), "arc": num(norms[1][PARTS // 2], 2),
              "share": words.rare(share)}
    near = place.way // 2 if place.way % 2 == 0 else None
    rows = []
    for tiles, big, way, norm, title, color in (
            (LINE, LINE_NOW, ways[0], norms[0], words.LINE, figures.LINE),
            (ARC, ARC_NOW, ways[1], norms[1], words.ARC, figures.ARC)):
        now = [line.format(norm=num(norm[place.way], 2), seen=way.seen[11].item(),
                           sure=words.percent(way.sure[11].item(), 0)) for line in words.NOW]
        rows += [svg.text(8, tiles.y - 8, title.format_map(facts), style.SMALL, fill=color,
                          font_weight="bold"),
                 tiles.draw(way.images[:11]), tiles.below([str(seen) for seen in way.seen[:11].tolist()]),
                 tiles.frame(near, color) if near is not None else "", big.draw(way.images[11:]),
                 big.frame(0, color), *(svg.text(big.x + big.side + 12, big.y + 34 + 24 * n, line,
                                                 style.SMALL) for n, line in enumerate(now))]
    drawing = svg.page(
        HEIGHT, svg.text(8, 19, words.TRAY_TITLE.format_map(facts), style.SMALL), TRAY.draw(images),
        *(figures.letter(TRAY, end, name, style.GENERATED)
          for end, name in zip((place.first, place.second), words.ENDS, strict=True)),
        figures.lengths(640, 28, 292, 116, *norms, tour.typical, t, words.LENGTHS), *rows,
        svg.text(8, 412, words.RARE.format_map(middle), style.SMALL),
        svg.text(8, 436, words.CLASSES.format_map(facts), style.SMALL))
    alike = place.first == place.second
    return Scene(drawing, words.ALIKE if alike else words.INTERPOLATION.format_map(facts))


def arithmetic(tour: Tour, place: Place) -> Scene:
    """Show z plus a difference of means, drawn as two digits, and the attribute measured before and after."""
    attribute, pair, z = place.attribute, tour.contrasts[place.attribute], tour.z(place)
    vector, force, forces = pair.vector, STEP * place.force, STEP * torch.arange(-FORCE, FORCE + 1, 2)
    strip = tour.draw(z + forces[:, None] * vector, place.other)
    means = tour.draw(torch.stack(pair), place.digit)
    cosines = tour.movable @ vector / vector.norm()
    nearest = int(cosines.abs().argmax())
    found = [tour.add(place, digit) for digit in (place.digit, place.other)]
    measured = [words.bare(attribute, value) for value in ATTRIBUTES[attribute](strip).tolist()]
    facts = {"name": words.ATTRIBUTES[attribute], "digit": place.other, "force": num(force, 2),
             "unit": words.UNITS[attribute], "size": num(vector.norm().item(), 2), "nearest": nearest + 1,
             "cosine": num(cosines[nearest].item(), 2), "thirds": words.THIRDS[attribute]}
    sign = words.MINUS if force < 0 else words.PLUS
    middle, near = TOP.y + 62, place.force // 2 + FORCE // 2 if place.force % 2 == 0 else None
    drawing = svg.page(
        HEIGHT, svg.text(8, 19, words.EQUATION.format(most=facts["thirds"][0], least=facts["thirds"][1])),
        _row(TOP, TOP_AFTER, attribute, found[0]), _row(BOTTOM, BOTTOM_AFTER, attribute, found[1]),
        svg.text(128, middle, sign.format(force=num(abs(force), 2)), 19), MOST.draw(means[:1]),
        svg.text(334, middle, "−", 19), LEAST.draw(means[1:]), svg.text(458, middle, ")  =", 19),
        MOST.below(words.MEANS[attribute][:1]), LEAST.below(words.MEANS[attribute][1:]),
        *(svg.text(236, BOTTOM.y + 52 + 22 * n, line) for n, line in enumerate(words.BESIDE)),
        svg.text(8, 318, words.FORCES.format_map(facts), style.SMALL), FORCES.draw(strip),
        FORCES.frame(near) if near is not None else "", FORCES.below([num(v, 1) for v in forces.tolist()]),
        svg.tag("g", FORCES.below(measured), transform="translate(0 22)"),
        *(svg.text(572, 344 + 22 * n, line.format_map(facts), style.SMALL)
          for n, line in enumerate(words.VECTOR)))
    values = [words.measure(attribute, value) for value in (*found[1].measured, *found[1].means)]
    said = dict(zip(("before", "after", "mean", "mean_after"), values, strict=True))
    facts["name"] = facts["name"].capitalize()
    return Scene(drawing, words.ARITHMETIC.format_map(facts | said))


def _row(left: Tiles, right: Tiles, attribute: str, found: Sum) -> str:
    """Draw a digit before and after, and beside it what is measured of them."""
    one, mean = ([words.measure(attribute, value) for value in values]
                 for values in (found.measured, found.means))
    lines = [words.ROW.format(name=words.ATTRIBUTES[attribute], before=one[0], after=one[1]), words.FRESH[0],
             words.FRESH[1].format(before=mean[0], after=mean[1])]
    return "".join((left.draw(found.before[None]), left.frame(0, style.INK, 1.5),
                    right.draw(found.after[None]), right.frame(0),
                    *(svg.text(636, left.y + 34 + 26 * n, line) for n, line in enumerate(lines))))


SCENES = {"directions": directions, "interpolation": interpolation, "arithmetic": arithmetic}
