"""The words of 'A métrica que mente'."""

from collections.abc import Sequence

from helpers.ui.style import num
from helpers.video.contestants import CHEATS, NAMES
from helpers.video.scoreboard import CLIPS, GATE, KEYS, MEASURES, OFF, RANK, SCOREBOARDS, Pair, Table

SHORT = {    # contestant -> its name in up to two lines
    "real": ("real",), "autoencoder": ("auto-", "codific."), "lstm": ("LSTM",), "none": ("sem", "memória"),
    "no_frame": ("sem crít.", "de quadro"), "frozen": ("congelado",), "shuffled": ("fora de", "ordem"),
    "one_path": ("caminho", "único"), "new_digit": ("troca de", "dígito")}
SAID = {"real": "real", "autoencoder": "autocodificador", "lstm": "LSTM", "none": "sem memória",
        "no_frame": "sem crítico de quadro", "frozen": "congelado", "shuffled": "fora de ordem",
        "one_path": "caminho único", "new_digit": "troca de dígito"}
LABELS = {"acd": "ACD", "acd_near": "ACD perto", "cosine": "direção", "speed": "rapidez",
          "acceleration": "aceleração", "spread": "espalhamento", "agreement": "acordo", "entropy": "classes",
          "frechet": "Fréchet"}
TIPS = {
    "acd": "Distância média entre o que o classificador vê em dois quadros do mesmo clipe",
    "acd_near": "A mesma ACD, mas o alvo é o valor dos clipes reais, e não zero",
    "cosine": "Cosseno entre uma velocidade e a seguinte: 1 é ir reto",
    "speed": "Distância W1 entre as rapidezes e as reais, em parte da rapidez média",
    "acceleration": "Distância W1 entre as acelerações e as reais, em parte da rapidez média",
    "spread": "Desvio padrão dos lugares, em parte do real",
    "agreement": "Parte dos quadros que mostram o dígito do seu clipe",
    "entropy": "Entropia dos dígitos vistos, em nats: 2,30 se os dez aparecem por igual",
    "frechet": "Distância de Fréchet entre os quadros e os reais: não vê a ordem deles"}
CLICK = "{tip}. Cada clique muda o uso: posição, filtro, fora."
USES = {OFF: "off", GATE: "gate", RANK: "rank"}
MARKS = {OFF: "○", GATE: "▮", RANK: "≡"}
USE_NAMES = {GATE: "filtro", RANK: "posição"}
RULES = {    # measure -> (as a gate: who passes, as a rank: who wins)
    "acd": ("passa até 1,2 × a ACD do autocodificador", "vence a menor, como se publica"),
    "acd_near": ("passa quem fica a até 30% da ACD real, {real}", "vence a mais perto da ACD real, {real}"),
    "cosine": ("passa quem fica a ±0,03 do cosseno real, {real}", "vence o mais perto do real, {real}"),
    "speed": ("passa W1 de até 7% da rapidez média", "vence a menor W1 até as rapidezes reais"),
    "acceleration": ("passa W1 de até 7% da rapidez média", "vence a menor W1 até as acelerações reais"),
    "spread": ("passa quem tem ao menos 0,9 do espalhamento real", "vence o mais perto do real, {real}"),
    "agreement": ("passa quem mantém o dígito em 90% dos quadros", "vence o mais perto do real, {real}"),
    "entropy": ("passa quem tem ao menos 2,1 nats", "vence a mais perto da real, {real} nats"),
    "frechet": ("passa até 3 × a distância do autocodificador", "vence a menor distância até os reais")}
IN_USE = "{name} como {use}: {rule}."
REFUSED, NOBODY = " Reprova: {letters}.", "ninguém"
OUT = "{name}: fora do placar."
KINDS = ["● real", "■ modelo", "□ quebrado", "▲ trapaça"]
KEY = ["≡ posição", "▮ filtro", "✗ reprovado"]
TOTAL, NO_TOTAL = "✗ · lugar médio", "—"
BESIDE = [f"{len(NAMES)} competidores,", "2 clipes de cada"]
GUESS, CHECK, CHECK_TIP = "Quem terá a menor ACD?", "Conferir", "Mostrar as medidas e ordenar pela ACD"
PLAY, PAUSE = ("play", "Tocar clipes"), ("pause", "Pausar clipes")
PLAY_TIP, OTHERS, OTHERS_TIP = "Tocar ou parar em um quadro (espaço)", "Outros clipes", "Mostrar outros dois"
FRAME, DRAW = "Quadro", "Sorteio"
SOLUTION, SOLUTION_TIP = "Solução", "Mostrar um placar certo; clique de novo para o próximo"
UNDO, UNDO_TIP = "Desfazer", "Desfazer a última mudança"
AGAIN, AGAIN_TIP = "Recomeçar", "Trocar as letras e apostar de novo"
RIDDLE = [
    "A ACD, distância média de conteúdo, dá nota a um clipe em três passos:",
    "1. o classificador de dígitos olha cada quadro e devolve 64 números;",
    "2. mede-se a distância entre esses números em cada dois quadros do mesmo clipe;",
    "3. a ACD é a média delas. Quanto menor, “melhor”: o dígito continua o mesmo.",
    "Há clipes reais, o autocodificador, uma LSTM, dois modelos quebrados e "
    f"{len(CHEATS)} trapaças de poucas linhas.",
    "Quem terá a menor ACD? Clique no competidor e aperte Conferir. Depois, conserte o placar:",
    "no pódio, só os clipes reais, o autocodificador e a LSTM. Cada clique em uma medida muda o uso:",
    "posição (dá lugares), filtro (reprova quem passa do limite) ou fora."]
ASK = "Seu palpite: {letter}. Para mudar, clique em outro competidor; depois aperte Conferir."
WON, LOST = "Acertou. ", "Você apostou em “{guess}”, que fica em {place}º. "
CHECKED = ("Pela ACD vence “{winner}”, com {value}; os clipes reais, com {own}, ficam em {real}º de {n}. "
           "Agora conserte o placar.")
MEASURED = (f"{{draws}} sorteios de {CLIPS} clipes por competidor. O piso é a coluna “real”: clipes reais "
            "contra outros reais.")
NOTHING = "Nenhuma medida ligada: todos empatam. Ligue uma, pelos botões ou clicando na linha dela."
WRONG = "Errado: “{below}” {over} “{above}”. {catch} Pódio certo em {right} de {draws} sorteios."
OVER, TIED = "está acima de", "empata com"
CATCH, NO_CATCH = "Quem separa os dois: {name} como {use}.", "Nenhuma medida a mais os separa sempre."
BLAMED = "A culpa é de um filtro: {name}, que reprova “{above}”."
LUCK = ("Aqui o pódio está certo, mas só em {right} de {draws} sorteios: foi sorte. No sorteio {draw}, "
        "“{below}” {over} “{above}”.")
FIXED = ("Consertado! Real, autocodificador e LSTM no pódio em {draws} de {draws} sorteios, com {count}. "
         "{rest}")
MEASURE, MEASURE_COUNT = "1 medida", "{} medidas"
FEWEST = f"Com menos não dá: testei os {SCOREBOARDS:,} placares.".replace(",", ".")
MINIMAL, SPARE = "Nenhuma delas pode sair, mas há placar com {fewest}.", "Alguma pode sair: qual?"
SOLVED = "Solução {number} de {total}. Em nenhuma delas sobra uma medida; a menor usa {fewest}."
PERCENT, FINE = ("speed", "acceleration"), ("cosine", "spread", "agreement")


def value(key: str, found: float) -> str:
    """Write a measure's number."""
    if key in PERCENT:
        return f"{num(100 * found, 0 if found >= 0.0995 else 1)}%"
    digits = 0 if found >= 100 else 1 if key == "frechet" or found >= 10 else 3 if key in FINE else 2
    return "0" if abs(found) < 0.005 else num(found, min(digits, 2) if found < 0 else digits)


def cell(table: Table, key: str, draw: int, who: int, use: int) -> tuple[str, bool]:
    """What stands in the table's field, and whether its gate stays shut."""
    shown, bad = value(key, table.values[key][draw, who]), use == GATE and not table.passes[key][draw, who]
    if use == RANK:
        return f"{table.places[key][draw, who]}º {shown}", False
    return shown + " ✗" * bad, bad


def total(failed: int, ranked: int, uses: Sequence[int]) -> str:
    """Sum a column up: gates that stay shut, and the mean place."""
    parts = [f"{failed} ✗"] * (GATE in uses) + [num(ranked / max(1, uses.count(RANK)), 1)] * (RANK in uses)
    return " · ".join(parts) or NO_TOTAL


def explained(table: Table, key: str, use: int, draw: int, letters: dict[str, str]) -> str:
    """Say how a measure is used now, and whom its gate refuses."""
    name = LABELS[key][0].upper() + LABELS[key][1:]
    if use == OFF:
        return OUT.format(name=name)
    real = value(key, getattr(table.own, MEASURES[key].field))
    said = IN_USE.format(name=name, use=USE_NAMES[use], rule=RULES[key][use == RANK].format(real=real))
    if use == RANK:
        return said
    out = sorted(letters[name] for name, passes in zip(NAMES, table.passes[key][draw], strict=True)
                 if not passes)
    return said + REFUSED.format(letters=", ".join(out) or NOBODY)


def checked(table: Table, guess: str, draw: int) -> str:
    """Say who won by the ACD, and where the real clips are."""
    places = dict(table.order({"acd": RANK}, draw))
    winner = min(places, key=places.get)
    found = table.values["acd"][draw]
    first = WON if guess == winner else LOST
    return first.format(guess=SAID[guess], place=places[guess]) + CHECKED.format(
        winner=SAID[winner], value=value("acd", found[NAMES.index(winner)]), own=value("acd", found[0]),
        real=places["real"], n=len(NAMES))


def count(measures: int) -> str:
    """Say how many measures."""
    return MEASURE if measures == 1 else MEASURE_COUNT.format(measures)


def verdict(table: Table, choice: dict[str, int], draw: int, solutions: list[dict[str, int]]) -> str:
    """Judge a scoreboard: the worst pair, and who would part it; luck; or that it is right."""
    if not choice:
        return NOTHING
    right = table.right(choice)
    facts = {"right": sum(right), "draws": table.draws}
    if all(right):
        fewest = len(solutions[0])
        rest = (FEWEST if len(choice) == fewest else
                MINIMAL.format(fewest=count(fewest)) if choice in solutions else SPARE)
        return FIXED.format(count=count(len(choice)), rest=rest, **facts)
    there = right.index(False) if right[draw] else draw
    pair = table.mistakes(choice, there)[0]
    facts |= said(table, choice, there, pair)
    if right[draw]:
        return LUCK.format(draw=there + 1, **facts)
    blamed = [key for key, use in choice.items() if use == GATE and not passes(table, key, draw, pair[0])
              and passes(table, key, draw, pair[1])]
    if blamed:
        return WRONG.format(catch=BLAMED.format(name=LABELS[blamed[0]], above=SAID[pair[0]]), **facts)
    more = [(key, use) for key, use in table.catchers(pair) if choice.get(key) != use]
    catch = CATCH.format(name=LABELS[more[0][0]], use=USE_NAMES[more[0][1]]) if more else NO_CATCH
    return WRONG.format(catch=catch, **facts)


def passes(table: Table, key: str, draw: int, name: str) -> bool:
    """Whether a measure's gate opens for a contestant."""
    return bool(table.passes[key][draw, NAMES.index(name)])


def said(table: Table, choice: dict[str, int], draw: int, pair: Pair) -> dict[str, str]:
    """Name a pair that stands wrongly."""
    places = dict(table.order(choice, draw))
    above, below = pair
    over = TIED if places[above] == places[below] else OVER
    return {"above": SAID[above], "below": SAID[below], "over": over}


def labels(choice: dict[str, int]) -> dict[str, str]:
    """The words on the measures' buttons."""
    return {key: f"{MARKS[choice.get(key, OFF)]} {LABELS[key]}" for key in KEYS}
