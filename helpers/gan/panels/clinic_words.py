"""What the clinic says: diagnoses, remedies, hints, and what the dials showed, by case."""

from helpers.errors import CourseError
from helpers.gan.clinic import CURED, EXAM
from helpers.gan.clinic_visit import Exams, Visit, played
from helpers.steps import Walk
from helpers.ui import svg
from helpers.ui.style import num

DIAGNOSES = {
    "no_zero": "gradientes de D nunca zerados", "strong_D": "D forte demais: G não acompanha",
    "sign": "sinal trocado na perda de G", "no_noise": "ruído z sempre igual",
    "frozen_D": "D parado: nunca dá o passo", "output": "saída de G não alcança os dados",
    "hot": "taxas altas demais (× 100)", "no_detach": "falta o detach na vez de D",
    "collapse": "D lento: G colapsa e foge", "batch_norm": "batch norm em lotes separados",
    "idle_G": "G parado: otimizador errado",
}
REMEDIES = {
    "strong_D": "Taxa de G × 30", "collapse": "Taxa de D × 30",
    "hot": "Taxas ÷ 100 e pesos do início", "frozen_D": "Mandar opt_D dar o passo",
    "no_zero": "Zerar o gradiente de D na sua vez", "no_detach": "Escrever detach na vez de D",
    "idle_G": "Dar a opt_G os pesos de G", "no_noise": "Sortear z de novo em cada lote",
    "sign": "Inverter o sinal da perda de G", "output": "Tirar a sigmoide do fim de G",
    "batch_norm": "Tirar a batch norm de D",
}
FIRST_HINT = ("Siga a ordem: 1. Está treinando (quem anda na vez de quem)? 2. As perdas parecem as do jogo "
              "saudável? 3. Há colapso (modos e espalhamento)?")
HINTS = {    # the second and the third hint: a dial, then what to see in it
    "strong_D": ("Compare as duas respostas de D e as duas linhas de quem anda.",
                 "D quase sempre acerta. E quanto G anda, perto do G saudável?"),
    "collapse": ("Compare as duas linhas de quem anda na vez de quem.",
                 "Uma das redes dá passos curtos demais para acompanhar a outra."),
    "frozen_D": ("Olhe só a vez de D.", "O gradiente de D existe. E o passo?"),
    "idle_G": ("Olhe só a vez de G.",
               "Na vez de G, quem anda não é G. De quem são os pesos que o otimizador recebeu?"),
    "no_detach": ("Olhe só a vez de D.", "Na vez de D, só D deveria andar."),
    "hot": ("Compare a perda de G com a do jogo saudável.",
            "Centenas ou milhares onde deveria haver 0,7. Que tamanho de passo leva a isso?"),
    "no_noise": ("Comece pelo fim: modos e espalhamento.",
                 "O espalhamento não é pequeno: é zero. O que faria todos os pontos saírem iguais?"),
    "batch_norm": ("As respostas de D parecem ótimas. O plano concorda?",
                   "D não separa duas nuvens de lugar e tamanho diferentes. O que ele deixou de ver?"),
    "sign": ("Compare a perda de G com a do jogo saudável.",
             "Cada rede anda na própria vez, mas a perda de G é negativa e D acerta cada vez mais."),
    "output": ("Olhe o plano: onde os gerados nunca aparecem?",
               "Os gerados ficam num quadrado, de 0 a 1. Que camada final só dá valores assim?"),
    "no_zero": ("Compare o gradiente de D com o do jogo saudável.",
                "O gradiente de D só cresce, como se ninguém apagasse a conta da rodada anterior."),
}
FINDINGS = {    # 1. is it training? 2. what do the losses say? 3. is there collapse?
    "strong_D": ("D, sim; G dá passos 30 vezes menores e não acompanha.",
                 "a de D fica baixa e a de G alta: D acerta quase tudo. Isso não é sucesso.",
                 "os gerados chegam devagar demais. Equilibre o ritmo das duas redes."),
    "collapse": ("as duas andam, mas D dá passos 30 vezes menores.",
                 "pouco dizem: a de D fica perto de 2·log 2, ou acima, sem avisar.",
                 "sim: os gerados se juntam onde D mais aprova e depois trocam de lugar."),
    "frozen_D": ("não: D tem gradiente e anda 0. Falta o passo do otimizador.",
                 "a de G cai e a de D não: perda de G baixa não é qualidade.",
                 "G persegue a opinião velha de um D que nunca muda."),
    "idle_G": ("não: na vez de G quem anda é D, e G anda 0.",
               "a de D fica presa: na vez de G, D é levado a aprovar os gerados.",
               "os gerados nem saem do lugar. Confira de quem são os pesos de cada otimizador."),
    "no_detach": ("na vez de D, G também anda: o gradiente o alcança, e opt_D tem os pesos dos dois.",
                  "a de D fica baixa demais, porque G ajuda D a acertar.",
                  "acerto baixo: G desfaz na vez de D o que ganha na própria."),
    "hot": ("os passos são enormes: os pesos saltam e não assentam.",
            "explodem: centenas ou milhares, onde o jogo saudável tem 0,7.",
            "a nuvem salta e não assenta. Pesos estragados assim pedem recomeço."),
    "no_noise": ("sim: as duas redes andam, cada uma na própria vez.",
                 "a de D fica baixa: um ponto só é fácil de apontar.",
                 "total, espalhamento 0. Antes de culpar o jogo, confira a entrada de G."),
    "batch_norm": ("sim: as duas andam, cada uma na própria vez.",
                   "perfeitas demais: D em ½ prova só que este D não distingue.",
                   "lugar e tamanho errados: cada lote chega a D já centrado e esticado."),
    "sign": ("sim, mas para o lado errado: G sobe a ladeira.",
             "a de G é negativa e a de D cai: os dois trabalham para D.",
             "a nuvem fica longe dos dados. Confira para onde cada passo leva D(G(z))."),
    "output": ("sim: as duas andam, cada uma na própria vez.",
               "a de D fica baixa: o que está fora do quadrado só pode ser real.",
               "modos fora do alcance. Confira a última camada de G e a escala dos dados."),
    "no_zero": ("os passos existem, mas seguem a soma de todos os gradientes.",
                "a de D passa de 2·log 2: ele erra mais do que quem chuta.",
                "G se perde atrás de D. Gradiente que só cresce pede zero_grad."),
}
QUESTIONS = ("1. Treina? ", "2. E as perdas? ", "3. Colapso? ")
ROWS = ("resposta média de D às reais", "resposta média de D às geradas", "tamanho do gradiente de D",
        "tamanho do gradiente de G", "vez de D: D anda · G anda", "vez de G: D anda · G anda",
        "modos cobertos, de 8", "qualidade: a até 3σ", "espalhamento dos gerados")
HEAD = ("exame", "paciente", "saudável")
CURVES = {"patient": "paciente", "healthy": "saudável", "untreated": "sem remédio"}
MATCH, REMEDY_HERE = "Acerto: quanto dos dados os gerados já cobrem (0 a 1)", "remédio"
CODE_NAMES, MISSING = ("Com defeito", "Certo"), "(aqui falta uma linha)"
RECORD = ("paciente", "curados", "rodada", "recuperação")
LEGEND = {"real": "reais", "fake": "gerados", "boundary": "fronteira de D",
          "outside": "{count} de {n} gerados fora"}
ASK = {"diagnosis": "Diagnóstico", "remedy": "Remédio"}
CHOOSE = "escolha…"
BUTTONS = {    # key: (label, tooltip)
    "give": ("Dar o remédio", f"O remédio entra na rodada {EXAM} e o jogo segue"),
    "take": ("Tirar o remédio", f"Voltar à rodada {EXAM}, sem remédio"),
    "hint": ("Pedir uma dica", "Qual mostrador olhar"),
    "next": ("Outro paciente", "Chamar o próximo, sem dizer o que ele tem"),
}
TRANSPORT = {"step": "Treinar uma rodada (tecla →)", "turn": "Treinar 25 rodadas", "back":
             "Voltar uma rodada (tecla ←)", "reset": "Voltar à rodada 0, sem remédio"}

SICK = ("O paciente treina há {played} rodadas e algo está errado: acerto {match}, e o jogo saudável tem "
        "{healthy}. Leia os exames, escolha um diagnóstico e um remédio.")
EARLY = "Rodada {played} de {last}. Toque até o fim do exame e compare as duas colunas."
TREATED = ("Com o remédio, rodada {played} de {last}: acerto {match}; sem remédio, {untreated}; saudável, "
           "{healthy}.")
UNCHANGED = "Este remédio não mudou nada: o jogo já era assim. "
HEALED = "Curado! Recuperação de {recovery} %; passa com {least} %. "
STILL_SICK = "Não curou: recuperação de {recovery} %, e passa com {least} %. "
VERDICTS = {    # (cured, the diagnosis is right)
    (True, True): "O diagnóstico confere: veja o defeito no código e o que os exames diziam.",
    (True, False): "Mas o diagnóstico não confere. Troque-o na lista: que defeito este remédio conserta?",
    (False, True): "O diagnóstico confere, mas este remédio não é para ele: tire-o e escolha outro.",
    (False, False): "O diagnóstico também não confere. Tire o remédio e leia os exames de novo.",
}


def chosen(diagnosis: str, remedy: str) -> str:
    """The remedy, once both are chosen; raises `no_choice` before."""
    if not (diagnosis and remedy):
        raise CourseError("no_choice")
    return remedy


def hint(case: str, which: int) -> str:
    """The hint number 1, 2 or 3."""
    return f"Dica {which} de 3. " + (FIRST_HINT, *HINTS[case])[which - 1]


def finding(case: str) -> list[str]:
    """What the dials showed, in the order of the three questions, in lines that fit beside the plane."""
    return [line for question, answer in zip(QUESTIONS, FINDINGS[case], strict=True)
            for line in svg.wrap(question + answer[0].upper() + answer[1:], 60)]


def exams(found: Exams | None) -> list[str]:
    """The column of one game."""
    if found is None:
        return ["—"] * len(ROWS)
    return [num(found.on_real, 2), num(found.on_fake, 2), num(found.gradient_D), num(found.gradient_G),
            *(" · ".join(num(way) for way in ways) for ways in (found.moves_D, found.moves_G)),
            str(found.modes), f"{num(100 * found.quality, 0)} %", num(round(found.spread, 4), 2)]


def record(number: int, healed: int, turns: int, last: int, recovery: float | None) -> list[tuple[str, str]]:
    """The patient's record: pairs (what, value)."""
    reached = "—" if recovery is None else f"{num(100 * recovery, 0)} % (passa: {num(100 * CURED, 0)} %)"
    return list(zip(RECORD, (f"nº {number}", f"{healed} de {number}", f"{turns} de {last}", reached),
                    strict=True))


def progress(visit: Visit, walk: Walk) -> str:
    """What to do now, before the verdict."""
    turns = played(walk)
    if turns < EXAM:
        return EARLY.format(played=turns, last=visit.last)
    match = {name: num(points[-1][1], 2) for name, points in visit.curves(walk).items()}
    facts = {"played": turns, "last": visit.last, "match": match["patient"], **match}
    return (("" if visit.changed else UNCHANGED) + TREATED if visit.remedy else SICK).format_map(facts)


def verdict(recovery: float, changed: bool, right: bool) -> str:
    """The grade in words."""
    cured = recovery >= CURED
    grade = (HEALED if cured else STILL_SICK).format(recovery=num(100 * recovery, 0),
                                                     least=num(100 * CURED, 0))
    return ("" if changed else UNCHANGED) + grade + VERDICTS[cured, right]
