"""Both of JupyterLab's themes at one state of a panel: the stylesheets and the marks on the body that its own
command brings are taken down once a notebook, and then worn by turns within the page."""

from typing import Any

from tests.browser import measures
from tests.browser.learner import Notebook, PanelView

RECORD = """async () => {
    for (let n = 0; n < 3; n++) await new Promise(requestAnimationFrame);    // listeners mark the body too
    const { href } = document.querySelector("link[href*='/api/themes/']:not([data-kept])");
    if (!document.querySelector(`link[data-kept][href="${href}"]`)) {
        const kept = document.createElement("link");
        Object.assign(kept, { rel: "stylesheet", media: "not all", href });
        kept.dataset.kept = "";
        await new Promise((done) => { kept.onload = done; document.body.append(kept); });
    }
    return [href, Object.fromEntries([...document.body.attributes].map((one) => [one.name, one.value]))];
}"""
# A change restyles the whole notebook, so the theme that the page wears comes first and the last one stays.
IN_EACH = """(panel, [themes, limits]) => {
    const measure = %s, faults = %s;
    const worn = ([, body]) => body["data-jp-theme-light"] === document.body.dataset.jpThemeLight;
    const wear = ([href, body]) => {
        for (const link of document.querySelectorAll("link[href*='/api/themes/']"))
            link.media = link.href === href ? "all" : "not all";
        for (const [name, value] of Object.entries(body)) document.body.setAttribute(name, value);
    };
    const seen = {}, names = Object.keys(themes).sort((a, b) => worn(themes[b]) - worn(themes[a]));
    for (const name of names) {
        if (!worn(themes[name])) wear(themes[name]);
        seen[name] = measure(panel, faults, limits);
    }
    return seen;
}"""
MEASURE = """(panel, faults, limits) => ({
    faults: faults(panel, limits), height: panel.getBoundingClientRect().height,
    notice: panel.querySelector(".curso-aviso").innerText,
})"""
LOOK = """(panel) => {
    const visible = [...panel.querySelectorAll("*")].filter((el) => el.checkVisibility());
    return [document.body, ...visible].map((el) => {
        const { x, width, height } = el.getBoundingClientRect(), style = getComputedStyle(el);
        const { color, backgroundColor, borderColor, font } = style;
        return [el.tagName, x, width, height, color, backgroundColor, borderColor, font];
    });
}"""


class Wardrobe:
    """A notebook's two themes, worn without asking JupyterLab, which takes the notebook to be in Light."""

    def __init__(self, notebook: Notebook) -> None:
        self.notebook = notebook
        self.themes: dict[str, Any] = {}
        for name in ("Dark", "Light"):
            notebook.theme(name)
            self.themes[name] = notebook.page.evaluate(RECORD)

    def measure(self, view: PanelView) -> dict[str, dict[str, Any]]:
        """Measure a panel in each theme: its faults, its height, its notice."""
        return view.root.evaluate(IN_EACH % (MEASURE, measures.FAULTS), [self.themes, measures.LIMITS])

    def looks(self, view: PanelView) -> dict[str, list]:
        """List in each theme where everything visible of a panel stands, its colours and its fonts."""
        return view.root.evaluate(IN_EACH % (LOOK, "null"), [self.themes, None])

    def put_away(self) -> None:
        """Wear Light, as JupyterLab believes."""
        nothing = f"(themes) => ({IN_EACH % ('() => null', 'null')})(null, [themes])"
        self.notebook.page.evaluate(nothing, {"Light": self.themes["Light"]})


def look(view: PanelView) -> list:
    """List what `looks` does in the theme that JupyterLab itself has brought."""
    return view.root.evaluate(LOOK)
