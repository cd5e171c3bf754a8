"""Clínica de GANs: a game with a hidden fault; read the exams, diagnose, treat, be graded by the recovery."""

import random
from typing import Any

import ipywidgets as widgets
import torch

from helpers.gan import charts, clinic_figures, figures, probe
from helpers.gan.clinic import CARE, CURED, EXAM, SEEDS
from helpers.gan.clinic_cases import CASES, contrast
from helpers.gan.clinic_visit import Visit, bring, examine, played
from helpers.gan.panels import clinic_words as words
from helpers.gan.panels.words import losses_so_far
from helpers.ui import svg
from helpers.ui.panel import guarded
from helpers.ui.stepper import StepperPanel

PLANE, EXTENT, SHOWN, MANY = (8.0, 6.0, 344.0), 4.0, 150, 25
X, WIDE, HEIGHT = 366.0, 566.0, 472.0
FIT = {"style": {"description_width": "initial"}, "layout": {"width": "445px"}}


class Clinic(StepperPanel):
    """Patients in a shuffled order, each with one fault, of the seeds that benchmarks/clinic.py measured.

    A patient comes after EXAM turns. A remedy enters there, whatever the learner has looked at since, and the
    game goes on for CARE turns: a cure here is the very cure that was measured.
    """

    title = "Clínica de GANs"
    speeds = (1, 5, 25)

    def __init__(self, seed: int = 0) -> None:
        """seed: the order of the patients."""
        self.chance, self.waiting = random.Random(seed), []
        self.number, self.healed, self.hints = 0, frozenset(), 0
        self.diagnosis, self.remedy = (
            widgets.Dropdown(options=[(words.CHOOSE, ""), *((name, key) for key, name in names.items())],
                             description=words.ASK[which], **FIT)
            for which, names in (("diagnosis", words.DIAGNOSES), ("remedy", words.REMEDIES)))
        self.acts = {key: widgets.Button(description=label, tooltip=tip, layout={"width": "160px"})
                     for key, (label, tip) in words.BUTTONS.items()}
        self._next_visit()
        super().__init__(self.visit.patient(), [self.diagnosis, self.remedy, *self.acts.values()])
        for key, tip in words.TRANSPORT.items():
            self.buttons[key].tooltip = tip
        for choice in (self.diagnosis, self.remedy):
            choice.observe(self._choose, "value")
        for key, button in self.acts.items():
            button.on_click(lambda _, key=key: self._do(key))
        self.speed.value = max(self.speeds)
        bring(self.walk, EXAM)
        self.redraw()

    @property
    def verdict(self) -> float | None:
        """The recovery, once the treatment is over."""
        return self.visit.verdict(self.walk)

    @property
    def revealed(self) -> bool:
        """Whether the faulty code may be shown: the treatment is over and the diagnosis is right."""
        return self.verdict is not None and self.diagnosis.value == self.visit.case

    def draw(self) -> str:
        visit, walk = self.visit, self.walk
        visit.accompany(walk)
        course = clinic_figures.courses(X, 366, WIDE, 102, words.CURVES, visit.curves(walk), EXAM + CARE,
                                        EXAM, words.MATCH, words.REMEDY_HERE)
        record = words.record(self.number, len(self.healed), played(walk), visit.last, self.verdict)
        return svg.page(HEIGHT, figures.plane(*PLANE, self._view()),
                        charts.legend(*PLANE, words.LEGEND, self._layers()),
                        clinic_figures.record(8, 356, 344, record),
                        self._finding() if self.revealed else self._exams(), course)

    def sentence(self) -> str:
        visit, walk = self.visit, self.walk
        if self.hints:
            return words.hint(visit.case, self.hints)
        if self.verdict is not None:
            return words.verdict(self.verdict, visit.changed, self.diagnosis.value == visit.case)
        return words.progress(visit, walk)

    def follow(self) -> None:
        super().follow()
        treated = self.visit.remedy is not None
        self.acts["give"].disabled, self.acts["take"].disabled = treated, not treated
        self.remedy.disabled = treated

    def remember(self) -> Any:
        return super().remember(), self.visit, self.visit.remedy, self.number, self.healed

    def restore(self, state: Any) -> None:
        walk, self.visit, self.visit.remedy, self.number, self.healed = state
        super().restore(walk)

    def on_tick(self) -> None:
        self._advance(self.speed.value)

    def _act(self, key: str) -> None:
        self.hints, self.stage.playing = 0, key == "play" and not self.stage.playing
        turns = played(self.walk)
        if key in ("step", "turn"):
            self._advance(MANY if key == "turn" else 1)
        elif key == "back":
            bring(self.walk, max(turns - 1, self.walk.oldest + 1, 0))
        elif key == "reset":
            self._readmit(0)

    @guarded
    def _seek(self, turn: int) -> None:
        self.stage.playing = False
        bring(self.walk, turn + 1)

    @guarded
    def _choose(self, change: dict[str, Any]) -> None:
        self.hints = 0

    @guarded
    def _do(self, key: str) -> None:
        self.stage.playing = False
        if key == "hint":
            self.hints = self.hints % 3 + 1
            return
        self.hints = 0
        if key == "give":
            self.visit.give(self.walk, words.chosen(self.diagnosis.value, self.remedy.value))
            self.stage.playing = True
        elif key == "take":
            self._readmit(EXAM)
        elif key == "next":
            self._next_visit()
            self._readmit(EXAM)

    def _next_visit(self) -> None:
        """Call the next patient; every fault comes once before one comes again."""
        self.diagnosis.value = self.remedy.value = ""
        if not self.waiting:
            self.waiting = self.chance.sample(list(CASES), len(CASES))
        self.visit = Visit(self.waiting.pop(), self.chance.randrange(SEEDS))
        self.number += 1

    def _readmit(self, turns: int) -> None:
        """Take the patient as it came, with no remedy, after so many turns."""
        self.visit.remedy = None
        self.restart(self.visit.patient())
        bring(self.walk, turns)

    def _advance(self, turns: int) -> None:
        there = played(self.walk)
        bring(self.walk, max(there, min(there + turns, self.visit.last)))
        if played(self.walk) >= self.visit.last:
            self.stage.playing = False
            if (self.verdict or 0) >= CURED:
                self.healed |= {self.number}

    def _points(self) -> tuple[torch.Tensor, torch.Tensor]:
        game = self.walk.engine
        return game.data.sample(SHOWN, torch.Generator().manual_seed(self.visit.seed)), game.sample(SHOWN)

    def _view(self) -> figures.PlaneView:
        game, (real, fake) = self.walk.engine, self._points()
        outputs = probe.outputs_on_grid(game.D, EXTENT)
        return figures.PlaneView(EXTENT, field=probe.as_shade(outputs, game.loss), boundary=outputs,
                                 real=real.numpy(), fake=fake.numpy())

    def _layers(self) -> dict[str, tuple[int, int]]:
        shown = dict.fromkeys(("real", "fake", "boundary"), (0, 0))
        inside = (self._points()[1].abs() <= EXTENT).all(1)
        return shown if inside.all() else shown | {"outside": (int((~inside).sum()), SHOWN)}

    def _exams(self) -> str:
        losses = [losses_so_far(self.walk, key) for key in ("loss_D", "loss_G")]
        marks = list(zip(("2·log 2", "log 2"), self.visit.healthy.engine.loss.optimum, strict=True))
        rows = zip(words.ROWS, words.exams(examine(self.walk)), words.exams(examine(self.visit.healthy)),
                   strict=True)
        return (figures.losses(X, 6, WIDE, 86, *losses, marks, ("perda de D", "perda de G"))
                + clinic_figures.sheet(X, 98, WIDE, words.HEAD, list(rows)))

    def _finding(self) -> str:
        return clinic_figures.finding(X, 6, WIDE, words.CODE_NAMES, contrast(self.visit.case), words.MISSING,
                                      words.finding(self.visit.case))
