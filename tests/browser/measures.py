"""Measure a panel in the page: size, what is cut off, too small or without a name; see what moves in it."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, Page

from tests.browser.learner import PanelView

SMALLEST = 15.5    # px on the screen; the design asks for 16, and browsers round
TALLEST = 650      # px, of 768
SHORTEST = 60      # px of a slider's track that a hand can aim along
MARKS = {"▶"}      # a pointer beside the line of code, not something to read
LIMITS = [SMALLEST, TALLEST, SHORTEST, sorted(MARKS)]

# Rectangles are compared in screen pixels, with a tolerance of one.
FAULTS = """(panel, limits) => {
    const [smallest, tallest, shortest, marks] = limits, out = [], box = panel.getBoundingClientRect();
    const cut = (el) => el.scrollWidth > el.clientWidth + 1;
    const dotted = (el) => {    // an ellipsis takes two letters for half a pixel, which no scroll width shows
        const style = getComputedStyle(el), range = document.createRange();
        range.selectNodeContents(el);
        const beside = ["paddingLeft", "paddingRight", "borderLeftWidth", "borderRightWidth"].reduce(
            (sum, side) => sum + parseFloat(style[side]), 0);
        return style.textOverflow === "ellipsis"
            && range.getBoundingClientRect().width > el.getBoundingClientRect().width - beside + 0.5;
    };
    if (box.height > tallest) out.push(`the panel is ${Math.round(box.height)} px high`);
    for (let el = panel; el && !el.matches(".jp-Notebook"); el = el.parentElement)
        if (cut(el) && getComputedStyle(el).overflowX !== "visible")
            out.push(`scrolls sideways: ${el.className.slice(0, 60)}`);
    if (getComputedStyle(panel).backgroundColor !== "rgb(255, 255, 255)") out.push("is not white");
    const pen = document.createElement("canvas").getContext("2d");
    for (const el of panel.querySelectorAll(".widget-hbox, .widget-label, .widget-readout, button, label,"
                                            + " select, .curso-frase, .curso-aviso")) {
        if (!el.checkVisibility()) continue;
        const at = el.getBoundingClientRect(), name = `${el.tagName} ${el.textContent.slice(0, 30)}`;
        const { display } = getComputedStyle(el);
        if ((cut(el) && display !== "inline") || dotted(el)) out.push(`cut off: ${name}`);
        if (at.left < box.left - 1 || at.right > box.right + 1) out.push(`beyond the panel: ${name}`);
        const size = parseFloat(getComputedStyle(el).fontSize);
        if (!el.children.length && el.textContent.trim() && size < smallest) out.push(`${size} px: ${name}`);
        if (el.matches("select")) {
            pen.font = getComputedStyle(el).font;
            for (const option of el.options)
                if (pen.measureText(option.textContent).width + 22 > el.clientWidth)
                    out.push(`cut off in its list: ${option.textContent}`);
        }
    }
    for (const el of panel.querySelectorAll(".widget-hslider")) {
        const track = el.querySelector(".noUi-target").clientWidth;
        if (el.checkVisibility() && track < shortest) out.push(`a track of ${track} px: ${el.textContent}`);
    }
    // of a text with a place for each letter, as a grid of numbers has it, the letters one by one
    const lettered = (t) => {
        if (!t.getAttribute("x").includes(" ")) return [t.getBoundingClientRect()];
        const { a, d, e, f } = t.getScreenCTM();
        return [...Array(t.getNumberOfChars()).keys()].map((n) => {
            const at = t.getExtentOfChar(n);
            return new DOMRect(e + a * at.x, f + d * at.y, a * at.width, d * at.height);
        });
    };
    const covers = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.4 * Math.min(a.height, b.height);
    const svg = panel.querySelector(".curso-palco svg"), sheet = svg.getBoundingClientRect();
    if (sheet.left < box.left || sheet.right > box.right + 1) out.push("the drawing is wider than the panel");
    const scale = svg.getScreenCTM().a;
    const code = [...svg.querySelectorAll("rect")].find((r) => r.getAttribute("fill") === "#f6f7f9");
    const edge = code?.getBoundingClientRect();
    for (const el of svg.querySelectorAll("text")) {
        const at = el.getBoundingClientRect(), words = el.textContent.replaceAll("\\u00a0", " ").trim();
        if (!words) continue;
        if (at.left < sheet.left - 1 || at.right > sheet.right + 1 || at.top < sheet.top - 1
            || at.bottom > sheet.bottom + 1) out.push(`outside the drawing: ${words}`);
        const inCode = edge && at.top > edge.top - 1 && at.bottom < edge.bottom + 4
            && at.left > edge.left - 1;
        if (inCode && at.right > edge.right - 2) out.push(`beyond the code's box: ${words}`);
        const size = parseFloat(getComputedStyle(el).fontSize) * scale;
        if (size < smallest && !marks.includes(words)) out.push(`${size.toFixed(1)} px: ${words}`);
    }
    const texts = [...svg.querySelectorAll("text")].filter((t) => t.textContent.trim());
    const boxes = texts.map(lettered);
    texts.forEach((one, i) => texts.slice(i + 1).forEach((two, j) => {
        if (boxes[i].some((a) => boxes[i + 1 + j].some((b) => covers(a, b))))
            out.push(`'${one.textContent.slice(0, 30)}' lies on '${two.textContent.slice(0, 30)}'`);
    }));
    return out;
}"""
LIT = """svg => [...svg.querySelectorAll("text")].filter(
    (t) => t.getAttribute("font-weight") === "bold" && t.getAttribute("font-family").includes("Mono"))
    .map((t) => t.textContent)"""
UNNAMED = """panel => {
    const named = (el) => el.getAttribute("aria-label")?.trim() || el.textContent.trim()
        || [...(el.labels ?? [])].some((label) => label.textContent.trim());
    const odd = (el) => /[\\ue000-\\uf8ff]/.test([...el.querySelectorAll("i:not([aria-hidden=true])")].map(
        (icon) => getComputedStyle(icon, "::before").content).join(""));
    return [...panel.querySelectorAll("button, select, input, [role=slider]")]
        .filter((el) => el.checkVisibility() && (!named(el) || odd(el)))
        .map((el) => el.outerHTML.slice(0, 120));
}"""
WORDS = """panel => {
    const svg = [...panel.querySelectorAll(".curso-palco svg text")].filter(
        (t) => !t.getAttribute("font-family").includes("Mono")).map((t) => t.textContent);
    const attributes = [...panel.querySelectorAll("[title], [aria-label], [placeholder]")].flatMap(
        (el) => ["title", "aria-label", "placeholder"].map((name) => el.getAttribute(name) ?? ""));
    const html = [...panel.querySelectorAll(".widget-hbox, .curso-frase, .curso-aviso")].map(
        (el) => el.innerText);
    return [...html, ...svg, ...attributes];
}"""
CELL = """panel => {
    const cells = window.jupyterapp.shell.currentWidget.content.widgets;
    return cells.findIndex((cell) => cell.node.contains(panel));
}"""


def faults(view: PanelView) -> list[str]:
    """List what does not fit, is cut off, overlaps or is too small."""
    return view.root.evaluate(FAULTS, LIMITS)


def lit_lines(view: PanelView) -> list[str]:
    """List the lit lines of code."""
    return view.svg.evaluate(LIT)


def unnamed(view: PanelView) -> list[str]:
    """List the controls with no accessible name, or with an icon's letter in it."""
    return view.root.evaluate(UNNAMED)


def words(view: PanelView) -> list[str]:
    """Collect what a learner reads in the panel or hears from it, the lines of code left out."""
    return view.root.evaluate(WORDS)


def cell_of(view: PanelView) -> int:
    """Find the cell that shows the panel."""
    return view.root.evaluate(CELL)


def seen(view: PanelView) -> tuple[str, str]:
    """Collect what a learner sees: the drawing and the sentence."""
    return view.svg.inner_html(), view.sentence


def pauses(view: PanelView, again: str, count: str) -> None:
    """Assert that nothing goes on in a panel; again: the button that plays; count: of what would grow."""
    view.button(again).wait_for(timeout=1000)
    before = view.ask(count)
    view.page.wait_for_timeout(400)
    assert before == view.ask(count) > 0


def boxes(parts: Locator) -> list[dict[str, float]]:
    """Find where things are on the screen, once the page has come to rest."""
    for _ in range(20):
        found = [part.bounding_box() for part in parts.all()]
        parts.page.wait_for_timeout(150)
        if found == [part.bounding_box() for part in parts.all()]:
            return found
    raise AssertionError("the page does not come to rest")


def photograph(page: Page, parts: Mapping[Any, dict[str, float]]) -> dict[Any, bytes]:
    """Take the pixels of parts of the screen, all at one moment."""
    page.wait_for_timeout(100)    # a new picture is decoded beside the page
    screen = Image.open(BytesIO(page.screenshot()))
    return {name: screen.crop((round(box["x"]), round(box["y"]), round(box["x"] + box["width"]),
                               round(box["y"] + box["height"]))).tobytes() for name, box in parts.items()}


def moving(page: Page, parts: Mapping[Any, dict[str, float]], expected: Iterable[Any] = ()) -> set[Any]:
    """Find the parts of the screen that change by themselves within 300 ms; those expected to have 3 s."""
    before, found = photograph(page, parts), set()
    for _ in range(10):
        page.wait_for_timeout(300)
        after = photograph(page, parts)
        found |= {name for name in parts if before[name] != after[name]}
        if found >= {*expected}:
            break
    return found
