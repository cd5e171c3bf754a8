"""What Monte a rede draws of a pair: its cells, its trial, the arithmetic of the block chosen."""

from math import log

from helpers.gan.blocks import Activation, Block, Flatten, Norm, Reshape, grouped, written
from helpers.gan.blocks_figures import Cell, Trial
from helpers.gan.digit_game import OURS
from helpers.gan.models import advice
from helpers.gan.panels import builder_words as words
from helpers.gan.workbench import Pair
from helpers.ui.style import num

SHOWN = 10    # generated digits
NOTHING = 4 * (words.UNKNOWN,)


def cells(pair: Pair, role: str) -> list[Cell]:
    """What enters, the blocks, what leaves."""
    stack, report = pair.stacks[role], pair.reports[role]
    (mark, name), end = words.ENDS[role]
    minded, rows, error = {number for number, _ in advice(stack)}, report.rows, report.error
    out = [Cell(mark, name, (written(stack.start), "", "", ""), stack.start, "end")]
    for number, block in enumerate(stack.blocks, 1):
        shape, columns, wrong = None, NOTHING, ""
        if number <= len(rows):
            shape, params, flops, reach = rows[number - 1]
            columns = (written(shape), grouped(params), words.large(flops),
                       words.UNKNOWN if reach is None else f"{reach}×{reach}")
        elif number == len(rows) + 1:
            wrong = words.short(error)
        out.append(Cell(str(number), words.name(block), columns, shape, _fill(block, role), wrong,
                        error is None and number in minded))
    if error is None:
        return [*out, Cell("✓", end + words.TOTAL, (written(stack.goal), grouped(report.params),
                                                    words.large(report.flops), ""), stack.goal, "end")]
    wrong = words.short(error) if len(rows) == len(stack.blocks) else ""
    return [*out, Cell("", end, NOTHING, None, "end", wrong)]


def trial(pair: Pair) -> Trial:
    """A real batch and a generated one, D's scores of both, the losses so far."""
    look, history = pair.look(), pair.history
    scores = [() if logits is None else [num(chance, 2) for chance in logits.sigmoid().tolist()]
              for logits in (look.on_real, look.on_fake)]
    titles = [name + ("" if logits is None else mean.format(mean=words.mean(logits)))
              for (name, mean), logits in ((words.REAL, look.on_real), (words.FAKE, look.on_fake))]
    titles[0] += words.UNJUDGED if look.on_real is None else ""
    losses = history.get("loss_D", []), history.get("loss_G", [])
    title = words.LOSSES.format(D=num(losses[0][-1]), G=num(losses[1][-1])) if losses[0] else words.NO_LOSSES
    return Trial((*titles, title), look.real[:, 0].numpy(),
                 None if look.fake is None else look.fake[:SHOWN, 0].numpy(), *scores, words.MISSING["G"],
                 losses, list(zip(words.MARKS, (2 * log(2), log(2)), strict=True)),
                 words.RECIPE.format(steps=pair.steps, batch=OURS.batch, gamma=num(OURS.gamma, 0)))


def lines(pair: Pair, role: str, at: int) -> list[str]:
    """The numbers of the block chosen, 0 for what enters, as sums; what the last column means."""
    stack, rows = pair.stacks[role], pair.reports[role].rows
    if not at:
        return [words.NOWHERE.format(shape=written(stack.start)), words.REACH[role]]
    block, part = stack.blocks[at - 1], words.PARTS.format(number=at)
    if at > len(rows):
        return [part + words.name(block), words.REACH[role]]
    first, second = words.sums(block, rows[at - 2].shape if at > 1 else stack.start)
    return [part + first, second, words.REACH[role]]


def _fill(block: Block, role: str) -> str:
    if isinstance(block, Reshape | Flatten):
        return "layout"
    if isinstance(block, Norm):
        return "norm"
    return "bend" if isinstance(block, Activation) else f"weights_{role}"
