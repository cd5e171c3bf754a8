"""Exercício 4.1: um filme como tensor."""


def em_tensor(quadros):
    fila = quadros.permute(0, 3, 1, 2)  # [T, H, W, C] → [T, C, H, W]
    return fila / 255  # de bytes, 0 a 255, para float32, 0 a 1
