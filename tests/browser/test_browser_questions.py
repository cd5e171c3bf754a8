"""A question that wants a number: typed, noted with Enter, and JupyterLab stays where it is."""

import pytest


@pytest.mark.parametrize("stem", ["03_lstm_portoes"])
def test_enter_notes_a_typed_prediction(course, stem):
    notebook = course.open(stem)
    question = notebook.page.locator(".curso-pergunta", has=notebook.page.locator(".curso-numero")).first
    question.scroll_into_view_if_needed()
    field = question.locator(".curso-numero")
    reply = question.locator("xpath=following-sibling::*[contains(@class, 'curso-retorno')]")
    assert field.get_attribute("placeholder") == "por exemplo 0,5, e tecle Enter"
    wide, asked = field.evaluate("""el => {
        const drawn = document.createElement("canvas").getContext("2d");
        drawn.font = getComputedStyle(el).font;
        return [el.clientWidth, drawn.measureText(el.placeholder).width];
    }""")
    assert asked + 16 <= wide
    field.click()
    active = notebook.active_cell()
    for text, said in (("0,9", "Anotado: 0,9."), ("muito", "Escreva um número"), ("−2", "Anotado: −2.")):
        field.fill(text)
        field.press("Enter")
        reply.get_by_text(said).wait_for(timeout=5000)
        assert field.evaluate("el => el === document.activeElement") and field.input_value() == text
    assert notebook.active_cell() == active
