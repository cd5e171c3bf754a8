"""Read a panel as a learner does, and say from a bare loop over the engine what should be read."""

import re
from hashlib import blake2b
from typing import Any
from xml.etree import ElementTree

import numpy as np
import torch
from torch import Tensor, nn

from helpers.adversarial import LOSSES, gradient_penalty, r1, r2
from helpers.data import Digits
from helpers.errors import CourseError
from helpers.gan.game import GanGame, mlp
from helpers.gan.mixtures import DATASETS, drawn
from tests import english

NUMBER = re.compile(r"−?(?:∞|\d+(?:,\d+)?(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?)|—")
UPPER = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
MOST_ELEMENTS = 200


class Screen:
    """A panel's drawing, parsed; making one checks what must hold for every drawing."""

    def __init__(self, panel: Any) -> None:
        self.root = ElementTree.fromstring(panel.stage.svg)
        elements = list(self.root.iter())
        assert len(elements) <= MOST_ELEMENTS, f"{len(elements)} elements"
        for element in elements:
            assert not element.tag.endswith("script")
            for name, value in element.attrib.items():
                assert name == "href" or not re.search("nan|inf", value, re.I), f"{name}={value}"
        texts = [e for e in elements if e.tag.endswith("}text")]
        self.code = [e for e in texts if "Mono" in e.get("font-family", "")]
        self.texts = [e for e in texts if "Mono" not in e.get("font-family", "")]
        words = " ".join([*("".join(e.itertext()) for e in self.texts), panel.stage.sentence,
                          panel.stage.notice, *labels(panel)])
        found = {word.lower() for word in re.findall(r"[^\W\d_]+", words)} & english.ON_PANELS
        assert not found, f"English on the screen: {found}"
        # the rows of numbers stand under the code
        self.rows = ["".join(e.itertext()) for e in self.texts
                     if e.get("x") == "402" and float(e.get("y")) > 420]

    def lit_code(self) -> list[str]:
        """The lines of code that are lit, without their indent."""
        return [e.text.replace("\u00a0", " ").strip() for e in self.code if e.get("font-weight") == "bold"]

    def points(self, color: str) -> np.ndarray:
        """The places of a cloud's dots, or of a line's corners, on the page."""
        for element in self.root.iter():
            if element.get("stroke") == color and element.get("d"):
                path = element.get("d").replace("h0", "").replace("L", "M")[1:]
                return np.array([[float(n) for n in point.split()] for point in path.split("M")])
        return np.empty((0, 2))


def labels(panel: Any) -> list[str]:
    """The words on a panel's controls."""
    out = []
    for row in (panel.children[0], panel.children[2]):
        for control in row.children:
            out += [control.description, getattr(control, "tooltip", None) or "",
                    *map(str, getattr(control, "_options_labels", ()))]
            out += [control.value] if type(control).__name__ == "Label" else []
    return out


def read(text: str) -> list[tuple[float, float]]:
    """Find the numbers in a text, as Brazil writes them: (value, half a unit of the last digit)."""
    out = []
    for token in NUMBER.findall(text):
        if token == "—":
            out.append((np.nan, 0.0))
        elif "∞" in token:
            out.append((-np.inf if "−" in token else np.inf, 0.0))
        else:
            mantissa, _, exponent = token.replace("−", "-").replace(",", ".").partition("·10")
            power = 10.0 ** int(exponent.translate(UPPER) or 0)
            digits = len(mantissa.partition(".")[2])
            out.append((float(mantissa) * power, 0.5 * 10.0**-digits * power))
    return out


def agrees(shown: tuple[float, float], true: float, rel: float = 2e-6, abs_: float = 0.0) -> bool:
    value, half = shown
    if not np.isfinite(true) or not np.isfinite(value):
        return (np.isnan(true) and np.isnan(value)) or value == true
    return abs(value - true) <= half * (1 + 1e-9) + rel * abs(true) + abs_


def assert_numbers(text: str, true: list[float], **tolerance: float) -> None:
    """The numbers in a text are these, in this order."""
    found = read(text)
    assert len(found) == len(true), f"{text!r} should say {true}"
    for number, value in zip(found, true, strict=True):
        assert agrees(number, value, **tolerance), f"{text!r} should say {true}"


def assert_mentions(text: str, true: list[float], **tolerance: float) -> None:
    """The numbers in a text are these, in this order; its wording may hold a 0 or a 1 besides."""
    left = list(true)
    for number in read(text):
        if left and agrees(number, left[0], **tolerance):
            left.pop(0)
        else:
            assert number[0] in (0, 1), f"{text!r} should say {true}, not {number[0]}"
    assert not left, f"{text!r} should say {true}"


def fingerprint(*networks: nn.Module) -> str:
    """A name for the exact bits of all weights."""
    total = blake2b(digest_size=8)
    for network in networks:
        for parameter in network.parameters():
            total.update(parameter.detach().numpy().tobytes())
    return total.hexdigest()


class NoData:
    """Data without a point."""

    def sample(self, n: int, rng: torch.Generator) -> Tensor:
        raise CourseError("no_points")


PENALTIES = {"wasserstein_gp": lambda D, real, fake, rng: 10 * gradient_penalty(D, real, fake, rng),
             "relativistic": lambda D, real, fake, rng: 0.1 * (r1(D, real) + r2(D, fake))}


def plane_game(data: str, loss: str, latent: int, seed: int, points: list) -> GanGame:
    """The game that OneStep promises for these choices."""
    if data == "drawn":
        source: Any = drawn(points, 0.08) if points else NoData()
    else:
        source = DATASETS[data]()
    return GanGame(source, mlp(latent, 64, 2, seed=2 * seed), mlp(2, 64, 1, seed=2 * seed + 1), LOSSES[loss],
                   latent=latent, penalty=PENALTIES.get(loss), seed=seed)


def digits_game(panel: Any) -> GanGame:
    """A second copy of the digits' game, with the panel's own settings and a start of its own."""
    game, seed = panel.walk.engine, panel.seed
    return GanGame(Digits(), mlp(game.latent, game.G[0].out_features, 784, seed=2 * seed, last=nn.Tanh()),
                   mlp(784, game.D[0].out_features, 1, seed=2 * seed + 1), game.loss, latent=game.latent,
                   batch=game.batch, lr_D=game.opt_D.param_groups[0]["lr"],
                   lr_G=game.opt_G.param_groups[0]["lr"], penalty=game.penalty, seed=seed)


class Facts:
    """What the screen should say after one operation, worked out from the values themselves."""

    def __init__(self, key: str | None, values: dict[str, Any], extra: dict[str, Any], loss: str) -> None:
        self.key, self.weights = key, extra["weights"]
        self.real, self.fake = (values[name].numpy() if name in values else None for name in ("real", "fake"))
        action = (key or "").partition(".")[2]
        seen = {name: values[name].double().numpy() for name in ("on_real", "on_fake") if name in values}
        if loss in ("saturating", "non_saturating"):    # D's output is the logit of a probability
            seen = {name: 1 / (1 + np.exp(-outputs)) for name, outputs in seen.items()}
        self.row: list[float] | None = None
        self.sentence: list[float] = []
        if action in ("z", "fake", "real"):
            batch = values[action]
            first = batch[0].tolist() if batch[0].numel() <= 2 else []
            self.row = [*batch.shape, *first]
            if action != "fake":
                self.sentence = [len(batch)]
        elif action in seen:
            self.row = [seen[action].mean(), seen[action].min(), seen[action].max()]
            self.sentence = [seen[action].mean()]
        elif action == "pull":
            lengths = len(values["pull"]) * np.sqrt((values["pull"].double().numpy() ** 2).sum(1))
            self.row = [len(lengths), lengths.mean(), lengths.max()]
        elif action == "zero":
            self.row = extra["layers"]
        elif action == "backward":
            self.row = [len(extra["layers"])]
            self.second_row = np.stack((extra["cleared"], extra["layers"]), 1).flatten().tolist()
        elif action == "step":
            self.row = [extra["moved"]["D"], extra["sizes"]["D"]]
            self.second_row = [extra["moved"]["G"], extra["sizes"]["G"]]
            mine, still = key[0], "DG".replace(key[0], "")
            self.sentence = [extra["moved"][mine], extra["moved"][still]]
        elif action == "loss":
            own = LOSSES[loss].optimum
            self.sentence = [values[f"loss_{key[0]}"].item(), *([own[key[0] == "G"]] if own else [])]
        elif action == "penalty":
            self.sentence = [values["penalised_D"].item()]
            loss, whole = values["loss_D"].item(), values["penalised_D"].item()
            self.row = [loss, whole - loss, whole]
        self.known = [values[name].item() for name in ("loss_D", "loss_G") if name in values]
        self.known += [seen[name].mean() for name in ("on_real", "on_fake") if name in seen]


class GameTruth:
    """A game driven straight ahead by a bare loop; facts by (turn, count)."""

    def __init__(self, game: GanGame) -> None:
        self.game, self.turns = game, []

    def at(self, turn: int, count: int) -> Facts:
        while len(self.turns) <= turn:
            self.turns.append(self._turn())
        return self.turns[turn][count]

    def _turn(self) -> list[Facts]:
        game, values = self.game, {}
        nets = {"D": game.D, "G": game.G}
        print_ = fingerprint(game.G, game.D)
        facts = [Facts(None, {}, {"weights": print_}, game.loss.key)]
        before: dict[str, Tensor] = {}
        cleared: list[float] = []
        turn = game.turn()
        while True:
            try:
                op = next(turn, None)
            except CourseError:    # data without a point: the turn goes no further
                return facts
            if op is None:
                return facts
            values |= {name: value.detach().clone() for name, value in op.values.items()
                       if isinstance(value, Tensor)}
            extra: dict[str, Any] = {}
            player, _, action = op.key.partition(".")
            weights = {name: torch.cat([p.detach().flatten() for p in net.parameters()]).double()
                       for name, net in nets.items()} if action in ("backward", "step") else {}
            if action in ("zero", "backward"):
                layers = [layer for layer in nets[player].children() if isinstance(layer, nn.Linear)]
                norms = [torch.cat([p.grad.double().flatten() if p.grad is not None else torch.zeros(1)
                                    for p in layer.parameters()]).norm().item() for layer in layers]
                extra |= {"layers": norms, "cleared": cleared}
                before, cleared = weights, norms
            if action == "step":
                print_ = fingerprint(game.G, game.D)
                extra["moved"] = {name: (weights[name] - before[name]).norm().item() for name in nets}
                extra["sizes"] = {name: len(weights[name]) for name in nets}
            facts.append(Facts(op.key, dict(values), extra | {"weights": print_}, game.loss.key))


def assert_shows_the_game(panel: Any, truth: GameTruth) -> Screen:
    """Rows, sentence, lit code and weights are those of the bare loop at the panel's place."""
    walk = panel.walk
    facts, screen = truth.at(walk.turn, walk.count), Screen(panel)
    assert (walk.op.key if walk.op else None) == facts.key
    assert fingerprint(walk.engine.G, walk.engine.D) == facts.weights
    assert_numbers(screen.rows[-1], [walk.turn, *facts.known], rel=1e-5)
    if facts.row is not None:
        assert_numbers(screen.rows[0], facts.row, rel=1e-4, abs_=1e-9)
    if hasattr(facts, "second_row"):
        assert_numbers(screen.rows[1], facts.second_row, rel=1e-4)
    start = [walk.turn] if walk.op is None else facts.sentence
    assert_mentions(panel.stage.sentence, start, rel=1e-4, abs_=1e-9)
    if walk.code:
        first, last = walk.code.lit
        assert screen.lit_code() == [line.strip() for line in walk.code.lines[first:last + 1]]
    charted, true = [], []
    for place, (name, color) in enumerate((("loss_D", "#8c3a6d"), ("loss_G", "#00694d"))):
        line = [e.get("d") for e in screen.root.iter()
                if e.get("stroke") == color and e.get("stroke-width") == "2.50"]
        charted += [float(point.split()[1]) for point in line[0][1:].split("L")] if line else []
        true += [truth.at(turn, -1).known[place] for turn in range(max(0, walk.turn - 120), walk.turn)]
        true += [walk.values[name].item()] if name in walk.values else []
        assert len(charted) == len(true)
    if len(set(true)) > 2:    # one straight scale for both curves, so each point is the loss of its turn
        scale = np.polyfit(true, charted, 1)
        assert scale[0] < 0 and np.abs(np.polyval(scale, true) - charted).max() < 0.15
    return screen


# --- acting as the page does ------------------------------------------------------------------------------

X, Y, SIDE = 8.0, 6.0, 384.0    # the plane in the drawing


def send(panel: Any, **content: Any) -> None:
    """A message from the page, by the way that the page's messages come."""
    panel.stage._handle_custom_msg(content, [])


def choose(control: Any, index: int) -> None:
    control.set_state({"index": index})


def place(panel: Any) -> tuple[int, int]:
    return panel.walk.turn, panel.walk.count


def state(panel: Any) -> list:
    """The engine's exact state as plain numbers."""
    def plain(part: Any) -> Any:
        if isinstance(part, torch.Tensor):
            return part.detach().tolist()
        if isinstance(part, dict):
            return {key: plain(value) for key, value in part.items()}
        return [plain(value) for value in part] if isinstance(part, list | tuple) else part
    return [place(panel), plain(panel.walk.engine.state_dict())]
