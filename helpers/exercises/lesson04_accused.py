"""Exercise 4.7: four generators without their names; find from the numbers what each was trained without."""

import re
import unicodedata
from functools import cache
from typing import Any

import torch

from helpers.exercises.checks import Check
from helpers.exercises.judging import entries, refused
from helpers.exercises.lesson04_accused_hints import HINTS, RIGHT, START
from helpers.exercises.running import Given
from helpers.ui.style import num
from helpers.video.metrics import Report, reference
from helpers.video.model import VideoModel
from helpers.video.motion_gan import noise
from helpers.video.trained import rival

LETTERS = "ABCD"
WORDS = {    # what was left out → the learner's word for it, and the name of the rival
    "nada": "lstm", "memória": "none", "crítico de sequência": "no_sequence", "crítico de quadro": "no_frame"}
ORDER = ("none", "no_sequence", "no_frame", "lstm")    # in which mistakes are spoken of
CLIPS = 300


def truth() -> dict[str, str]:
    """What each letter's model was trained without: an order of its own, always the same."""
    order = torch.randperm(len(WORDS), generator=torch.Generator().manual_seed(23)).tolist()
    return dict(zip(LETTERS, (list(WORDS)[place] for place in order), strict=True))


def acusados() -> dict[str, VideoModel]:
    """Open the four models under their letters."""
    return {letter: rival(WORDS[word]) for letter, word in truth().items()}


@cache
def ficha(letter: str) -> Report:
    """Measure 300 clips of a letter's model, made from the same noise for all four."""
    return reference().report(acusados()[letter](noise(CLIPS, torch.Generator().manual_seed(31))))


def judge(given: Given) -> str:
    """Compare with what was left out; a wrong accusation is answered with a number that speaks against it."""
    said = _read(given.value)
    letters = {WORDS[word]: letter for letter, word in truth().items()}    # rival → its letter
    wrong = [name for name in ORDER if WORDS[said[letters[name]]] != name]
    if wrong:
        whole = next((name for name in wrong if said[letters[name]] == "nada"), None)
        key = f"{whole}_whole" if whole else f"{wrong[0]}_other"
        letter = letters[whole or wrong[0]]
        raise refused(HINTS, key, cell=letter, said=said[letter], **_facts(letter))
    return RIGHT.format(**{f"{name}_{fact}": value for name, letter in letters.items()
                           for fact, value in _facts(letter).items()})


def _facts(letter: str) -> dict[str, str]:
    """The numbers of a model that its hints quote, rounded to what is stable."""
    report = ficha(letter)
    return {"cosine": num(report.cosine, 2), "speed": num(100 * report.speed, 0),
            "acd": num(report.distance, 1), "entropy": num(round(report.entropy, 1) + 0, 1)}    # no −0


def _read(value: Any) -> dict[str, str]:
    """Read a word for each letter, each used once; the untouched dictionary is 'ainda não'."""
    value = entries(value, LETTERS, HINTS, START)
    said = {letter: _word(letter, value[letter]) for letter in LETTERS}
    twice = next((word for word in WORDS if [*said.values()].count(word) > 1), None)
    if twice:
        *some, last = (letter for letter in LETTERS if said[letter] == twice)
        raise refused(HINTS, "twice", said=twice, cells=f"{', '.join(some)} e {last}")
    return said


def _word(letter: str, said: Any) -> str:
    """Read one of the four words: accents, capitals and the little words around it do not matter."""
    if not isinstance(said, str):
        raise refused(HINTS, "unclear", cell=letter, said=f"algo do tipo `{type(said).__name__}`")
    bare = _bare(said)
    if bare == "critico":
        raise refused(HINTS, "which_critic", cell=letter)
    found = [word for word in WORDS if _bare(word).split()[-1] == bare.split(" ")[-1]]
    if len(found) != 1:
        raise refused(HINTS, "unclear", cell=letter, said=f"“{said[:24]}”")
    return found[0]


def _bare(words: str) -> str:
    letters = unicodedata.normalize("NFD", words.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"\s+", " ", re.sub(r"\b(sem|de|da|do|o|a)\b|[^a-z ]", " ", letters)).strip()


CHECK = Check((), START, judge)
