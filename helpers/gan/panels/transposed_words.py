"""What the panel of the transposed convolution says, by operation: sentence, formula, labels."""

import math

from helpers.gan.transposed import Transposed, touched
from helpers.gan.transposed_figures import short
from helpers.steps import Walk
from helpers.ui.style import num

INPUTS = {"point": "um ponto", "ramp": "rampa", "constant": "constante", "seven": "um 7 pequeno",
          "own": "editada"}
KERNELS = {"ones": "tudo 1", "bilinear": "bilinear", "uneven": "irregular", "own": "editado"}
INPUT, KERNEL, K, S, P, CELL, MORE = "Entrada", "Kernel", "k", "stride s", "padding p", "Célula", "+1"
MORE_TIP = "Mudar o número da célula escolhida, como um clique nela"
HINT = "Passo (→) faz uma conta; Rodada faz o carimbo inteiro de um pixel; Voltar (←) desfaz."
CLICKS = ("Clique num número", "de x ou de w: +1.", "Clique na tela y:", "de onde ele vem?")
FLAT_TITLE = "Entrada constante vira:"
FLAT = ("transposta:", "ampliar e depois", "convolução:")
SIZE = ("Lado da saída:", "(n − 1)·s − 2p + k")
EVEN = 1e-9    # a ripple below this is rounding

SENTENCES = {
    "blank": "A tela começa com zeros e tem {side} de lado. Cada pixel da entrada carimba o kernel nela; "
             "no fim cortamos p = {p} de cada borda.",
    "pick": "Pixel {number} de {pixels}: x[{i}, {j}] = {pixel}. Com s = {s}, o carimbo dele começa na linha "
            "{s}·{i} = {top} e na coluna {s}·{j} = {left} da tela.",
    "multiply": "O kernel inteiro é multiplicado por {pixel}. Este é o carimbo do pixel; falta somá-lo à "
                "tela, número por número.",
    "add": "y[{row}, {column}] tinha {before}, ganhou {pixel}·{weight} = {term} e ficou com {after}. "
           "Este pixel já recebeu {hits}.",
    "stamped": " O carimbo {number} de {pixels} está completo.",
    "crop": "Com p = {p}, a saída tem {size} de lado. {verdict}",
}
START = "Aperte Passo: cada clique é uma conta. A frase sobre o xadrez vem no fim, com a saída cortada."
ASKED = ("y[{row}, {column}] recebe {hits} ao todo. Em destaque, os pixels de x e os pesos de w que se "
         "multiplicam. {sum}")
NOBODY = "Nenhum carimbo alcança y[{row}, {column}]: com k menor que s, ficam buracos entre os carimbos."
NOTHING = "Com todos os pesos em 0, cada carimbo soma 0: a tela fica vazia."
VERDICTS = {    # (s divides k, the constant input stays even)
    (True, True): "{k} mod {s} = 0: longe da borda, todo pixel recebe {most}. Não há xadrez.",
    (True, False): "{k} mod {s} = 0: longe da borda, todo pixel recebe {most}, mas estes pesos não se "
                   "compensam: com entrada constante, a saída ondula {ripple} (máx. − mín., sobre a média).",
    (False, True): "{k} mod {s} = {rest}: longe da borda, de {least} a {most} por pixel; só que estes pesos "
                   "se compensam e o xadrez some.",
    (False, False): "{k} mod {s} = {rest}: longe da borda, de {least} a {most} por pixel. É o xadrez: com "
                    "entrada constante, a saída ondula {ripple} (máx. − mín., sobre a média).",
}


def sentence(walk: Walk, ripple: float, asked: tuple[int, int] | None) -> str:
    """Say what has just happened, or where the number that was asked about comes from."""
    facts = _facts(walk, ripple)
    if asked:
        terms = walk.engine.terms(*asked)
        facts |= {"row": asked[0], "column": asked[1], "hits": _stamps(len(terms)),
                  "sum": f"No fim valerá {short(total(walk.engine, asked))}."}
        return (ASKED if terms else NOBODY).format_map(facts)
    if walk.op is None:
        return f"{NOTHING} {START}" if facts["verdict"] == NOTHING else START
    key = walk.op.key
    ended = key == "add" and walk.values["a"] == walk.values["b"] == walk.engine.k - 1
    return (SENTENCES[key] + SENTENCES["stamped"] * ended).format_map(facts)


def formula(walk: Walk, asked: tuple[int, int] | None) -> list[tuple[str, bool]]:
    """Write the present sum with its numbers."""
    game, key = walk.engine, walk.op.key if walk.op else ""
    if asked:
        products = [f"{short(game.x[i, j].item())}·{_factor(game.w[a, b].item())}"
                    for i, j, a, b in game.terms(*asked)]
        return [(f"y[{asked[0]}, {asked[1]}] = ", True), (" + ".join(products) or "0", False),
                (f" = {short(total(game, asked))}" if products else "", True)]
    facts = _facts(walk, 0.0)
    lines = {
        "": [("y[s·i + a, s·j + b] += x[i, j]·w[a, b]", False)], "blank": [("y = 0 em toda a tela", True)],
        "pick": [("x[{i}, {j}] = {pixel}", True), (" → o carimbo começa em y[{top}, {left}]", False)],
        "multiply": [("carimbo = x[{i}, {j}]·w = {pixel}·w", True)],
        "add": [("y[{row}, {column}] += x[{i}, {j}]·w[{a}, {b}] = {pixel}·{weight} = {term}", True),
                ("   ({before} → {after})", False)],
        "crop": [("saída = y[{p}:{end}, {p}:{end}]", True), ("   {side} − 2·{p} = {size} de lado", False)]}
    return [(words.format_map(facts), lit) for words, lit in lines[key]]


def titles(game: Transposed, i: int | None = None, j: int | None = None) -> dict[str, str]:
    """Name the parts of the drawing."""
    return {"x": f"Entrada x, {game.n}×{game.n}", "w": f"Kernel w, {game.k}×{game.k}",
            "stamp": "Carimbo x·w" if i is None else f"x[{i}, {j}]·w",
            "y": f"Tela y, {game.side}×{game.side} · tracejado: a saída, {game.settings.size}×"
                 f"{game.settings.size}" if game.p else f"Tela y = saída, {game.side}×{game.side}",
            "counts": "Carimbos por pixel"}


def sizes(game: Transposed) -> list[str]:
    """Write the output's size, the rule and the numbers."""
    return [*SIZE, f"= ({game.n} − 1)·{game.s} − 2·{game.p} + {game.k} = {game.settings.size}"]


def meeting(game: Transposed) -> list[str]:
    """Write the number that explains the checkerboard."""
    least, most = touched(game.k, game.s)
    span = f"{most}" if least == most else f"de {least} a {most}"
    return [f"longe da borda: {span}", f"k mod s = {game.k} mod {game.s} = {game.k % game.s}"]


def waves(ripple: float) -> str:
    """Say how uneven an image of a constant input is."""
    return "ondula ∞" if math.isinf(ripple) else f"ondula {num(100 * ripple, 0)} %"


def total(game: Transposed, cell: tuple[int, int]) -> float:
    """The sum that a canvas pixel ends with."""
    return sum((game.x[i, j] * game.w[a, b]).item() for i, j, a, b in game.terms(*cell))


def verdict(game: Transposed, ripple: float) -> str:
    """Judge kernel and stride by the two measures."""
    if not game.w.any():
        return NOTHING
    least, most = touched(game.k, game.s)
    facts = {"k": game.k, "s": game.s, "rest": game.k % game.s, "least": least, "most": _stamps(most),
             "ripple": waves(ripple).removeprefix("ondula ")}
    return VERDICTS[least == most, ripple < EVEN].format_map(facts)


def _factor(value: float) -> str:
    return short(value) if value >= 0 else f"({short(value)})"


def _stamps(count: int) -> str:
    return f"{count} carimbo" if count == 1 else f"{count} carimbos"


def _facts(walk: Walk, ripple: float) -> dict[str, object]:
    game, values = walk.engine, walk.values
    facts = {"side": game.side, "size": game.settings.size, "p": game.p, "s": game.s,
             "end": game.side - game.p, "pixels": game.n**2, "verdict": verdict(game, ripple)}
    if "pixel" in values:
        i, j = values["i"], values["j"]
        facts |= {"i": i, "j": j, "pixel": short(values["pixel"].item()), "number": i * game.n + j + 1,
                  "top": game.s * i, "left": game.s * j}
    if "a" in values:
        a, b, row, column = (values[name] for name in ("a", "b", "row", "column"))
        term, after = values["stamp"][a, b].item(), game.y[row, column].item()
        hits = [place[:2] for place in game.terms(row, column)].index((i, j)) + 1
        facts |= {"a": a, "b": b, "row": row, "column": column, "weight": _factor(game.w[a, b].item()),
                  "term": short(term), "after": short(after), "before": short(after - term),
                  "hits": _stamps(hits)}
    return facts
