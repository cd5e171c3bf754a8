"""What the panel of the broken gates says: labels, the state in one sentence, and what a held gate does."""

from statistics import median

from helpers.lstm.ablation import STEPS, baseline
from helpers.lstm.ablation_bench import Bench, Worst
from helpers.ui.style import num

NAMES = {"whole": "LSTM inteira", "f": "f ≡ 1", "i": "i ≡ 1", "o": "o ≡ 1", "rnn": "RNN simples",
         "gru": "GRU"}
WIDTHS = {"whole": 125, "f": 70, "i": 70, "o": 70, "rnn": 125, "gru": 70}
TIPS = {"whole": "Soltar todos os portões (as teclas ← e → mudam de linha)",
        "f": "Prender o forget gate, f, em 1; de novo, soltar",
        "i": "Prender o input gate, i, em 1; de novo, soltar",
        "o": "Prender o output gate, o, em 1; de novo, soltar",
        "rnn": "Mostrar uma rede recorrente simples", "gru": "Mostrar uma GRU"}
VALUE = "portão preso em {}"
BUTTONS = {    # key: (icon, label, tooltip, width)
    "train": ("play", "Treinar assim", "Treinar esta linha do zero (barra de espaço)", 140),
    "all": ("forward", "Treinar todos", "Treinar todas as linhas, semente por semente", 140),
    "seed": ("", "Próxima semente", "Outros pesos iniciais e outros dados de treino", 156),
    "example": ("", "Outro exemplo", "Outra sequência da prova", 136),
    "undo": ("undo", "Desfazer", "Desfazer a última escolha; a tabela fica", 102),
    "reset": ("fast-backward", "Início", "Esvaziar a tabela e recomeçar", 86)}
PAUSE = ("pause", "Pausar")
FRESH = "Ver a treinada assim"
FRESH_TIP = "Trocar entre a LSTM treinada inteira, com o portão preso agora, e a que treinou com ele preso"
LANES = ("valor", "grava", "apaga", "lê", "{memory}", "resposta", "passo")
MEMORY = {"lstm": "c(t)", "other": "h(t)"}
LABEL = "{} ({})"
SPAN, OUTPUT_SPAN = "até ±{}", "●certa ■dada"
HEADS = ("linha", "(parâmetros)", "erro na prova", "mediana (sementes)", "□ preso agora", "● treinada assim")
FLOOR, BASE = "◂ à mão: {}", "- - sempre 0: {}"
BLAME = "Onde nasce o erro"
KINDS = {"unasked": "sem pedido", "empty": "lê o vazio", "erased": "lê o apagado", "first": "lê o 1º valor",
         "replaced": "lê o regravado"}
SHARE = "{:.0f} %"
BY_VALUE, BY_STEP = "erro × valor de {}", "erro × passo do treino"
ENDS = {"value": ("0", "1"), "step": ("0", str(STEPS))}

DOES = {"f": "f ≡ 1: nada é apagado; cada valor novo se soma aos velhos em c(t).",
        "i": "i ≡ 1: todo valor que passa entra em c(t), mesmo sem o comando.",
        "o": "o ≡ 1: a célula responde até quando ninguém pede."}
ZERO = {"f": "f ≡ 0: c(t) é apagado a cada passo; só sobra o que entra agora.",
        "i": "i ≡ 0: nada é gravado, e c(t) fica em 0.",
        "o": "o ≡ 0: a saída fecha, e a resposta é sempre a mesma."}
BETWEEN = {"f": "f ≡ {v}: c(t) guarda sempre {v} do que tinha, com apaga ou sem.",
           "i": "i ≡ {v}: {v} de g(t) entra em c(t) em todo passo, com grava ou sem.",
           "o": "o ≡ {v}: {v} de tanh(c(t)) sai em todo passo, com lê ou sem."}
TRAINED = {"f": "Aprendeu com f ≡ 1: o resto da célula só compensa em parte.",
           "i": "Aprendeu com i ≡ 1: o resto da célula só compensa em parte.",
           "o": "Aprendeu com o ≡ 1: o resto da célula só compensa em parte.",
           "rnn": "A RNN simples refaz h(t) inteiro a cada passo: nenhum portão o protege.",
           "gru": "Na GRU um só portão guarda e grava, e na saída não há nenhum.",
           "whole": "Com os portões livres, a LSTM grava, guarda, apaga e responde na hora certa.",
           "stuck": "Os portões estão livres, mas esta semente não achou como usar todos."}
RAW = "Semente {seed}: esta rede ainda tem os pesos sorteados. Aperte Treinar assim."
RAW_CUT = ("Semente {seed}: a LSTM inteira ainda não acabou de treinar. Escolha LSTM inteira e aperte "
           "Treinar assim.")
UNDER_WAY = "{name}, semente {seed}: passo {done} de {steps} do treino. Erro na prova: {error}."
GOOD = "No exemplo, o maior engano é de {gap}."
WORST = {
    "unasked": "No passo {t} ninguém mandou ler: era para sair 0, e saiu {given}.",
    "empty": "No passo {t} mandaram ler o vazio: era para sair 0, e saiu {given}.",
    "erased": "No passo {t} era para sair 0 (apagado no passo {since}), e saiu {given}.",
    "first": "No passo {t} era para sair {wanted} (gravado no passo {since}), e saiu {given}.",
    "replaced": "No passo {t} era para sair {wanted} (gravado no passo {since}), e saiu {given}."}
TIMES = {"worse": "Na prova: {times} vezes o erro do sempre 0.",
         "better": "Erro na prova: {error} (do sempre 0: {base})."}
SOLVED = 0.005    # an error up to this is called solved
SMALL_GAP = 0.1    # an example without a larger error is called good


def short(error: float) -> str:
    """Write an error so that it fits in a column."""
    return num(error, 4) if 0.001 <= error < 0.01 else num(error)


def column(errors: list[float]) -> str:
    """Write the median of a row's errors, and of how many."""
    return f"{short(median(errors))} ({len(errors)})" if errors else ""


def title(bench: Bench, error: float) -> str:
    """Say what is shown and its error, above the example."""
    choice, run = bench.choice, bench.run
    if choice.cut:
        what = f"LSTM treinada inteira, agora com {choice.cut} ≡ {num(choice.value, 2)}"
    elif choice.row in "fio":
        what = f"LSTM treinada com {choice.row} ≡ 1"
    else:
        what = NAMES[choice.row]
    done = "" if run.finished else f" · passo {run.done} de {STEPS}"
    return f"{what} · semente {choice.seed}{done} · erro na prova: {short(error)}"


def sentence(bench: Bench, error: float, worst: Worst, playing: bool) -> str:
    """Say what the held gate does, where the example goes wrong, and how bad it is over the exam."""
    choice, run = bench.choice, bench.run
    facts = {"seed": choice.seed, "name": NAMES[run.row], "done": run.done, "steps": STEPS,
             "error": short(error), "base": num(baseline()), "times": num(error / baseline(), 1),
             "t": worst.step + 1, "since": "" if worst.since is None else worst.since + 1,
             "given": num(worst.given, 2), "wanted": num(worst.wanted, 2),
             "gap": num(worst.gap, 2), "v": num(choice.value, 2)}
    if not run.finished:
        form = UNDER_WAY if run.done or playing else RAW
        return (RAW_CUT if choice.cut else form).format_map(facts)
    if not choice.cut:
        first = TRAINED["stuck" if choice.row == "whole" and error > SOLVED else choice.row]
    else:
        table = DOES if choice.value == 1 else ZERO if choice.value == 0 else BETWEEN
        first = table[choice.cut].format_map(facts)
    seen = GOOD if worst.gap < SMALL_GAP else WORST[worst.kind]
    rest = TIMES["worse" if error > 1.05 * baseline() else "better"]
    return f"{first} {seen.format_map(facts)} {rest.format_map(facts)}"

