"""What the course says when something expected goes wrong with a video."""

MESSAGES: dict[str, str] = {
    "clip_length": (
        "Um clipe tem de 1 a {most} quadros, em número inteiro; você pediu {found}."),
    "clip_size": (
        "Este gerador de clipes desenha 1 ou 2 dígitos em um quadro de {least} a {most} pixels de lado; você "
        "pediu {digits} dígito(s) em {canvas} pixels."),
    "frames_shape": (
        "Quadros chegam como [clipes, tempo, canais, altura, largura], com altura igual à largura e nenhum "
        "tamanho zero; a forma que chegou é {shape}."),
    "frames_grey": (
        "Este modelo trabalha em tons de cinza, com 1 canal; chegaram {channels}. Para passar de cores a "
        "cinza, use a média dos canais: `quadros.mean(2, keepdim=True)`."),
    "frames_size": (
        "Este modelo lê quadros de {wanted} pixels de lado; chegaram quadros de {found}."),
    "frames_kind": (
        "Os quadros precisam ser números reais entre 0 e 1; chegaram em {kind}. Se vieram de 0 a 255, "
        "divida: `quadros / 255`."),
    "no_critic": (
        "Os críticos são 'sequence' (o de sequência) e 'frame' (o de quadro); não conheço {found}."),
    "too_short": (
        "Para medir movimento são precisos pelo menos 3 quadros: dois fazem uma velocidade, três fazem uma "
        "mudança de velocidade. Estes clipes têm {found}."),
    "no_rival": "Não conheço o modelo {found}. Os que vêm com o curso são: {known}.",
}
