"""Colours, sizes and number format of the whole course."""

REAL = "#0072B2"              # blue, circles
GENERATED = "#E69F00"         # orange, squares
DISCRIMINATOR = "#CC79A7"     # purple
GENERATOR = "#009E73"         # green
LINE_D, LINE_G = "#8c3a6d", "#00694d"    # the same two, dark enough for lines and letters on white
INK, MUTED, LINE = "#1b1b1b", "#5a5a5a", "#b8b8b8"
PAPER, LIT, LIT_EDGE = "#ffffff", "#fff3b0", "#8a6d00"    # LIT: what the current operation touches

WIDTH = 940                   # of every panel's drawing, in the SVG's own units
TEXT, SMALL = 17.5, 16.5      # font sizes; on a 1366-pixel screen the drawing shrinks to 97 %
SANS = "'DejaVu Sans', Verdana, 'Segoe UI', Arial, sans-serif"
MONO = "'DejaVu Sans Mono', Menlo, Consolas, monospace"

PANEL_CSS = f"""
.curso-painel {{
  --jp-widgets-font-size: 16px; --jp-ui-font-size1: 16px; --jp-widgets-inline-height: 32px;
  --jp-widgets-color: {INK}; --jp-widgets-label-color: {INK}; --jp-ui-font-color1: {INK};
  --jp-widgets-input-color: {INK}; --jp-widgets-readout-color: {INK}; --jp-content-font-color1: {INK};
  --jp-widgets-input-background-color: #ffffff; --jp-widgets-input-border-color: #777777;
  --jp-layout-color0: #ffffff; --jp-layout-color1: #ffffff; --jp-layout-color2: #e9edf2;
  --jp-layout-color3: #cfd8e3; --jp-border-color1: #777777; --jp-border-color2: #999999;
  background: {PAPER}; color: {INK}; color-scheme: light; border: 1px solid {LINE}; border-radius: 6px;
  padding: 6px 0; max-width: clamp(918px, 121vh - 16px, 1004px); font-family: {SANS}; overflow: hidden;
}}
.curso-painel .widget-label, .curso-painel label, .curso-painel .widget-readout {{ color: {INK}; }}
.curso-painel .widget-readout {{ min-width: 48px; width: 48px; }}    /* the slider's track gets the rest */
.curso-painel .jupyter-button {{ color: {INK}; background: #e9edf2; border: 1px solid #777777;
  padding: 0 4px; }}
.curso-painel .jupyter-button.mod-active {{ background: {LIT}; border-color: {LIT_EDGE}; }}
.curso-painel .jupyter-button:focus-visible, .curso-painel .curso-palco:focus-visible {{
  outline: 3px solid {REAL}; outline-offset: 1px; }}
.curso-palco {{ outline: none; }}
.curso-palco [role=img] > svg {{ display: block; width: 100%; height: auto; user-select: none; }}
.curso-frase {{ font: 18px/1.35 {SANS}; color: {INK}; margin: 4px 2px; min-height: 2.7em; }}
.curso-aviso {{ font: 17px/1.35 {SANS}; color: {INK}; background: #fde8e0; border-left: 6px solid #D55E00;
  padding: 3px 10px; margin: 3px 0; min-height: 2.5em; }}
.curso-painel.jupyter-widgets-disconnected::before,
.curso-painel .jupyter-widgets-disconnected::before {{ display: none; }}    /* an icon that pushes the rest */
.curso-desligado .jupyter-button, .curso-desligado select, .curso-desligado .noUi-handle,
.curso-desligado .curso-palco {{ opacity: 0.45; pointer-events: none; }}
.curso-frase[hidden], .curso-aviso[hidden] {{ display: none; }}
"""


def num(value: float, digits: int = 3) -> str:
    """Write a number as Brazil does: 0.5 → '0,500'; a minus sign, and ∞ or '—' for what is no number."""
    if value != value:
        return "—"
    if abs(value) == float("inf"):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"    # exactly: what is merely small keeps its digits
    size = abs(value)
    if size >= 1e5 or 0 < size < 0.5 * 10**-digits:
        mantissa, exponent = f"{value:.1e}".split("e")
        text = f"{mantissa}·10{str(int(exponent)).translate(_SUPERSCRIPT)}"
    else:
        text = f"{value:.{digits}f}"
    return text.replace(".", ",").replace("-", "−")


_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
