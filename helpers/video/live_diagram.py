"""Draw how the parts of each stage hang together, with those that an operation touches lit."""

from collections.abc import Mapping, Sequence

from helpers.ui import style, svg

BLUE, ORANGE, PURPLE, GREEN, GREY = "#8ec3e6", "#f6cf80", "#e6b8d2", "#8fd6bd", "#eeeeee"
CUT = "#b8400a"
Box = tuple[float, float, float, float, str]    # x, y, width, height, fill
Edges = Mapping[str, Sequence[svg.Point]]

STAGE_1: dict[str, Box] = {
    "frames": (2, 10, 78, 40, BLUE), "eye": (106, 10, 66, 40, GREEN), "m": (198, 10, 58, 40, ORANGE),
    "paste": (330, 10, 64, 40, GREY), "drawn": (420, 10, 114, 40, ORANGE),
    "crop": (106, 84, 82, 40, GREY), "describe": (208, 84, 92, 40, GREEN), "c": (314, 84, 34, 40, ORANGE),
    "draw": (364, 84, 98, 40, GREEN), "loss": (476, 84, 58, 40, GREY)}
EDGES_1: Edges = {
    "frames>eye": [(80, 30), (106, 30)], "eye>m": [(172, 30), (198, 30)], "m>paste": [(256, 30), (330, 30)],
    "paste>drawn": [(394, 30), (420, 30)], "frames>crop": [(60, 50), (60, 104), (106, 104)],
    "m>crop": [(227, 50), (227, 67), (147, 67), (147, 84)], "crop>describe": [(188, 104), (208, 104)],
    "describe>c": [(300, 104), (314, 104)], "c>draw": [(348, 104), (364, 104)],
    "draw>paste": [(413, 84), (413, 67), (362, 67), (362, 50)], "drawn>loss": [(510, 50), (510, 84)],
    "frames>loss": [(24, 50), (24, 138), (490, 138), (490, 124)],
    "back": [(516, 124), (516, 152), (254, 152), (254, 124)]}
LIT_1 = {
    "frames": "frames", "where": "frames>eye eye eye>m m",
    "what": "frames>crop m>crop crop crop>describe describe describe>c c",
    "drawn": "c>draw draw draw>paste m>paste paste paste>drawn drawn",
    "loss": "drawn>loss frames>loss loss", "backward": "back", "step": "eye describe draw"}

STAGE_2: dict[str, Box] = {
    "noise": (2, 80, 58, 42, "#e6e6e6"), "G": (82, 80, 84, 42, GREEN), "average": (82, 22, 84, 36, GREEN),
    "fake": (188, 80, 86, 42, ORANGE), "real": (188, 22, 86, 42, BLUE),
    "sequence": (312, 22, 108, 42, PURPLE), "frame": (312, 80, 108, 42, PURPLE),
    "loss": (458, 51, 76, 42, "#f3f3f3")}
EDGES_2: Edges = {
    "noise>G": [(60, 101), (82, 101)], "G>fake": [(166, 101), (188, 101)],
    "G>average": [(124, 80), (124, 58)],
    "real>sequence": [(274, 36), (312, 36)], "real>frame": [(274, 52), (312, 90)],
    "fake>sequence": [(274, 92), (312, 54)], "fake>frame": [(274, 108), (312, 108)],
    "sequence>loss": [(420, 43), (458, 62)], "frame>loss": [(420, 101), (458, 82)],
    "back_sequence": [(506, 51), (506, 8), (366, 8), (366, 22)],
    "back_frame": [(506, 93), (506, 135), (366, 135), (366, 122)],
    "back_G": [(484, 93), (484, 151), (124, 151), (124, 122)]}
LIT_2 = {
    "real": "real real>{n}", "fake": "noise noise>G G G>fake fake fake>{n}",
    "judge": "real>{n} fake>{n} {n}", "loss": "{n} {n}>loss loss", "penalty": "real real>{n} {n} loss",
    "backward": "back_{n}", "step": "{n}",
    "G.fake": "noise noise>G G G>fake fake", "G.judge": "fake>sequence fake>frame sequence frame",
    "G.loss": "sequence>loss frame>loss loss", "G.backward": "back_G", "G.step": "G",
    "average": "G G>average average"}


def stage_1(names: Mapping[str, str], op: str | None) -> str:
    """Draw stage 1 on a field of 536 × 158; names: part → words."""
    lit = frozenset(LIT_1[op].split()) if op else frozenset()
    return _drawn(STAGE_1, EDGES_1, names, lit, {"back": style.LINE_G})


def stage_2(names: Mapping[str, str], op: str | None, without: str | None, cut: str) -> str:
    """Draw stage 2 on a field of 536 × 158.

    without: the critic that is left out; cut: said while a critic learns, when no way leads back to G.
    """
    who, _, what = (op or "").rpartition(".")
    template = LIT_2.get(op or "", LIT_2.get(what, "")) if op else ""
    lit = frozenset(template.format(n=who).split())
    boxes, edges = dict(STAGE_2), dict(EDGES_2)
    if without:
        boxes[without] = (*boxes[without][:4], "#ffffff")
        edges = {key: way for key, way in edges.items() if without not in key}
    drawn = ""
    if who in ("sequence", "frame"):
        way = edges.pop("back_G")
        drawn = (svg.polyline(way, stroke=style.LINE, stroke_width=2.2, stroke_dasharray="4 4")
                 + svg.text(132, 145, cut, style.SMALL, fill=CUT))
    colors = {"back_sequence": style.LINE_D, "back_frame": style.LINE_D, "back_G": style.LINE_G}
    return drawn + _drawn(boxes, edges, names, lit, colors, without)


def _drawn(boxes: Mapping[str, Box], edges: Edges, names: Mapping[str, str], lit: frozenset[str],
           colors: Mapping[str, str], without: str | None = None) -> str:
    out = []
    for key, way in edges.items():
        if key in lit:
            out.append(svg.polyline(way, stroke="#ffd84d", stroke_width=11))
        out.append(svg.arrow(way, colors.get(key, style.INK), 3.6 if key in lit else 1.9,
                             12 if key in lit else 8))
    for key, (x, y, width, height, fill) in boxes.items():
        gone = key == without
        out.append(svg.box(x, y, width, height, fill, key in lit,
                           stroke_dasharray="5 4" if gone else None))
        lines = names[key].split("\n")
        out += [svg.text(x + width / 2, y + height / 2 + 6 + 18 * (n - (len(lines) - 1) / 2), line,
                         style.SMALL, text_anchor="middle", fill=style.MUTED if gone else style.INK,
                         font_weight="bold" if key in lit else None) for n, line in enumerate(lines)]
    return "".join(out)
