"""Where things stand in the drawing of a walk in time, and what a click there is on."""

from typing import NamedTuple

LEFT, WIDE, TOP, GAP = 138.0, 552.0, 24.0, 6.0
INPUTS = 84.0                           # the height of all input rows, unless they become too low or high
FOOT, BARS, MOST = 404.0, 38.0, 50.0    # where the maps end; heights of the answers' row and of a map
SIDE = 704.0                            # where the numbers begin
MAPS = ("f", "i", "o", "g", "c", "h")


class Plan(NamedTuple):
    """Where everything stands, for so many time steps, units, inputs, with or without answers."""

    steps: int
    units: int
    inputs: int
    answers: bool

    @property
    def column(self) -> float:
        return WIDE / self.steps

    @property
    def row(self) -> float:
        """An input row's height."""
        return min(36.0, max(20.0, INPUTS / self.inputs))

    @property
    def maps(self) -> float:
        """The top of the first map."""
        return TOP + self.row * self.inputs + GAP

    @property
    def height(self) -> float:
        """A map's height."""
        room = FOOT - self.maps - BARS * self.answers
        return min(MOST, room / len(MAPS) - GAP)

    def top(self, number: int) -> float:
        return self.maps + number * (self.height + GAP)

    @property
    def foot(self) -> float:
        """Where the maps end and the answers begin."""
        return self.top(len(MAPS))

    def hit(self, x: float, y: float) -> tuple[str, int, int] | None:
        """What a click is on: ('input', k, t), ('map', unit, t), ('time', 0, t) beside them, or nothing."""
        if not (LEFT <= x < LEFT + WIDE and 0 <= y < self.foot + BARS * self.answers):
            return None
        t = int((x - LEFT) / self.column)
        if TOP <= y < TOP + self.row * self.inputs:
            return "input", int((y - TOP) / self.row), t
        number = int((y - self.maps) // (self.height + GAP))
        inside = y - self.top(number)
        if 0 <= number < len(MAPS) and 0 <= inside < self.height:
            return "map", int(inside / self.height * self.units), t
        return "time", 0, t
