"""What the panel of latent space says: its controls, and the words of its three scenes."""

from helpers.ui.style import num

MODES = {"directions": "Direções", "interpolation": "Interpolação", "arithmetic": "Aritmética"}
DIGIT, MAIN, NEW, HOME, OTHER = "Dígito", "Direção", "Novo z", "z inicial", "e no"
TRAY, ATTRIBUTE, WAY, FORCE = "Outras amostras", "Atributo", "De A a B: t", "Força s"
ENDS = ("A", "B")
ATTRIBUTES = {"slant": "inclinação", "ink": "tinta"}
MEANS = {"slant": ("à direita", "à esquerda"), "ink": ("mais tinta", "menos tinta")}    # of the two thirds
BUTTONS = {    # key: (icon, label, tooltip)
    "back": ("step-backward", "Menos", "Mover o controle principal para trás (tecla ←)"),
    "step": ("step-forward", "Mais", "Mover o controle principal para a frente (tecla →)"),
    "play": ("play", "Tocar", "Ir e voltar sozinho, ou pausar (barra de espaço)"),
    "undo": ("undo", "Desfazer", "Voltar à escolha anterior"),
}
PAUSE = ("pause", "Pausar")
HINTS = {"directions": "Clique na faixa de cima, ou use ← e →.",
         "interpolation": "Clique em duas amostras: viram A e B.",
         "arithmetic": "Clique na faixa de baixo, ou use ← e →."}

STRIP = "Direção {main}: 7 valores, o resto de z parado"
CHANCE = "Uma direção ao acaso, os mesmos 7 valores"
SPECTRUM = {"title": "Quanto cada direção muda a imagem: {count} direções, da maior à menor",
            "chance": "ao acaso, em média", "first": "verdes: as que têm controle", "last": "direção {count}"}
BIG = "G(z), dígito {digit} · ‖z‖ = {norm}"
MEASURES = ("tinta: {ink} da página", "inclinação: {slant} (+: à direita)",
            "Andar 1 muda cada pixel em média", "na direção {main}: {effect}", "numa ao acaso: {ordinary}")
DIRECTIONS = ("Direção {main} em {here}. De −3 a 3, a inclinação vai de {lean} a {lean_end}, e a tinta, de "
              "{ink} a {ink_end}. Andar 1 muda a imagem {ratio} o que muda numa direção ao acaso.")

TRAY_TITLE = "20 amostras: agora a próxima escolha é {turn}"
LENGTHS = {"title": "‖z‖ no caminho; cinza: 95 % dos z", "line": "- - linear", "arc": "— esférica"}
LINE = "Linear: z = (1 − t)·a + t·b (embaixo: o dígito que o classificador vê)"
ARC = "Esférica: o ângulo cresce por igual, de 0 a Ω = {angle}"
NOW = ("‖z‖ = {norm}", "vê {seen}", "({sure})")
RARE = ("Meio do caminho: ‖z‖ = {line} na linear, {arc} na esférica. Mais curtos que o da linear: "
        "{share} dos z sorteados.")
INTERPOLATION = ("Em t = {t}, ‖z‖ é {line} na linear e {arc} na esférica; um z sorteado tem cerca de "
                 "{typical}. O classificador vê {seen}.")
SAME, DIFFERENT = "{line} nas duas", "{line} na linear e {arc} na esférica"
ALIKE = "A e B são a mesma amostra: não há caminho. Clique em outra amostra na bandeja."
CLASSES = "A classe também vai de A a B, {a} → {b}; no treino, G nunca viu classes misturadas."

EQUATION = "z + s × (média de z dos dígitos {most} − média de z dos {least})"
THIRDS = {"slant": ("inclinados à direita", "inclinados à esquerda"),
          "ink": ("com mais tinta", "com menos tinta")}
ROW = "{name}: {before} → {after}"
FRESH = ("em 30 z novos, em média:", "{before} → {after}")
FORCES = "O dígito {digit} de s = −2 a s = 2, e a {name} de cada um, em {unit}"
UNITS = {"slant": "graus", "ink": "%"}
PLUS, MINUS = "+ {force} × (", "− {force} × ("
BESIDE = ("o mesmo z, a mesma", "soma, outro dígito")
VECTOR = ("A diferença das médias mede {size}.", "A direção mais parecida é a {nearest}",
          "(cosseno {cosine}).", "Cada média: 1.000 z, um terço dos", "sorteados de cada dígito.")
ARITHMETIC = ("{name} + {digit}: com s = {force}, este {digit} vai de {before} a {after}. Em 30 z novos, a "
              "média vai de {mean} a {mean_after}. O vetor é o mesmo para todos os dígitos.")


def percent(value: float, digits: int = 1) -> str:
    """Write a share of 1."""
    return f"{num(100 * value, digits)} %"


def measure(attribute: str, value: float) -> str:
    """Write an attribute's value with its unit."""
    return f"{num(value, 1)}°" if attribute == "slant" else percent(value)


def bare(attribute: str, value: float) -> str:
    """Write an attribute's value without its unit."""
    return num(value if attribute == "slant" else 100 * value, 0)


def rare(share: float) -> str:
    """Write the share of the z's that are shorter."""
    if share < 1e-5:
        return f"menos de {percent(1e-5, 3)}"
    return percent(share, 1 if share > 0.01 else 2 if share > 1e-4 else 4)


def seen(line: int, arc: int) -> str:
    """Write which digit is seen on the two ways."""
    return (SAME if line == arc else DIFFERENT).format(line=line, arc=arc)


def times(ratio: float) -> str:
    """Write how many times as much."""
    return f"{num(ratio, 1)}×"


def sample_name(place: int) -> str:
    """Name a sample of the tray by its digit and row."""
    return f"{place % 10} ({'1ª' if place < 10 else '2ª'} linha)"
