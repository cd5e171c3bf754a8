"""What Conteúdo × movimento says."""

from helpers.ui.style import num
from helpers.video.swap import DEVIATION, KEPT, Swap

MODEL, LEAK, SHARE, FRAME = "Modelo", "Vazamento", "Quanto", "Quadro"
MODELS = {"two": "dois estágios", "end": "de ponta a ponta", "real": "dígitos reais colados"}
LEAKS = {"none": "nenhum", "path": "conteúdo → caminho", "content": "movimento → conteúdo"}
LEAK_TIP = "Misturar, de propósito, um ruído no outro"
NO_LEAK_TIP = "Dígitos reais não vêm de ruído: não há o que misturar"
BUTTONS = {    # key: label, tip, width
    "undo": ("Desfazer", "Voltar à matriz anterior", 96),
    "rows": ("Outros conteúdos", "Sortear o conteúdo das quatro linhas (tecla L: só a linha escolhida)", 156),
    "columns": ("Outros movimentos",
                "Sortear o movimento das quatro colunas (tecla C: só a coluna escolhida)", 170),
    "both": ("Os dois", "Sortear as linhas e as colunas", 84),
    "play": ("", "Tocar os clipes ou parar em um quadro (barra de espaço)", 138),
    "measure": ("", "Medir o placar em clipes novos, sorteados à parte", 136)}
PLAY, PAUSE = ("play", "Tocar clipes"), ("pause", "Pausar clipes")
MEASURE, HOLD, DONE = "Medir placar", "Pausar medida", "Placar medido"
CORNER = "clique", "para", "sortear"
SHARE_SEEN = "{same} de {all}"

CHOSEN = "Linha {row}, coluna {column}: um {digit}"
NEAR = (("Linha: um conteúdo", True), ("vê-se {digits}", False),
        ("o {digit} em {same} de {all} clipes", False),
        ("Coluna: um movimento", True), ("caminhos a {apart} px", False), ("uns dos outros", False),
        ("Este clipe", True), ("o {digit} em {agree}/{frames} quadros", False))

TITLE, BLOCKS = "Placar: {done} de {all} clipes novos", "blocos de 2 × 2"
NAMES = ("Mesmo dígito: {}", "Caminho desvia: {}", "Movimento vaza no conteúdo: {}",
         "Conteúdo vaza no caminho: {}")
ASIDE = ("limite {gate}, acaso {chance}", "limite {gate}, acaso {chance}", "piso {floor}", "piso {floor}")
PASSED, FAILED, NOTHING = "✓", "✗", "—"
LEGEND = ("medido", "piso", "limite", "acaso", "Piso: dígitos reais em caminhos reais.")

BEGIN = ("Linha {row}: o classificador vê o {digit} em {same} de {all} clipes. Coluna {column}: os caminhos "
         "ficam a {apart} px uns dos outros. Dezesseis clipes são poucos para dar nota: aperte Medir placar.")
FOUND = ("Em {clips} clipes novos, outro movimento mantém o dígito em {kept} dos pares (acaso {chance}), e "
         "outro conteúdo desvia o caminho {deviation} px (acaso {by_chance}). {verdict}")
GOES_ON, HELD = "Ainda medindo.", "Medida pausada."
PASSES, FLOOR = "Dentro dos dois limites.", "Este é o piso."
FAILS = {(False, False): "Fora dos dois limites.",
         (False, True): "Reprova no dígito: {content} dele vem do movimento.",
         (True, False): "Reprova no caminho: {path} dele vem do conteúdo."}


def percent(share: float) -> str:
    return f"{num(100 * share, 0)}%"


def thousandths(leak: float) -> str:
    """Write a leak with three decimals, also where it is next to nothing; nan where it is not known yet."""
    return num(0.0) if abs(leak) < 0.0005 else num(leak, 3)


def gauges(found: Swap | None, floor: Swap | None, whole: bool) -> list[tuple[str, str]]:
    """Write each bar's name with its value, and what stands beside it; a whole score passes or fails."""
    if found is None:
        return [(name.format(NOTHING), "") for name in NAMES]
    marks = [f" {PASSED if good else FAILED}" if whole else "" for good in passes(found)]
    least = (floor.leak_content, floor.leak_path) if floor else (float("nan"), float("nan"))
    values = (f"{percent(found.kept)}{marks[0]}", f"{num(found.deviation, 2)} px{marks[1]}",
              thousandths(found.leak_content), thousandths(found.leak_path))
    facts = ({"gate": percent(KEPT), "chance": percent(found.kept_chance)},
             {"gate": num(DEVIATION, 1), "chance": num(found.deviation_chance, 1)},
             *({"floor": thousandths(value)} for value in least))
    return [(name.format(value), aside.format(**fact))
            for name, value, aside, fact in zip(NAMES, values, ASIDE, facts, strict=True)]


def passes(found: Swap) -> tuple[bool, bool]:
    """Hold the labels kept and the paths' deviation against their gates."""
    return found.kept >= KEPT, found.deviation <= DEVIATION


def verdict(found: Swap, real: bool) -> str:
    """Say what a finished score means."""
    if all(passes(found)):
        return FLOOR if real else PASSES
    return FAILS[passes(found)].format(content=percent(found.leak_content), path=percent(found.leak_path))


def score(found: Swap, clips: int, said: str) -> str:
    """Say the score in one sentence."""
    return FOUND.format(clips=clips, kept=percent(found.kept), chance=percent(found.kept_chance),
                        deviation=num(found.deviation, 2), by_chance=num(found.deviation_chance, 1),
                        verdict=said)


def begin(**facts: object) -> str:
    """Say what is seen around the chosen clip, and why that is no score."""
    return BEGIN.format(**facts)
