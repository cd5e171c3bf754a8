"""Exercise 3.8: which rows of PyTorch's matrices belong to which layer."""

from typing import Any

import torch
from torch import Tensor

from helpers.exercises.checks import Check
from helpers.exercises.judging import COMMON, Hints, agree, answered, numbers, refused, torch_cell
from helpers.exercises.running import Attempt, message
from helpers.lstm.cell import LAYERS, ROWS, LSTMCell
from helpers.ui.style import num

ARGUMENTS = ("pesos",)
SIZES = ((3, 2), (2, 5))    # inputs, units
START = (
    "A função ainda está como veio. Troque o `...` pelos quatro blocos e execute a célula de novo.",
    "O PyTorch empilha as quatro camadas em uma matriz só: 4·H linhas, H de cada camada, na ordem i, f, g, "
    "o. Corte em quatro e dê a cada bloco o seu nome.",
    "`pesos.chunk(4)` corta em quatro blocos de linhas: `i, f, g, o = pesos.chunk(4)`. Devolva um "
    "dicionário.",
)
RIGHT = ("Com os seus blocos, a célula do curso dá o mesmo h que nn.LSTMCell: a maior diferença é {near}. E "
         "serviu para `weight_ih`, `weight_hh` e os vieses. Com g e o trocados, nenhum erro apareceria na "
         "tela, mas h sairia diferente em até {far}.")

ORDERS = {    # orders in which other code stacks the four
    ("g", "f", "i", "o"): "course", ("f", "g", "i", "o"): "alphabet", ("i", "f", "o", "g"): "last_two",
    ("f", "i", "o", "g"): "gates_first", ("f", "i", "g", "o"): "first_two", ("i", "o", "f", "g"): "onnx",
}
_READ = ("Você leu os blocos na ordem {order}. Nada acusa o erro, mas a célula com esses pesos dá um h que "
         "difere do de nn.LSTMCell em até {far}.")
HINTS: Hints = COMMON | {
    "kind": ("Sua função devolve algo do tipo `{kind}`; o esperado é um dicionário com um tensor por camada.",
             "`return {\"i\": i, \"f\": f, \"g\": g, \"o\": o}`, com um bloco em cada lugar."),
    "letters": ("O dicionário tem estas chaves: {found}. O esperado são as quatro letras f, g, i, o.",
                "Uma chave por camada, em minúscula e entre aspas."),
    "value": ("Na chave {name} há algo do tipo `{kind}`; o esperado é um tensor.",
              "Cada chave guarda um bloco de linhas de `pesos`."),
    "columns": ("De uma matriz de {rows} linhas e {cols} colunas, o bloco {name} saiu com forma {found}: "
                "você cortou as colunas.",
                "As camadas estão empilhadas: cada uma é um grupo de linhas. Corte na primeira dimensão."),
    "rows": ("De uma matriz de {rows} linhas, o bloco {name} saiu com forma {found}; o esperado é "
             "{expected}. Cada camada tem um quarto das linhas.",
             "O tamanho vem de `len(pesos) // 4`, e não de um número fixo. `pesos.chunk(4)` já o calcula."),
    "turned": ("Os blocos são os certos, mas saíram virados: {name} tem forma {found}, e o esperado é "
               "{expected}.",
               "Tire o `.T`: a célula do curso guarda W como o PyTorch, [unidades, entradas]."),
    "one_dim": ("Nos vieses, `pesos` tem uma dimensão só, e sua função pediu também colunas.",
                "Fatie só as linhas: `pesos[a:b]` serve para matrizes e para vetores."),
    "strided": ("Você pegou uma linha a cada quatro. As H linhas de uma camada vêm seguidas.",
                "Primeiro todas as de i, depois todas as de f, de g e de o: `pesos.chunk(4)`."),
    "same": ("As chaves {first} e {second} receberam o mesmo bloco.",
             "São quatro blocos diferentes, um para cada camada."),
    "course": (f"{_READ} Essa é a ordem em que o curso apresenta as camadas.",
               "O PyTorch tem a dele, escrita junto de `weight_ih_l[k]`: W_ii, W_if, W_ig, W_io."),
    "alphabet": (f"{_READ} É a ordem alfabética.",
                 "O PyTorch não segue o alfabeto: nele são i, f, g, o."),
    "last_two": (f"{_READ} Os dois últimos estão trocados: muitos programas deixam a camada principal para o "
                 "fim, e o PyTorch não.",
                 "O terceiro bloco é o de g, e o quarto, o de o."),
    "gates_first": (f"{_READ} Você pôs as controladoras juntas.",
                    "No PyTorch, g fica entre f e o: i, f, g, o."),
    "first_two": (f"{_READ} Os dois primeiros estão trocados.",
                  "O primeiro bloco é o de i, e o segundo, o de f."),
    "onnx": (f"{_READ} É a ordem do formato ONNX.", "No PyTorch, os quatro vêm assim: i, f, g, o."),
    "order": (_READ, "A documentação de nn.LSTM diz a ordem: W_ii, W_if, W_ig, W_io."),
    "other": ("A chave {name} não recebeu nenhum dos quatro blocos: os números são outros.",
              "Só corte e dê nome. Não some, não misture e não mude a ordem das linhas."),
}


def judge(attempt: Attempt) -> str:
    """Read the blocks for weights and biases of two sizes; an order that other code uses is named."""
    for sizes in SIZES:
        cell = torch_cell(*sizes, torch.Generator().manual_seed(41))
        for stacked in (cell.weight_ih, cell.weight_hh, cell.bias_ih):
            pesos = stacked.detach()
            _compare(_blocks(attempt, pesos), dict(zip(ROWS, pesos.chunk(4), strict=True)), pesos)
    near = max(far({name: name for name in LAYERS}, sizes) for sizes in SIZES)
    return RIGHT.format(near=num(near), far=num(far({"f": "f", "i": "i", "g": "o", "o": "g"}), 2))


def far(taken: dict[str, str], sizes: tuple[int, int] = SIZES[0]) -> float:
    """How far h is from PyTorch's after a step, where each layer takes the named layer's rows."""
    theirs, ours = torch_cell(*sizes, torch.Generator().manual_seed(41)), LSTMCell(*sizes)
    rng = torch.Generator().manual_seed(42)
    x, h, c = (torch.randn(8, size, generator=rng) for size in (sizes[0], sizes[1], sizes[1]))
    stacked = {name: [rows.chunk(4)[ROWS.index(taken[name])] for rows in (
        theirs.weight_ih, theirs.weight_hh, theirs.bias_ih)] for name in LAYERS}
    with torch.no_grad():
        for name, weights in stacked.items():
            for mine, other in zip(getattr(ours, name).parameters(), weights, strict=True):
                mine.copy_(other)
        return (ours(x, (h, c))[0] - theirs(x, (h, c))[0]).abs().max().item()


def known(error: BaseException) -> tuple[str, ...] | None:
    """Know that a vector has no columns to slice."""
    few = isinstance(error, IndexError) and ("too many indices" in message(error)
                                             or "Dimension out of range" in message(error))
    return HINTS["one_dim"] if few else None


def _blocks(attempt: Attempt, pesos: Tensor) -> dict[str, Tensor]:
    """Call once; read four blocks of any shape."""
    value = answered(attempt, (pesos,), START)
    if not isinstance(value, dict):
        raise refused(HINTS, "kind", kind=type(value).__name__)
    if set(value) != set(LAYERS):
        raise refused(HINTS, "letters", found=", ".join(sorted(str(key)[:12] for key in value)) or "nenhuma")
    blocks: dict[str, Any] = {name: numbers(part) for name, part in value.items()}
    for name, block in blocks.items():
        if block is None:
            raise refused(HINTS, "value", name=name, kind=type(value[name]).__name__)
    return blocks


def _compare(blocks: dict[str, Tensor], right: dict[str, Tensor], pesos: Tensor) -> None:
    """Refuse blocks that are not the layers' own."""
    taken = {}
    for name, block in blocks.items():
        wanted = right[name]
        facts = {"name": name, "found": list(block.shape), "expected": list(wanted.shape), "rows": len(pesos)}
        if pesos.dim() == 2 and len(block) == len(pesos) and block.shape != wanted.shape:
            raise refused(HINTS, "columns", cols=pesos.shape[1], **facts)
        if block.dim() == 2 and block.shape != wanted.shape and agree(block.T, wanted):
            raise refused(HINTS, "turned", **facts)
        if block.shape != wanted.shape:
            raise refused(HINTS, "rows", **facts)
        if any(agree(block, pesos[start::4]) for start in range(4)):
            raise refused(HINTS, "strided")
        taken[name] = next((layer for layer, rows in right.items() if agree(block, rows)), None)
        if taken[name] is None:
            raise refused(HINTS, "other", name=name)
    order = tuple(sorted(taken, key=lambda name: ROWS.index(taken[name])))
    if len(set(taken.values())) < 4:
        first, second = next((one, other) for one in order for other in order
                             if one != other and taken[one] == taken[other])
        raise refused(HINTS, "same", first=first, second=second)
    if order != ROWS:
        raise refused(HINTS, ORDERS.get(order, "order"), order=", ".join(order), far=num(far(taken), 2))


CHECK = Check(ARGUMENTS, START, judge, known)
