"""Right and wrong answers to the exercises of lesson 01 about losses and turns: 1.1, 1.2 and 1.3."""

import torch
from torch.nn import functional as F
from torch.nn.functional import softplus

from helpers.exercises import lesson01_generator, lesson01_loss, lesson01_turn
from tests.exercises.exercise import Exercise, nothing

bce, bce_logits = F.binary_cross_entropy, F.binary_cross_entropy_with_logits


def right(real, fake):
    return softplus(-real).mean() + softplus(fake).mean()


def bce_sum(real, fake):
    return (bce_logits(real, torch.ones_like(real), reduction="sum")
            + bce_logits(fake, torch.zeros_like(fake), reduction="sum"))


def clamped(real, fake):
    return bce(real.sigmoid(), torch.ones_like(real)) + bce(fake.sigmoid(), torch.zeros_like(fake))


WRONG_LOSSES = (
    ("swapped", lambda r, g: softplus(r).mean() + softplus(-g).mean()),
    ("only_real", lambda r, g: bce_logits(r, torch.ones_like(r))),
    ("only_fake", lambda r, g: softplus(g).mean()),
    ("generator", lambda r, g: softplus(-g).mean()),
    ("all_real", lambda r, g: softplus(-r).mean() + softplus(-g).mean()),
    ("all_fake", lambda r, g: softplus(r).mean() + softplus(g).mean()),
    ("sum", bce_sum),
    ("half", lambda r, g: right(r, g) / 2),
    ("joined", lambda r, g: bce_logits(torch.cat([r, g]), torch.cat([torch.ones_like(r),
                                                                    torch.zeros_like(g)]))),
    ("negative", lambda r, g: F.logsigmoid(r).mean() + F.logsigmoid(-g).mean()),
    ("double_sigmoid", lambda r, g: right(r.sigmoid(), g.sigmoid())),
    ("nan", lambda r, g: -r.log().mean() - (1 - g).log().mean()),
    ("bce", lambda r, g: bce(r, torch.ones_like(r)) + bce(g, torch.zeros_like(g))),
    ("overflow", lambda r, g: -r.sigmoid().log().mean() - (1 - g.sigmoid()).log().mean()),
    ("overflow", lambda r, g: (1 + (-r).exp()).log().mean() + (1 + g.exp()).log().mean()),
    ("clamped", clamped),
    ("clamped", lambda r, g: -(r.sigmoid() + 1e-8).log().mean() - (1 - g.sigmoid() + 1e-8).log().mean()),
    ("float", lambda r, g: right(r, g).item()),
    ("not_tensor", lambda r, g: "pronto"),
    ("not_tensor", lambda r, g: right(r, g).detach().numpy()),
    ("many", lambda r, g: softplus(-r) + softplus(g)),
    ("no_gradient", lambda r, g: right(r, g).detach()),
    ("gradient", lambda r, g: right(r, g.detach())),
    ("sizes", lambda r, g: (softplus(-r) + softplus(g)).mean()),
    ("sizes", lambda r, g: bce_logits(r, torch.ones_like(r)) + bce_logits(g, torch.zeros_like(r))),
    ("other", lambda r, g: F.relu(1 - r).mean() + F.relu(1 + g).mean()),
    ("no_return", nothing),
)


def turn(me, loss, order="zero loss back step", cut=None):
    """A turn of "D" or "G" by a loss of D's logits on (real, generated), its lines in some order."""
    def learners(G, D, optimizer, *batch):
        for line in order.split():
            if line == "zero":
                optimizer.zero_grad()
            elif line == "loss":
                fake = G(batch[-1])
                fake = fake.detach() if (me == "D" if cut is None else cut) else fake
                value = loss(D(batch[0]) if me == "D" else None, D(fake))
            elif line == "back":
                value.backward()
            else:
                optimizer.step()
    return learners


WRONG_ORDERS = (
    ("zero_grad", "loss back step"), ("no_step", "zero loss back"), ("no_step", "loss back"),
    ("no_backward", "zero loss step"), ("no_backward", "loss step"), ("zero_late", "loss back zero step"),
    ("step_early", "zero loss step back"), ("step_early", "loss step back"), ("no_D", "zero"),
    ("twice", "zero loss back step step"), ("twice", "zero loss back step zero loss back step"))


def wrong_in_both(me, right_loss):
    """What can go wrong whoever has the turn."""
    return (
        *((key, turn(me, right_loss, order)) for key, order in WRONG_ORDERS),
        ("negative", turn(me, lambda r, g: -right_loss(r, g))),
        ("double_sigmoid", turn(me, lambda r, g: right_loss(r if r is None else r.sigmoid(), g.sigmoid()))),
        ("no_path", turn(me, lambda r, g: right_loss(r, g).detach())),
        ("no_path", turn(me, lambda r, g: right_loss(r, g).item())),
        ("no_loss", turn(me, lambda r, g: None)),
        ("bce", turn(me, lambda r, g: bce(g - g.min() - 1, torch.ones_like(g)))),
        ("other_moved", moves_the_other(me, right_loss)),
        ("frozen", freezes_the_other(me, right_loss)))


def moves_the_other(me, right_loss):
    def learners(G, D, *rest):
        turn(me, right_loss, cut=False)(G, D, *rest)
        torch.optim.SGD((G if me == "D" else D).parameters(), 0.1).step()
    return learners


def freezes_the_other(me, right_loss, again=False):
    def learners(G, D, *rest):
        other = G if me == "D" else D
        other.requires_grad_(False)
        turn(me, right_loss)(G, D, *rest)
        other.requires_grad_(again)
    return learners


def without_tape(G, D, opt, real, z):
    opt.zero_grad()
    with torch.no_grad():
        fake = G(z)
    softplus(-D(real)).mean().backward()
    softplus(D(fake)).mean().backward()
    opt.step()


WRONG_TURNS_D = (
    *wrong_in_both("D", right),
    ("detach", turn("D", right, cut=False)),
    ("zero_grad", turn("D", right, "loss back step", cut=False)),
    ("no_D", lambda G, D, opt, real, z: G(z)),
    ("generator", turn("D", lambda r, g: softplus(-g).mean())),
    ("log_of_logit", turn("D", lambda r, g: -(r.log() + (1 - g).log()).mean())),
    ("other", turn("D", lambda r, g: F.relu(1 - r).mean() + F.relu(1 + g).mean())),
    *((key, turn("D", lesson01_loss.FORMULAS[key]))
      for key in ("swapped", "only_real", "only_fake", "all_real", "all_fake", "sum", "half")))


def approve(real, fake):
    return bce_logits(fake, torch.ones_like(fake))


def other_noise(G, D, opt, z):
    turn("G", approve)(G, D, opt, torch.randn(len(z), 2, generator=torch.Generator().manual_seed(1)))


def by_hand(G, D, opt, z):
    weights = list(G.parameters())
    for weight, slope in zip(weights, torch.autograd.grad(approve(None, D(G(z))), weights), strict=True):
        weight.grad = slope
    opt.step()


def without_optimizer_zero(G, D, opt, z):
    G.zero_grad()
    (-F.logsigmoid(D(G(z)))).mean().backward()
    opt.step()
    D.zero_grad()


def forgets_the_way(G, D, opt, z):
    with torch.no_grad():
        fake = G(z)
    opt.zero_grad()
    approve(None, D(fake)).backward()
    opt.step()


def with_real_data(G, D, opt, z):
    opt.zero_grad()
    right(D(torch.ones(9, 2)), D(G(z))).backward()
    opt.step()


def asks_D_about_noise(G, D, opt, z):
    opt.zero_grad()
    approve(None, D(z)).backward()
    opt.step()


def never_asks_D(G, D, opt, z):
    opt.zero_grad()
    softplus(-G(z)).mean().backward()
    opt.step()


WRONG_TURNS_G = (
    *wrong_in_both("G", approve),
    ("detach", turn("G", approve, cut=True)),
    ("detach", forgets_the_way),
    ("no_D", never_asks_D),
    ("no_D", lambda G, D, opt, z: G(z)),
    ("no_G", asks_D_about_noise),
    ("noise", other_noise),
    ("saturating", turn("G", lambda r, g: -softplus(g).mean())),
    ("saturating", turn("G", lambda r, g: (1 - g.sigmoid()).log().mean())),
    ("D_loss", turn("G", lambda r, g: bce_logits(g, torch.zeros_like(g)))),
    ("D_loss", with_real_data),
    ("both", turn("G", lambda r, g: right(g, g))),
    ("sum", turn("G", lambda r, g: softplus(-g).sum())),
    ("no_log", turn("G", lambda r, g: (1 - g.sigmoid()).mean())),
    ("logit", turn("G", lambda r, g: -g.mean())),
    ("log_of_logit", turn("G", lambda r, g: -g.log().mean())),
    ("bce", turn("G", lambda r, g: bce(g, torch.ones_like(g)))),
    ("other", turn("G", lambda r, g: (g - 1).square().mean())))


def loss_untouched(logits_reais, logits_gerados):
    ...


def D_untouched(G, D, otimizador_D, reais, z):
    """With a docstring too."""
    return ...


def G_untouched(G, D, otimizador_G, z):
    ...


EXERCISES = (
    Exercise("1.1", "perda_do_discriminador", lesson01_loss.HINTS, loss_untouched, (
        lambda r, g: bce_logits(r, torch.ones_like(r)) + bce_logits(g, torch.zeros_like(g)),
        lambda r, g: -F.logsigmoid(r).mean() - F.logsigmoid(-g).mean(),
        lambda r, g: (softplus(-r).sum() / r.numel() + softplus(g).sum() / g.numel()).reshape(1)),
        WRONG_LOSSES),
    Exercise("1.2", "vez_do_discriminador", lesson01_turn.HINTS, D_untouched,
             (turn("D", right), without_tape, freezes_the_other("D", right, again=True)), WRONG_TURNS_D),
    Exercise("1.3", "vez_do_gerador", lesson01_generator.HINTS, G_untouched,
             (turn("G", approve), by_hand, without_optimizer_zero,
              freezes_the_other("G", approve, again=True)), WRONG_TURNS_G),
)
