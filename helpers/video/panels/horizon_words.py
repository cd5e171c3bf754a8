"""What Além do horizonte says."""

from helpers.ui.style import num

MODEL, TEMPERATURE, FRAME = "Modelo", "Temperatura de e(t)", "Quadro"
MODELS = {"lstm": "LSTM", "gru": "GRU", "no_forget": "LSTM com f = 0", "pocket": "LSTM de 4 unidades",
          "none": "sem memória"}
BUTTONS = {    # key: label, tip, width
    "seed": ("Outra semente", "Sortear outros clipes do mesmo modelo", 132),
    "give": ("Dar um 1º quadro", "Continuar a partir do primeiro quadro de um dígito de teste", 166),
    "free": ("Sem quadro dado", "Voltar ao clipe feito só de ruído", 160),
    "undo": ("Desfazer", "Voltar à escolha anterior", 92)}
TRANSPORT = {
    "start": ("Início", "Voltar ao quadro 1", 80), "back": ("Voltar", "Um quadro para trás (tecla ←)", 80),
    "step": ("Passo", "Um quadro para a frente (tecla →)", 80),
    "play": ("Tocar", "Tocar ou pausar (barra de espaço)", 84)}
PAUSE = "Pausar"
CLIP, TRUTH, GOES_ON = "Um clipe: quadro {t} de {frames}", "A verdade: quadro {t}", "O modelo continua"
COSINE = "Cosseno da direção, menos o real (faixa: ±{gate})"
SPEED = "Velocidade contra a real, em % (faixa: ±{gate})"
FOOT = "■ {clips} clipes do modelo   ● {clips} clipes reais"
STRIP = {"trained": "◀ o treino viu até aqui: 16 quadros"}
ROWS = {"model": "modelo", "truth": "verdade"}
BLOCK = ("Trecho ×{number} (quadros {first} a {last}). Diferença para os clipes reais: {cosine} no cosseno, "
         "{speed}% na velocidade. {within}")
WITHIN = {True: "Dentro das duas faixas.", False: "Fora de pelo menos uma das faixas."}
GIVEN = ("Quadro {t}: o modelo está a {apart} px da verdade. Um quadro só não diz a velocidade: o modelo "
         "sorteia uma do ruído, e outra semente dá outro futuro.")


def signed(value: float, digits: int) -> str:
    """Write a difference with its sign."""
    value = round(value, digits)
    return ("+" if value > 0 else "") + num(value, digits)
