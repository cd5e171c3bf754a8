"""Exercício 1.1: a perda do discriminador, a partir dos logits."""

from torch.nn.functional import softplus


def perda_do_discriminador(logits_reais, logits_gerados):
    # Reais têm rótulo 1: −log σ(a) é softplus(−a), pequeno quando o logit é alto.
    nos_reais = softplus(-logits_reais).mean()      # um número
    # Gerados têm rótulo 0: −log(1 − σ(a)) é softplus(a), pequeno quando o logit é baixo.
    nos_gerados = softplus(logits_gerados).mean()   # um número
    # Duas médias somadas: um D que não distingue nada fica em 2·log 2 ≈ 1,386.
    return nos_reais + nos_gerados
