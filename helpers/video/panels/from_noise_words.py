"""What the panel from noise to video says: labels, one sentence an operation, formulas, rows of numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

from helpers.ui.style import num

MODEL, FRAMES, UNIT = "Modelo", "Quadros", "Unidade"
MODELS = {"own": "o seu modelo", "lstm": "64 unidades", "pocket": "4 unidades (cabem na célula)"}
EDITS = {"content": "Outro conteúdo", "motion": "Outro movimento", "steps": "Outro ruído e(t)"}
MORE, UNDO, OPEN = "Mais 16 quadros", "Desfazer", "Ver na célula"
TIPS = {"content": "Sortear outro ruído de conteúdo: o desenho muda, o movimento não",
        "motion": "Sortear outro ruído de movimento: m(1) e a memória inicial mudam, o desenho não",
        "steps": "Sortear outros e(t): o primeiro quadro fica, o resto pode mudar",
        "more": "Continuar o mesmo clipe por mais 16 quadros, até 128",
        "undo": "Desfazer a última troca",
        "open": "Abrir este passo da LSTM em “{title}”. Lá o passo 1 é só preenchimento: o quadro 1 não usa "
                "a LSTM"}
TURN_TIP = "Executar até o fim deste quadro"
HINTS = ("Passo (→): uma operação. Rodada: um quadro.",
         "Tocar: um quadro depois do outro.",
         "Tracejado: as paredes, para o centro do desenho.",
         "Clique num quadro pequeno para ir até ele;",
         "clique numa faixa para escolher a unidade.")

NO_FRAME, WALLS = "ainda não há quadro", "paredes"
DONE, MAKING, FIRST = "Quadro {t} de {frames}", "Quadro {p}, fazendo o {t}", "Fazendo o quadro 1"
NOISE_C, NOISE_M, LSTM = ("ruído de", "conteúdo"), ("ruído de", "movimento"), "LSTM ({units})"
DRAW, FRAME = "desenha", "quadro {t}"
CONTENT_ROW = "conteúdo: 16 números, de {low} a {high}"
X_ROW = "x({t}) = [m; e] = {x}"
UNIT_ROW = "unidade {u}: {values}"
M_ROW = "Δm = ({dm_x}; {dm_y}) → m({t}) = ({m_x}; {m_y})"
FIRST_ROW = "m(1) = ({m_x}; {m_y}), h(1) = {h}, c(1) = {c} (unidade {u})"
SHELF = ("ruído fixo", "conteúdo", "sprite")
MEAN = "média {mean}"
RANGE = "cor até ±{reach}"

START = ("Ainda não há quadro. Aperte Passo: primeiro nasce o que fica igual no clipe inteiro, o conteúdo; "
         "depois, quadro a quadro, o movimento.")
FRESH = "Quadro {p} pronto. Agora o quadro {t}: o ruído e({t}) e a memória vão dizer para onde o desenho vai."
SENTENCES = {
    "content": "16 números de ruído viram 16 números de conteúdo: eles dizem o que será desenhado, e não "
               "mudam até o fim do clipe.",
    "sprite": "O conteúdo vira um desenho ainda sem lugar, o sprite. Ele será o mesmo em todos os quadros.",
    "first": "8 números de ruído de movimento viram m(1) = ({m_x}; {m_y}) e a memória com que a LSTM começa: "
             "h(1) e c(1).",
    "e": "Quadro {t}: chegam m({p}) = ({mp_x}; {mp_y}), o lugar de antes, e dois números novos de ruído, "
         "e({t}) = ({e_x}; {e_y}).",
    "x": "x({t}) junta os dois: 2 números de m({p}) e 2 de e({t}). O conteúdo não entra na LSTM.",
    "z": "Camada {layer}, unidade {u}: W·x + U·h + b = {z}. Falta a {squash}.",
    "g": "g = tanh({z_g}) = {g} na unidade {u}: é o candidato a entrar na memória.",
    "f": "f {how_f} {f} na unidade {u}: o forget gate guarda esta parte de c({p}).",
    "i": "i {how_i} {i} na unidade {u}: o input gate deixa entrar esta parte de g.",
    "o": "o {how_o} {o} na unidade {u}: o output gate mostra esta parte de tanh(c).",
    "kept": "f·c({p}) = {kept} na unidade {u}: o que fica da memória do movimento.",
    "added": "i·g = {added} na unidade {u}: o que entra na memória.",
    "c": "c({t}) = {kept} + {added_} = {c} na unidade {u}: a memória leva a direção e a rapidez adiante.",
    "squashed": "tanh(c({t})) = {squashed} na unidade {u}. A memória mesma continua {c}.",
    "h": "h({t}) = {o}·{squashed_} = {h} na unidade {u}. Todas as {units} juntas dizem o próximo passo.",
    "dm": "Das {units} unidades de h({t}) sai o passo Δm = ({dm_x}; {dm_y}): {dx} px na horizontal e {dy} px "
          "na vertical.",
    "m": "m({t}) = m({p}) + Δm = ({m_x}; {m_y}): o centro do desenho vai para ({px}; {py}) px.",
    "frame": "Quadro {t} pronto: o sprite, desenhado com o centro em ({px}; {py}) px.",
}
COMPLETE = " O clipe tem seus {frames} quadros: aperte Tocar para vê-lo."
NEWS = {
    "content": "Outro conteúdo: outro sprite. O ruído do movimento é o mesmo, e a LSTM não lê o conteúdo.",
    "motion": "Outro ruído de movimento: m(1), h(1) e c(1) são outros. O sprite é o mesmo.",
    "steps": "Outros e(t) a partir do quadro 2. O sprite e o começo, m(1), h(1) e c(1), são os mesmos.",
    "model": "Agora a LSTM do gerador tem {units} unidades. Os ruídos são os mesmos, lidos de outro jeito.",
    "frames": "O clipe tem agora {frames} quadros. Os que já estavam feitos são os mesmos.",
}
APART = " No quadro {t}, o centro está a {apart} px de onde estava."
OPENED = ("Aberto em “{title}”: lá, o passo {t} é este quadro. O passo 1 de lá é só preenchimento, pois o "
          "quadro 1 não usa a LSTM.")
HELD = "está preso em"

FORMULAS: dict[str, tuple[tuple[str, str], ...]] = {    # parts, each with the operations that light it
    "content": (("conteúdo", "content"), (" = rede(16 números de ruído)", "content")),
    "sprite": (("sprite", "sprite"), (" = desenho(conteúdo)", "sprite")),
    "first": (("m(1), h(1), c(1)", "first"), (" = rede(8 números de ruído)", "first")),
    "x": (("x(t) = [", "x"), ("m(t−1)", "e x"), (", ", "x"), ("e(t)", "e x"), ("]", "x")),
    "g": (("g = ", "g"), ("tanh(", "g"), ("W_g x + U_g h + b_g", "z_g"), (")", "g")),
    **{k: ((f"{k} = ", k), ("σ(", k), (f"W_{k} x + U_{k} h + b_{k}", f"z_{k}"), (")", k)) for k in "fio"},
    "c": (("c(t) = ", "c"), ("f ⊙ c(t−1)", "kept"), (" + ", "c"), ("i ⊙ g", "added")),
    "h": (("h(t) = ", "h"), ("o ⊙ ", "h"), ("tanh(c(t))", "squashed")),
    "m": (("m(t) = ", "m"), ("m(t−1) + ", "m"), ("(V h(t) + b) / {gain}", "dm")),
    "frame": (("quadro(t) = ", "frame"), ("sprite, com o centro em m(t)", "frame")),
}
OF = {"e": "x", "kept": "c", "added": "c", "squashed": "h", "dm": "m"} | {f"z_{k}": k for k in "gfio"}


def formula(op: str, gain: float) -> list[tuple[str, bool]]:
    """Write the formula to which an operation belongs, its own term lit."""
    parts = FORMULAS[OF.get(op, op)]
    return [(words.format(gain=num(gain, 0)), op in lit.split()) for words, lit in parts]


def short(value: float) -> str:
    """Write a number with two digits after the comma, a small one with three."""
    return num(value, 2 if abs(value) >= 0.1 else 3)


def pair(values: Sequence[float]) -> str:
    """Write a point."""
    return "; ".join(map(short, values))


def facts(values: Mapping[str, float], pairs: Mapping[str, Sequence[float]]) -> dict[str, str]:
    """Word single numbers, those with an underscore in brackets where negative; of pairs x and y."""
    out = {}
    for name, value in values.items():
        said = short(value)
        out |= {name: said, f"{name}_": f"({said})" if value < 0 else said}
    for name, (x, y) in pairs.items():
        out |= {f"{name}_x": short(x), f"{name}_y": short(y)}
    return out


def sentence(op: str, known: dict[str, Any]) -> str:
    """Say an operation; op '': before the first of a frame. known: what the words ask for, worded."""
    if not op:
        return (START if known["t"] == 1 else FRESH).format_map(known)
    if op.startswith("z_"):
        known |= {"layer": op[-1], "z": known[op], "squash": "tanh" if op == "z_g" else "função logística σ"}
        return SENTENCES["z"].format_map(known)
    return SENTENCES[op].format_map(known)
