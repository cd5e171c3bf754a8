"""What the course says when something expected goes wrong with a video."""

MESSAGES: dict[str, str] = {
    "clip_length": (
        "Um clipe tem de 1 a {most} quadros, em número inteiro; você pediu {found}."),
    "clip_size": (
        "Este gerador de clipes desenha 1 ou 2 dígitos em um quadro de {least} a {most} pixels de lado; você "
        "pediu {digits} dígito(s) em {canvas} pixels."),
}
