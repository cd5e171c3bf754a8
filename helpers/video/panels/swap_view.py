"""What 'Conteúdo × movimento' shows: the grid with its heads, a clip with its neighbours, the score."""

from typing import Any

from helpers.ui.style import num
from helpers.video import swap_figures as figures
from helpers.video.panels import swap_words as words
from helpers.video.swap import DEVIATION, KEPT, Grids, Swap, Trial
from helpers.video.swap_figures import SIDE, Gauge, Row

FARTHEST = 12.0    # px, at the end of the deviation's bar


def grid(picture: str, seen: Grids, chosen: tuple[int, int], color: str) -> str:
    """Draw the grid; a clip that shows another digit than its row says so."""
    rows = []
    for labels in seen.label[0].tolist():
        digit, same = common(labels)
        others = [(place, str(label)) for place, label in enumerate(labels) if label != digit]
        rows.append(Row(str(digit), words.SHARE_SEEN.format(same=same, all=SIDE), others))
    return figures.grid(picture, seen.place[0].numpy(), rows, chosen, color, words.CORNER)


def common(labels: list[int]) -> tuple[int, int]:
    """Find the digit that is seen most often, the first of equals, and how often: of labels [N]."""
    digit = max(labels, key=labels.count)
    return digit, labels.count(digit)


def facts(seen: Grids, row: int, column: int) -> dict[str, Any]:
    """What is said of a clip: its digit, its row's, the distance between its column's paths."""
    labels, paths = seen.label[0, row].tolist(), seen.place[0, :, column]
    digit = labels[column]
    apart = [(paths[a] - paths[b]).norm(dim=1).mean().item() for a in range(SIDE) for b in range(a)]
    frames = seen.labels[0, row, column]
    return {"row": row + 1, "column": column + 1, "digit": digit, "same": labels.count(digit),
            "digits": " ".join(map(str, labels)), "apart": num(sum(apart) / len(apart), 1), "all": SIDE,
            "agree": (frames == digit).sum().item(), "frames": len(frames)}


def near(picture: str, seen: Grids, chosen: tuple[int, int], color: str) -> str:
    """Draw the chosen clip with its column's paths and its row's digits."""
    row, column = chosen
    order = [row, *(other for other in range(SIDE) if other != row)]
    told = facts(seen, row, column)
    lines = [(line.format(**told), bold) for line, bold in words.NEAR]
    return figures.near(picture, seen.place[0, order, column].numpy(), words.CHOSEN.format(**told), lines,
                        color)


def score(trial: Trial | None, floor: Trial | None, blocks: int, color: str) -> str:
    """Draw the score as far as it is measured; blocks: of a whole one."""
    found, least = (one.found if one else None for one in (trial, floor))
    done = trial.blocks if trial else 0
    names = words.gauges(found, least, done >= blocks)
    places = zip(_bars(found), _bars(least), (KEPT, DEVIATION / FARTHEST, None, None),
                 (found.kept_chance, found.deviation_chance / FARTHEST, None, None) if found else [None] * 4,
                 strict=True)
    gauges = [Gauge(*name, *place) for name, place in zip(names, places, strict=True)]
    return figures.score(words.TITLE.format(done=4 * done, all=4 * blocks), words.BLOCKS, done / blocks,
                         gauges, color, words.LEGEND)


def _bars(found: Swap | None) -> list[float | None]:
    """Where the four numbers end on their bars, from 0 to 1."""
    if found is None:
        return [None] * 4
    return [found.kept, found.deviation / FARTHEST, found.leak_content, found.leak_path]
