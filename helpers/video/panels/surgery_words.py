"""What Cirurgia nos portões says."""

from helpers.ui.style import num

GATES = {"f": "forget gate", "i": "input gate", "o": "output gate"}
TOGGLE, FREE = "Prender {gate}", "livre"
SINCE, SEED, UNDO = "A partir do quadro", "Outros clipes", "Desfazer"
TIPS = {"seed": "Sortear outros doze clipes", "undo": "Voltar à operação anterior",
        "toggle": "Prender ou soltar o {name} em todas as unidades"}
PRESETS = (    # label, tip, what is held
    ("f = 0", "Apagar a memória a cada quadro", {"f": 0.0}),
    ("f = 1", "Nunca apagar nada da memória", {"f": 1.0}),
    ("i = 0", "Não anotar nada de novo", {"i": 0.0}),
    ("o = 0", "Não mostrar nada da memória", {"o": 0.0}),
    ("Soltar tudo", "Devolver os três portões à rede", {}))
MEANINGS = ("f = 0 apaga a memória", "f = 1 nunca apaga", "i = 0 não anota nada de novo",
            "o = 0 não mostra a memória")
DRAWING = {"title": "Os caminhos de doze clipes", "speed": "Velocidade, em pixels por quadro",
           "real": "reais", "first": "quadro 2", "last": "quadro {frames}",
           "before": "livre", "after": "presa"}
HEAD = "cosseno", "velocidade", "espalhamento", "além da parede"
ROWS = "clipes reais", "LSTM livre", "LSTM operada"
NOTHING = ("Nenhum portão preso: os caminhos presos e livres coincidem. Antes de prender um portão, "
           "diga o que espera.")
HELD = ("A partir do quadro {since}, {gates}. A velocidade foi de {before} para {after} pixels por quadro. "
        "{what}")
STILL = "O dígito quase parou."
BEYOND = "Em {share} dos quadros, o dígito está além da parede: a LSTM não o faz mais voltar."
SLOWER = "O dígito anda bem mais devagar do que livre."
SHAKES = "A direção muda a toda hora: falta a memória de para onde ia."
MOVES = "O dígito ainda anda e ainda volta."


def gates(held: dict[str, float]) -> str:
    """Name what is held: 'f = 0,35 e o = 1'."""
    return " e ".join(f"{gate} = {num(value, 0 if value == 1 else 2)}" for gate, value in held.items())


def what(cosine: float, speed: float, beyond: float, normal: float) -> str:
    """Say in a sentence what the motion has become; normal: the speed of the free clips."""
    if speed < 0.2 * normal:
        return STILL
    if beyond > 0.15:
        return BEYOND.format(share=f"{num(100 * beyond, 0)}%")
    if cosine < 0.5:
        return SHAKES
    return SLOWER if speed < 0.6 * normal else MOVES
