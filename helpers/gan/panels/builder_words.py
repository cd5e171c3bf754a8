"""The words of Monte a rede, by key."""

from helpers.errors import CourseError
from helpers.gan.blocks import Activation, Block, Flatten, Linear, Norm, Reshape, Shape, grouped, written
from helpers.gan.convolutions import Conv, Resized, Transposed
from helpers.gan.stack import Report, Stack
from helpers.gan.workbench import Look, Pair
from helpers.ui.style import num

ROLES = {"G": "Gerador", "D": "Discriminador"}
THE = {"G": "o gerador", "D": "o discriminador"}
KINDS = {"linear": "linear", "reshape": "vetor → mapa", "transposed": "convolução transposta",
         "resized": "ampliar 2× + convolução", "conv": "convolução", "norm": "batch norm",
         "activation": "ativação", "flatten": "achatar (mapa → vetor)"}
ACTIVATIONS = {"relu": "ReLU", "leaky": "leaky ReLU", "tanh": "tanh", "sigmoid": "sigmoide"}
MODELS = {
    "lesson": "a da aula", "classic": "DCGAN clássica", "resized": "ampliar + convolução",
    "dense": "só camadas lineares", "empty": "vazia", "wrong_side": "erro: 32×32",
    "wrong_count": "erro: 3000 números", "wrong_flat": "erro: sem achatar",
    "wrong_end": "aviso: batch norm no fim", "wrong_straight": "aviso: sem ativações",
    "wrong_score": "aviso: sigmoide no fim", "wrong_norm": "aviso: batch norm no início"}
OWN = "a sua"
FIELDS = {"out": "Números", "channels": "Canais", "side": "Lado", "kernel": "Kernel k", "stride": "Stride s",
          "padding": "Padding p", "kind": "Função", "bias": "viés", "latent": "Dimensões de z"}
MODEL, KIND = "Modelo", "Bloco"
BUTTONS = {    # key: (label, tooltip, width)
    "add": ("+ Bloco", "Pôr um bloco novo depois do escolhido", 78),
    "remove": ("Remover", "Remover o bloco escolhido", 82),
    "earlier": ("◀ Mover", "Trocar o bloco escolhido com o anterior", 80),
    "later": ("Mover ▶", "Trocar o bloco escolhido com o seguinte", 80)}
TRANSPORT = {
    "train": ("Treinar 25 passos", "Treinar este par com dígitos reais do MNIST", 162),
    "play": ("Tocar", "Treinar sem parar, ou pausar (barra de espaço)", 84),
    "weights": ("Pesos novos", "Sortear outros pesos e começar o treino de novo", 120),
    "undo": ("Desfazer", "Voltar ao que era antes da última mudança, com o treino e tudo", 92)}
PAUSE = "Pausar"
KEYS = "Clique em um bloco, ou use ← e →, para escolher"
HEADS = {role: ("bloco", "sai", "parâmetros", "FLOPs", verb)
         for role, verb in (("G", "toca"), ("D", "vê"))}
REACH = {"G": "toca: lado, em pixels, da maior região da imagem final que uma posição deste mapa alcança",
         "D": "vê: lado, em pixels, da maior região da imagem que entra em uma posição deste mapa"}
ENDS = {"G": (("z", "entrada: z"), "saída: imagem"), "D": (("x", "entrada: imagem"), "saída: logit")}
TOTAL, UNKNOWN = " · total", "—"
SHORT = {
    "linear_wants_vector": "chega mapa {came}; pede vetor",
    "reshape_wants_vector": "já chega um mapa, {came}",
    "reshape_numbers": "recebe {came}; pede {count}", "flatten_wants_map": "já chega um vetor, {came}",
    "conv_wants_map": "chega vetor {came}; pede mapa", "conv_nothing_left": "não sobra nenhum pixel",
    "conv_side": "lado {side} passa de {most}", "stack_no_image": "sai {found}; pede 1×28×28",
    "stack_no_score": "sai {found}; pede 1", "stack_empty": "ainda não há blocos"}
ADVICE = {
    "no_tanh": "encaixa, mas sem tanh no fim: os pixels reais vivem em [−1, 1], e G pode sair dessa faixa.",
    "sigmoid_image": "encaixa, mas a sigmoide dá de 0 a 1, e os pixels reais vão de −1 a 1: o papel, −1, "
                     "fica fora do alcance. Use tanh.",
    "sigmoid_score": "encaixa, mas a perda já aplica a sigmoide ao logit. Com outra no fim de D, σ(D) fica "
                     "entre 0,50 e 0,73.",
    "bent_score": "encaixa, mas o logit de D deve poder ser qualquer número; uma ativação no fim o limita.",
    "norm_last": "encaixa, mas batch norm no fim de G impõe média e desvio aos pixels do lote inteiro.",
    "norm_first": "encaixa, mas batch norm no início de D apaga diferenças de brilho e contraste entre "
                  "reais e gerados.",
    "no_bend": "encaixa, mas falta uma ativação entre esta camada com pesos e a anterior: valem por uma.",
    "uneven": "encaixa, mas o kernel não é múltiplo do passo: uns pixels recebem mais parcelas, e surge um "
              "xadrez."}
MINDED = "Bloco {number}: {words}"
FITS = "Encaixa: {start} → {goal}, {params} parâmetros, {flops} FLOPs por imagem. "
UNTRAINED = "Sem treino, σ(D) dá em média {real} aos reais e {fake} aos gerados."
TRAINED = "Depois de {steps} passos, σ(D) dá em média {real} aos reais e {fake} aos gerados."
OTHER = "Para treinar, falta encaixar {the}."
REAL, FAKE = ("● reais", " · σ(D): média {mean}"), ("■ gerados, z fixos", " · média {mean}")
UNJUDGED = " · sem D, sem notas"
LOSSES, NO_LOSSES = "perdas: D ― {D} · G ┄ {G}", "perdas: ainda sem treino"
MARKS = ("2·log 2", "log 2")
MISSING = {"G": "O gerador ainda não se encaixa: não há imagens."}
RECIPE = "passos: {steps} · lote {batch} · R1 γ = {gamma}"
NOWHERE = "O que entra na rede: {shape}. " + KEYS + "."
PARTS = "Bloco {number} · "
SIDE = "lado: {sum} = {side} · "
PARAMS, NO_WEIGHTS = "parâmetros: {sum} = {params}", "sem parâmetros: {why}"
WHY = {"layout": "os mesmos números, arrumados de outro jeito", "bend": "a mesma função em cada número"}
FLOPS = "FLOPs: {sum} = {flops} por imagem "
CONVENTION = "(multiplicar e somar = 2; só linear e convoluções)"


def name(block: Block) -> str:
    """A block in few words."""
    if isinstance(block, Linear):
        return f"linear {block.out}"
    if isinstance(block, Reshape):
        return f"vetor → mapa {written((block.channels, block.side, block.side))}"
    if isinstance(block, Resized):
        return f"ampliar 2× + conv. {block.channels}"
    if isinstance(block, Conv):
        kind = "transposta" if isinstance(block, Transposed) else "convolução"
        return f"{kind} {block.channels}, k{block.kernel} s{block.stride} p{block.padding}"
    if isinstance(block, Activation):
        return ACTIVATIONS[block.kind]
    return "batch norm" if isinstance(block, Norm) else "achatar"


def large(count: int) -> str:
    """A count in few characters: 3,61 mi, 204,8 mil."""
    if count >= 1_000_000:
        return num(count / 1_000_000, 2) + " mi"
    return num(count / 1000, 1) + " mil" if count >= 10_000 else grouped(count)


def sums(block: Block, came: Shape) -> tuple[str, str]:
    """How side and parameters, and how FLOPs come about: two lines, with the block's own numbers."""
    first, flops = "", "0"
    if isinstance(block, Linear):
        bias = f" + {block.out}" if block.bias else ""
        params, flops = f"{came[0]}·{block.out}{bias}", f"2·{came[0]}·{block.out}"
    elif isinstance(block, Conv):
        k, s, p, side = block.kernel, block.stride, block.padding, came[1]
        out = block.new_side(side)
        how = (f"2·{side}" if isinstance(block, Resized) else f"({side} − 1)·{s} − 2·{p} + {k}"
               if isinstance(block, Transposed) else f"⌊({side} + 2·{p} − {k})/{s}⌋ + 1")
        first = SIDE.format(sum=how, side=out)
        params = f"{came[0]}·{block.channels}·{k}²" + (f" + {block.channels}" if block.bias else "")
        flops = f"2·{came[0]}·{block.channels}·{k}²·{side if isinstance(block, Transposed) else out}²"
    elif isinstance(block, Norm):
        params = f"2·{came[0]}"
    else:
        why = WHY["layout" if isinstance(block, Reshape | Flatten) else "bend"]
        return NO_WEIGHTS.format(why=why), FLOPS.format(sum="0", flops="0").replace("0 = ", "") + CONVENTION
    line = FLOPS.format(sum=flops, flops=grouped(block.flops(came)))
    return (first + PARAMS.format(sum=params, params=grouped(block.params(came))),
            (line if flops != "0" else line.replace("0 = ", "")) + CONVENTION)


def short(error: CourseError) -> str:
    return SHORT[error.key].format_map(error.facts)


def sentence(pair: Pair, role: str, minded: list[tuple[int, str]], look: Look) -> str:
    """What there is to say of the network shown: why it does not fit, what to mind, or what it does."""
    stack, report = pair.stacks[role], pair.reports[role]
    if report.error:
        return str(report.error)
    if minded:
        number, key = minded[0]
        return MINDED.format(number=number, words=ADVICE[key])
    if not pair.fits:
        return fits(stack, report) + OTHER.format(the=THE["D" if role == "G" else "G"])
    said = TRAINED if pair.steps else UNTRAINED
    return fits(stack, report) + said.format(steps=pair.steps, real=mean(look.on_real),
                                             fake=mean(look.on_fake))


def fits(stack: Stack, report: Report) -> str:
    return FITS.format(start=written(stack.start), goal=written(stack.goal), params=grouped(report.params),
                       flops=large(report.flops))


def mean(logits: object) -> str:
    return num(logits.sigmoid().mean().item(), 2)
