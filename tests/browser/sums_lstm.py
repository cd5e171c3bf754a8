"""What the panels of lesson 03 should show, worked out with PyTorch's own modules and by hand."""

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from helpers.lstm.ablation import exam
from helpers.lstm.challenge_attempt import EVERY, STARTS
from helpers.lstm.challenge_exam import FIRST_SEED, SEQUENCES
from helpers.lstm.challenges import CHALLENGES
from helpers.lstm.gradients import STEPS, TASK
from helpers.lstm.learning import Learner, Net
from helpers.lstm.trained import register_net

PARTS = (("weight_ih", "W"), ("weight_hh", "U"), ("bias_ih", "b"))    # PyTorch's names and ours
JOB = CHALLENGES["register"]


@torch.no_grad()
def walk(weights: Mapping[str, list], xs: Sequence[list[float]], held: Mapping[str, float] | None = None
         ) -> list[dict[str, Tensor]]:
    """Work out every time step in float64: name → [units]; held: gates of the first unit.

    weights: 'f.W' and so on. With no gate held, h and c are compared with `nn.LSTMCell`'s.
    """
    w = {name: torch.tensor(part, dtype=torch.float64) for name, part in weights.items()}
    official = nn.LSTMCell(w["f.W"].shape[1], len(w["f.b"]), dtype=torch.float64)
    for name, part in PARTS:
        getattr(official, name).copy_(torch.cat([w[f"{layer}.{part}"] for layer in "ifgo"]))
    official.bias_hh.zero_()
    h, c, out = torch.zeros_like(w["f.b"]), torch.zeros_like(w["f.b"]), []
    for x in torch.tensor(xs, dtype=torch.float64):
        step = {"x": x, "h_prev": h, "c_prev": c}
        for layer in "gfio":
            z = step[f"z_{layer}"] = w[f"{layer}.W"] @ x + w[f"{layer}.U"] @ h + w[f"{layer}.b"]
            step[layer] = torch.tanh(z) if layer == "g" else torch.sigmoid(z)
            if held and layer in held:
                step[layer][0] = held[layer]
        theirs = official(x, (h, c))
        step |= {"kept": step["f"] * c, "added": step["i"] * step["g"]}
        c = step["c"] = step["kept"] + step["added"]
        step["squashed"] = torch.tanh(c)
        h = step["h"] = step["o"] * step["squashed"]
        if not held:
            torch.testing.assert_close((h, c), theirs)
        out.append(step)
    return out


@torch.no_grad()
def examined(rows: Sequence[Sequence[float]], number: int) -> tuple[float, float]:
    """Sit an exam of the register: the mean squared error, and that of who always answers 0.

    rows: of the layers g, f, i, o, each W of value, write, erase, read, then U and b.
    """
    g, f, i, o = map(torch.tensor, rows)
    table, lstm = torch.stack([i, f, g, o]), nn.LSTM(4, 1)
    for name, part in (("weight_ih_l0", table[:, :4]), ("weight_hh_l0", table[:, 4:5]),
                       ("bias_ih_l0", table[:, 5]), ("bias_hh_l0", torch.zeros(4))):
        getattr(lstm, name).copy_(part)
    x = JOB.sequences(FIRST_SEED + number, SEQUENCES).x
    kept, wanted = torch.zeros(SEQUENCES), []
    for value, write, erase, read in (step.unbind(-1) for step in x):
        kept = torch.where(write > 0, value, kept * (1 - erase))
        wanted.append(kept * read)
    y = torch.stack(wanted)
    return (100 * lstm(x)[0][..., 0] - y).square().mean().item(), y.square().mean().item()


def attempted() -> float:
    """Adam's error at the register after its first EVERY steps, with no panel and no walk."""
    learner = Learner(JOB.task, seed=0, **STARTS["plain"])
    for _ in range(EVERY):
        for _ in learner.turn():
            pass
    return learner.test(JOB.sequences(FIRST_SEED, SEQUENCES))[1]


@torch.no_grad()
def broken(value: float) -> float:
    """The exam's error of the trained register in `nn.LSTM`, where f's bias alone gives f its value."""
    net, bias = register_net(), math.log(value / (1 - value)) if value < 1 else 40.0
    for name, part in net.core.named_parameters():
        part[1:2] = bias if name == "bias_ih_l0" else 0.0    # rows i, f, g, o of one unit
    return (net(exam().x) - exam().y).square().mean().item()


def jacobians(kind: str, bias: float | None = None, by_c: bool = False, hidden: int = 8) -> Tensor:
    """The largest |∂h(T)/∂x(T−k)| by autograd: [5 seeds, k]; by_c: the layers take h(t−1) as a constant."""
    out = []
    for seed in range(5):
        core = Net(kind, TASK.inputs, hidden, 4, torch.Generator().manual_seed(seed)).core.double()
        if bias is not None:
            with torch.no_grad():
                core.bias_ih_l0[hidden:2 * hidden], core.bias_hh_l0[hidden:2 * hidden] = bias, 0.0
        x = TASK.sample(1, torch.Generator().manual_seed(seed), STEPS).x[:, 0].double().requires_grad_()
        if by_c:
            cell = nn.LSTMCell(TASK.inputs, hidden, dtype=torch.float64)
            cell.load_state_dict({name[:-3]: part for name, part in core.state_dict().items()})
            h = c = x.new_zeros(hidden)
            for step in x:
                h, c = cell(step, (h.detach(), c))
        else:
            h = core(x)[0][-1]
        rows = [torch.autograd.grad(unit, x, retain_graph=True)[0].abs().amax(-1) for unit in h]
        out.append(torch.stack(rows).amax(0).flip(0))
    return torch.stack(out)
