"""What 'A métrica que mente' shows of a place: clips that play or stand, the riddle or the table."""

from functools import cache

from torch import Tensor

from helpers.ui import canvas
from helpers.video import film
from helpers.video import scoreboard_figures as figures
from helpers.video.contestants import BROKEN, CHEATS, NAMES, clips
from helpers.video.panels import metric_words as words
from helpers.video.panels.metric_place import LETTERS, Place
from helpers.video.scoreboard import KEYS, OFF, Table

SHOWN, PAIRS = 2, 3    # clips of a contestant seen together; how many such pairs there are
KINDS = {name: "broken" if name in BROKEN else "cheat" if name in CHEATS else "model" for name in NAMES}
KINDS["real"] = "real"


@cache
def examples() -> dict[str, Tensor]:
    """Some clips of every contestant, to look at."""
    return {name: clips(name, SHOWN * PAIRS, draw=-1) for name in NAMES}


@cache
def playing(name: str, pair: int) -> str:
    """The data URI of two clips that play."""
    return film.uri(examples()[name][SHOWN * pair:][:SHOWN], columns=1, scale=2)


def still(name: str, pair: int, frame: int) -> str:
    """The data URI of one frame of two clips."""
    images = examples()[name][SHOWN * pair:][:SHOWN, frame, 0]
    return canvas.uri(canvas.tiles(images.numpy(), 1, zoom=2, gap=1))


def riddle(place: Place, pictures: dict[str, str]) -> str:
    """Draw the contestants in the order of their letters."""
    columns = [figures.Column(place.letters[name], pictures[name], (), None, (), "")
               for name in sorted(NAMES, key=place.letters.get)]
    return figures.riddle(columns, words.BESIDE, words.RIDDLE, LETTERS.index(place.letters[place.guess]))


def board(table: Table, place: Place, draw: int, pictures: dict[str, str], foot: str) -> str:
    """Draw the table in the order of the scoreboard, the worst pair framed."""
    choice, columns = place.scoreboard, []
    order = table.order(choice, draw)
    failed, ranked = (part[draw] for part in table.score(choice))
    for name, rank in order:
        who = NAMES.index(name)
        cells = [words.cell(table, key, draw, who, choice.get(key, OFF)) for key in KEYS]
        total = words.total(failed[who], ranked[who], list(choice.values()))
        columns.append(figures.Column(f"{rank}º {place.letters[name]}", pictures[name], words.SHORT[name],
                                      KINDS[name], cells, total))
    rows = [figures.Row(words.LABELS[key], words.USES[choice.get(key, OFF)]) for key in KEYS]
    wrong = table.mistakes(choice, draw)[:1] if choice else []
    standing = [name for name, _ in order]
    return figures.board(columns, rows, words.KINDS + words.KEY, words.TOTAL, foot,
                         [standing.index(name) for pair in wrong for name in pair])
