"""Exercise 3.6: cells in which two gates stand in each other's place; find which two."""

import inspect
import linecache
import re
import textwrap
from functools import cache
from typing import Any

import torch
from torch import nn

from helpers.exercises.checks import Check
from helpers.exercises.judging import Hints, brief, entries, refused
from helpers.exercises.running import Given
from helpers.lstm import cell as engine
from helpers.lstm.cell import GATES, LSTMCell
from helpers.lstm.sequence import Script, trace
from helpers.ui.style import num

NAMES = "ABCD"
FAULTS = ("", "fi", "fo", "io")      # the pair that is swapped; '' in the healthy cell
PRODUCTS = {"f": ("kept", "c_prev"), "i": ("added", "g"), "o": ("h", "squashed")}    # its product, of what
START = (
    "O dicionário ainda está como veio. Troque cada `...` por duas letras e execute a célula de novo.",
    "Há três produtos: kept é um portão vezes c(t−1); added, um portão vezes g; h, um portão vezes squashed. "
    "Divida cada produto pelo que foi filtrado e veja de quem é o número que sai.",
    "Na célula A: kept / 2 dá f, i ou o? E added / g? E h / squashed? Se dois deles saem trocados, escreva "
    "as duas letras, como `\"fi\"`; se nenhum, `\"\"`.",
)
RIGHT = ("São estas. {healthy} está sã: a diferença para nn.LSTMCell com os mesmos pesos é {zero}, só "
         "arredondamento. As outras erram h ou c em até {far}, e nenhuma dá mensagem de erro. Curioso: "
         "treinada do zero, uma célula trocada aprenderia o mesmo, com os nomes trocados. O erro aparece ao "
         "carregar pesos de outra célula, ou ao pôr em f um viés que vai parar em outro portão.")
HINTS: Hints = {
    "kind": ("Chegou algo do tipo `{kind}`; o esperado é um dicionário com as letras A, B, C e D.",
             "Entre chaves: cada letra entre aspas, dois-pontos e a resposta."),
    "letters": ("O dicionário tem estas chaves: {found}. O esperado são A, B, C e D.",
                "Uma chave por célula, em maiúscula."),
    "missing": ("Falta trocar `...` em {count} de quatro lugares.",
                "Se uma célula está sã, escreva `\"\"` para ela."),
    "unclear": ("Não entendi a resposta para {cell}: chegou {said}.",
                "Escreva as letras dos dois portões entre aspas, por exemplo `\"fi\"`, ou `\"\"` se ela está "
                "sã."),
    "not_gate": ("Para {cell}, você acusou g. g é a saída da camada principal: é o que o portão filtra.",
                 "Os portões são três: f, i e o."),
    "single": ("Para {cell} você acusou um portão só; se ele está no lugar de outro, o outro também saiu do "
               "seu.",
               "São duas letras, ou nenhuma."),
    "all_three": ("Para {cell} você acusou os três portões, e só dois trocaram de lugar.",
                  "Divida cada produto pelo que foi filtrado: um dos três números está no lugar certo."),
    "accused": ("Uma das células que você acusou, {cell}, está sã: com os mesmos pesos e a mesma entrada, a "
                "maior diferença entre ela e nn.LSTMCell é {far}.",
                "Refaça as três divisões nela: cada uma dá o seu próprio portão."),
    "missed": ("{cell} não está sã: com os mesmos pesos e a mesma entrada, h ou c difere de nn.LSTMCell em "
               "até {far}.",
               "Refaça as três divisões nela: duas dão o portão de outro produto."),
    "f_fine": ("Em {cell}, o forget gate está no lugar: kept / c(t−1) = {product} / {filtered} = {ratio}, e "
               "f vale {gate}.",
               "Sobram os outros dois portões."),
    "i_fine": ("Em {cell}, o input gate está no lugar: added / g = {product} / {filtered} = {ratio}, e i "
               "vale {gate}.",
               "Sobram os outros dois portões."),
    "o_fine": ("Em {cell}, o output gate está no lugar: h / squashed = {product} / {filtered} = {ratio}, e o "
               "vale {gate}.",
               "Sobram os outros dois portões."),
}


@cache
def broken(pair: str) -> type[LSTMCell]:
    """Make a cell whose step is the course's own, two gates' letters exchanged in the three products.

    Its source stands in `linecache`, so that diagrams can be drawn from it as from the healthy cell's.
    """
    if not pair:
        return LSTMCell
    source = textwrap.dedent(inspect.getsource(LSTMCell.step))
    exchange = {pair[0]: pair[1], pair[1]: pair[0]}
    for product, _ in PRODUCTS.values():
        source = re.sub(rf"\b({product} = )([fio])( \*)",
                        lambda found: found[1] + exchange.get(found[2], found[2]) + found[3], source)
    file, space = f"<{__name__}: {pair}>", vars(engine).copy()
    linecache.cache[file] = len(source), None, source.splitlines(keepends=True), file
    exec(compile(source, file, "exec"), space)    # the course's own text, two letters exchanged
    return type("LSTMCell", (LSTMCell,), {"step": space["step"], "__module__": __name__})


def celulas_tortas(seed: int = 103) -> dict[str, LSTMCell]:
    """Build the cells A to D, one input and one unit each: in three of them two gates are swapped."""
    rng = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(FAULTS), generator=rng).tolist()
    return {name: _drawn(broken(FAULTS[place]), rng) for name, place in zip(NAMES, order, strict=True)}


def _drawn(kind: type[LSTMCell], rng: torch.Generator) -> LSTMCell:
    """Weights with which the three gates stay well apart, and g is far from 0."""
    cell = kind(1, 1)
    apart = torch.tensor([-1.6, 0.0, 1.6])[torch.randperm(3, generator=rng)]
    with torch.no_grad():
        for weight in cell.parameters():
            weight.uniform_(-0.2, 0.2, generator=rng)
        for name, bias in zip(GATES, apart, strict=True):
            getattr(cell, name).b += bias
        cell.g.b += 0.9
    return cell


def judge(given: Given) -> str:
    """Compare with what was swapped; a wrong accusation is answered with a measurement."""
    answers = _read(given.value)
    cells = celulas_tortas()
    gaps = {name: gap(cell) for name, cell in cells.items()}
    for name, cell in cells.items():
        truth, said = fault(cell), answers[name]
        if said != truth:
            if not (said and truth):
                raise refused(HINTS, "missed" if truth else "accused", cell=name, far=num(gaps[name]))
            innocent = next(gate for gate in said if gate not in truth)
            with torch.no_grad():
                seen = trace(cell, look())
            product, filtered = (seen[key] for key in PRODUCTS[innocent])
            raise refused(HINTS, f"{innocent}_fine", cell=name, product=brief(product),
                          filtered=brief(filtered), ratio=brief(product / filtered),
                          gate=brief(seen[innocent]))
    healthy = next(name for name, cell in cells.items() if not fault(cell))
    return RIGHT.format(healthy=healthy, zero=num(gaps.pop(healthy)), far=num(max(gaps.values()), 2))


def fault(cell: LSTMCell) -> str:
    """Name the pair that is swapped in a cell, or ''."""
    return next(pair for pair in FAULTS if broken(pair) is type(cell))


def look() -> Script:
    """The lesson's own experiment: x(1) = 0.5, h(0) = 0, c(0) = 2."""
    return Script(torch.tensor([[0.5]]), memory={("c", 0): torch.tensor([2.0])})


def gap(cell: LSTMCell) -> float:
    """How far h or c is at most from `nn.LSTMCell` with the same weights, over a few states."""
    rng = torch.Generator().manual_seed(82)
    with torch.random.fork_rng([]):    # the cell first draws weights from the notebook's own generator
        theirs = cell.store(nn.LSTMCell(cell.inputs, cell.hidden))
    x, h, c = (torch.randn(64, 1, generator=rng) * scale for scale in (1.0, 0.5, 2.0))
    with torch.no_grad():
        pairs = zip(cell(x, (h, c)), theirs(x, (h, c)), strict=True)
        return max((mine - other).abs().max().item() for mine, other in pairs)


def _read(value: Any) -> dict[str, str]:
    """Read two letters for each cell, in the order f, i, o; the untouched dictionary is 'ainda não'."""
    value = entries(value, NAMES, HINTS, START)
    return {name: _pair(name, value[name]) for name in NAMES}


def _pair(cell: str, said: Any) -> str:
    joined = "".join(map(str, said)) if isinstance(said, tuple | list | set | frozenset) else said
    letters = re.sub(r"\(t\)|[\s,+/↔-]|\be\b", "", joined.lower()) if isinstance(joined, str) else "?"
    if not re.fullmatch(r"[fiog]*", letters):
        shown = f"“{said[:12]}”" if isinstance(said, str) else f"algo do tipo `{type(said).__name__}`"
        raise refused(HINTS, "unclear", cell=cell, said=shown)
    if "g" in letters:
        raise refused(HINTS, "not_gate", cell=cell)
    pair = "".join(gate for gate in GATES if gate in letters)
    if len(pair) in (1, 3):
        raise refused(HINTS, "single" if len(pair) == 1 else "all_three", cell=cell)
    return pair


CHECK = Check((), START, judge)
