"""Lesson 03's panels in JupyterLab by mouse and keyboard: page against kernel, kernel against other sums."""

import re

import pytest
import torch
from torch import Tensor

from helpers.errors import CourseError
from helpers.lstm.counter_figures import RIGHT_ENDS
from helpers.lstm.diagram import SPOTS
from helpers.lstm.panels.cell_words import NAMES
from helpers.lstm.unroll_plan import LEFT, MAPS, TOP, Plan
from helpers.ui.style import num
from tests import english
from tests.browser import sums_lstm as sums
from tests.browser.learner import PanelView
from tests.browser.measures import pauses, seen
from tests.browser.states_lstm import drag, typed
from tests.panels.shown import agrees, read

LESSON = "03_lstm_portoes"
CELL, UNROLL, COUNTER = "A célula por dentro", "Desenrolando no tempo", "c não é h"
GATES, BREAK, REACH = "Desafios dos portões", "Quebre um portão", "Gradientes no tempo"
OPERATIONS = ["inputs", "z_g", "z_f", "z_i", "z_o", "g", "f", "i", "o", "kept", "added", "c", "squashed", "h",
              "y"]
WALKED = """({n: w.tolist() for n, w in p.walk.engine.cell.named_parameters()},
            p.walk.engine.script.xs.tolist())"""
TEXTS = """svg => [...svg.querySelectorAll("text")].map(
    (t) => [+t.getAttribute("x"), +t.getAttribute("y"), t.textContent])"""


def walked(view: PanelView, held: dict[str, float] | None = None) -> list[dict[str, Tensor]]:
    """Work every time step out here; of the kernel it asks for weights and inputs only."""
    return sums.walk(*view.ask(WALKED), held)


def wires(view: PanelView) -> dict[str, list[tuple[float, float]]]:
    """Read the numbers on the wires off the page: those that are there."""
    at, out = {(x, y): words for x, y, words in view.svg.evaluate(TEXTS)}, {}
    for key, spot in SPOTS.items():
        words = at[round(spot.x, 1), round(spot.y, 1)].removeprefix(NAMES[key])
        if re.search(r"\d", words):
            out[key] = read(words)
    return out


def agree(view: PanelView, held: dict[str, float] | None = None) -> dict[str, Tensor]:
    """What the walk has done of its time step stands on the wires, and nothing else; held: unit 1's gates."""
    turn, done = view.place
    true, found = walked(view, held)[turn], wires(view)
    assert found.keys() == {"x", "h_prev", "c_prev", *OPERATIONS[1:done]} - {"y"}
    for key, shown in found.items():
        assert all(map(agrees, shown, true[key].tolist())) and len(shown) == len(true[key]), key
    return true


def test_a_time_step_by_keys_and_back(open_panel):
    view = open_panel(CELL)
    view.press("Rodada")    # the first one, so that h and c are no zeros
    drawings = []
    for count, key in enumerate(OPERATIONS, 1):
        view.key("ArrowRight")
        assert (view.place, view.ask("p.walk.op.key")) == ((1, count), key)
        true = agree(view)
        number = true.get(key, true["h"])[0].item()
        assert key == "inputs" or any(agrees(one, number) for one in read(view.sentence)), view.sentence
        drawings.append(seen(view))
    for count in range(len(OPERATIONS) - 1, 0, -1):
        view.key("ArrowLeft")
        assert (view.place, seen(view)) == ((1, count), drawings[count - 1])


OF_F = {"z_f", "f", "kept", "c", "squashed", "h"}    # of step 2; c(0) = 0, so f(1) had nothing to keep


@pytest.mark.parametrize(("target", "which", "changed"), [
    ("W de f", "2", OF_F), ("W de g", "1", None), ("b de o", "1", None)])
def test_a_weight_is_dragged(open_panel, target, which, changed):
    view = open_panel(CELL)
    view.press("Rodada")
    view.press("Rodada")
    view.choose("Editar", target)
    view.choose("nº", which)
    before, old, bits = seen(view), wires(view), view.ask(WALKED)
    part, layer = target.split(" de ")

    def look(place: float) -> None:
        weight = view.ask(f"p.walk.engine.cell.{layer}.{part}[0].tolist()")
        assert (weight if part == "b" else weight[int(which) - 1]) == pytest.approx(place / 10)
        assert view.choice("Valor").input_value() == num(place / 10, 1)
        agree(view)

    drag(view, "Arraste", look, 0.3, 0.2, 0.9)
    new = wires(view)
    if changed:
        assert {key for key in new if new[key] != old[key]} == changed
    view.press("Desfazer")    # a whole drag at once
    assert (seen(view), view.ask(WALKED)) == (before, bits)
    assert view.button("Desfazer").is_disabled()


def test_what_is_no_number_changes_nothing(open_panel):
    view = open_panel(CELL)
    view.press("Rodada")
    view.choose("Editar", "W de f")
    before, field = view.svg.inner_html(), view.choice("Valor").input_value()
    said = {text: CourseError("not_finite") for text in ("nan", "inf", "-Infinity")}
    said |= {text: CourseError("number_unclear", text=text) for text in ("muito", "1/2", "")}
    said |= {text: CourseError("number_range", low="−100", high="100", text=text)
             for text in ("1e9", "-100,5")}
    for text, error in said.items():
        typed(view, text)
        assert view.notice == str(error)
        assert not set(re.findall(r"[a-zà-ú]+", view.notice.lower())) & english.ON_PANELS
        assert (view.svg.inner_html(), view.choice("Valor").input_value()) == (before, field)
    typed(view, "-0,25")
    assert (view.notice, view.ask("p.walk.engine.cell.f.W[0, 0].item()")) == ("", -0.25)


def test_a_gate_is_held_and_let_go(open_panel):
    view = open_panel(CELL)
    for _ in range(3):
        view.press("Rodada")
    view.choose("Editar", "prender f(t)")
    before = seen(view)
    for text, value in (("0", 0.0), ("0,75", 0.75)):
        typed(view, text)
        agree(view, {"f": value})
        assert "✎" in view.svg.text_content()
    view.press("Soltar")
    assert seen(view) == before
    agree(view)


def test_a_click_in_time_opens_the_cell(open_panel):
    cell, view = open_panel(CELL), open_panel(UNROLL)
    view.begin()
    view.choice("Ritmo").select_option(label="1 rodada")
    view.button("Tocar").click()
    view.button("Pausar").wait_for()
    view.button("Tocar").wait_for(timeout=20_000)    # at the end it stops by itself
    true, shown = walked(view), view.ask("{name: p.view.values[name].tolist() for name in 'fiogch'}")
    assert (view.place, view.notice) == ((len(true) - 1, len(OPERATIONS)), "")
    assert view.sentence.startswith(f"Passo {len(true)} pronto")
    for name, values in shown.items():
        torch.testing.assert_close(torch.tensor(values), torch.stack([step[name] for step in true]).float())
    plan, t = Plan(len(true), 1, 4, True), 9
    view.click_at(LEFT + (t + 0.5) * plan.column, plan.top(MAPS.index("c")) + plan.height / 2)
    assert view.sentence.startswith(f"Passo {t + 1}, unidade 1:") and f"Aberto em “{CELL}”" in view.sentence
    for number in (true[t]["c_prev"], true[t]["c"], true[t]["h"]):
        assert any(agrees(one, number.item()) for one in read(view.sentence)), view.sentence
    cell.show()
    assert cell.place == (t, len(OPERATIONS))
    agree(cell)
    view.choose("Entrada", "apaga")
    before = seen(view)
    view.click_at(LEFT + (t + 0.5) * plan.column, TOP + 2.5 * plan.row)
    assert view.ask(f"p.script.xs[{t}].tolist()")[1:] == [1, 1, 0]    # who erases and writes, writes
    view.click_at(LEFT + (t + 1.5) * plan.column, TOP + 2.5 * plan.row)
    erased = walked(view)
    assert abs(erased[t]["c"] - true[t]["c"]) < 1e-6 > abs(erased[t + 1]["c"])
    assert f"c({t + 2}) foi de {num(true[t + 1]['c'].item(), 4)} para " in view.sentence
    for _ in range(2):
        view.press("Desfazer")
    assert seen(view) == before


def test_c_counts_and_h_saturates(open_panel):
    view = open_panel(COUNTER)
    view.choose("Sequência", "só os seus cliques")
    view.stage.focus()
    count = 0
    for step, key in enumerate("+" * 4 + "-" * 6 + "+" * 14, 1):
        view.key(key)
        count += 1 if key == "+" else -1
        h = torch.tensor(float(count)).tanh().item()
        row = [str(step), key.replace("-", "−") + "1", str(count).replace("-", "−"), num(h, 7), num(h, 7)]
        cells = [words for x, _, words in view.svg.evaluate(TEXTS) if x in RIGHT_ENDS[:5]]
        assert cells[-5:] == row and f"c({step}) = {row[2]}" in view.sentence
        assert view.ask("(p.walk.engine.c.item(), p.walk.engine.h.item())") == (count, h)
    same = [n for n in range(40) if torch.tensor(float(n)).tanh().item() == h]
    assert count in same and f"Não: {same[0]}, {same[1]}, {same[2]}, …" in view.svg.text_content()
    view.handle("o = 1,00 (1 mostra, 0 esconde)").focus()
    view.key("Home")
    view.stage.focus()
    view.key("0")
    assert view.ask("(p.walk.engine.c.item(), p.walk.engine.h.item())") == (count, 0)
    assert "h(25) = 0 " in view.sentence and f"c(25) = {count}" in view.sentence


CHOSEN = {    # list: (what is chosen, its row of the table: value, write, erase, read, h, b)
    "g(t) leva": ("valor em miniatura (× 0,01)", (0.01, 0, 0, 0, 0, 0)),
    "f(t), guardar": ("só fecha com grava ou apaga", (0, -60.0, -60.0, 0, 0, 30.0)),
    "i(t), gravar": ("só abre com grava", (0, 60.0, 0, 0, 0, -30.0)),
    "o(t), mostrar": ("só abre com lê", (0, 0, 0, 60.0, 0, -30.0))}
AJAR = {"i(t), gravar": ("sempre aberto", (0, 0, 0, 0, 0, 30.0))}


def test_the_register_is_solved_and_adam_tries(open_panel):
    view = open_panel(GATES)
    view.choose("Desafio", "Registrador")
    for label, (option, _) in (CHOSEN | AJAR).items():
        view.choose(label, option)
    view.press("Verificar")
    error, zero = sums.examined([row for _, row in (CHOSEN | AJAR).values()], 1)
    assert view.ask("p.grade.error") == pytest.approx(error, rel=1e-4)
    assert view.sentence.startswith(f"Exame nº 1: erro {num(error, 4)}, contra {num(zero, 4)}")
    assert "trocando só a camada i(t)" in view.sentence
    for said in ("Dica 1 de 2: Olhe o input gate", "Dica 2 de 2: O input gate não fecha"):
        view.press("Dica")
        assert said in view.sentence
    view.choose("i(t), gravar", CHOSEN["i(t), gravar"][0])
    view.key("Space")    # the same as Verificar
    error, zero = sums.examined([row for _, row in CHOSEN.values()], 2)
    assert view.ask("(p.grade.error, p.grade.stars)") == (pytest.approx(error, rel=0.05), 3)
    assert error < zero / 1000 and view.sentence.startswith(f"★★★ Erro {num(error, 1)}")
    assert "1 de 4 desafios com ★★★" in view.svg.text_content()
    view.press("Adam tenta")
    view.press("25 passos")
    loss = sums.attempted()
    assert view.ask("p.attempt.error") == pytest.approx(loss, rel=1e-4)
    assert f"passo 25 de 1500: o erro do Adam é {num(loss, 4)}" in view.sentence
    view.press("Tocar")
    view.button("Pausar").click()
    pauses(view, "Tocar", "p.attempt.steps")
    assert view.ask("p.attempt.steps") > sums.EVERY


def test_a_gate_is_broken_and_trained_anew(open_panel):
    view = open_panel(BREAK)
    view.press("f ≡ 1")
    title = "agora com f ≡ {} · semente 0 · erro na prova: {}"
    assert title.format("1,00", num(sums.broken(1.0))) in view.svg.text_content()
    before = seen(view)

    def look(value: float) -> None:
        assert view.ask("p.bench.choice.value") == pytest.approx(value)
        assert view.ask("p.seen.error") == pytest.approx(sums.broken(value), rel=1e-4)
        assert title.format(num(value, 2), num(sums.broken(value))) in view.svg.text_content()

    drag(view, "portão preso em 1,00", look, 0.8, 0.35, 0.6)
    view.press("Desfazer")
    assert seen(view) == before
    view.press("Treinar assim")
    view.button("Pausar").click()
    pauses(view, "Treinar assim", "p.bench.run.done")
    assert f"passo {view.ask('p.bench.run.done')} de 1500 do treino" in view.sentence


def test_gradients_by_keys(open_panel):
    view = open_panel(REACH)
    view.choose("Unidades", "8")
    view.handle("Viés b_f do forget gate: 1").focus()
    for _ in range(4):
        view.key("ArrowRight")
    true = [sums.jacobians("lstm", 3.0), sums.jacobians("lstm", 3.0, by_c=True), sums.jacobians("rnn")]
    view.stage.focus()
    for k, key in ((51, "ArrowRight"), (50, "ArrowLeft"), (49, "ArrowLeft")):
        view.key(key)
        assert f"Em k = {k}" in view.sentence and "b_f = 3" in view.sentence
        middles = read(view.sentence.split(":")[1].replace("b_f = 3", ""))
        ranges = [read(words) for x, _, words in view.svg.evaluate(TEXTS) if x == 404 and " a " in words][-3:]
        for values, middle, ends in zip(true, middles, ranges, strict=True):
            low, _, median, _, high = values[:, k].sort().values.tolist()
            assert all(map(agrees, (middle, *ends), (median, low, high)))
    view.press("Treinar a LSTM (b_f = 3)")
    view.key("Space")
    pauses(view, "Continuar (espaço)", "p.series[p.current].runs[-1].updates")
    assert "Treinando a LSTM com b_f = 3, semente 0" in view.sentence
