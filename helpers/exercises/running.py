"""Run a learner's function safely: what it raises, prints or never finishes becomes a sentence."""

import inspect
import io
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from types import FrameType
from typing import Any

STEPS = 200_000         # steps of the learner's own code in one call, before it counts as endless
MOST_PRINTED = 2_000    # characters of what it prints that are shown

NOT_A_FUNCTION = ("Passe a própria função à verificação, só o nome, sem parênteses; chegou algo do tipo "
                  "`{kind}`.")
SIGNATURE = "A função deve receber {names}. Confira a linha do `def`."
SEVERAL = "{names} e {last}, nesta ordem"
ENDLESS = "Sua função não termina: a verificação parou depois de {steps} instruções. Há um laço sem saída?"
STOPPED = "Sua função parou{where}: {reason}"
WHERE, WHERE_CODE = " na linha {line}", " na linha {line}, `{code}`"
PYTHON_SAYS = "O Python diz: {kind}: {error}"
REASONS = {
    NameError: "há um nome que o Python não conhece. Confira a grafia e se a célula dos imports já rodou.",
    AttributeError: "este objeto não tem o atributo ou método pedido.",
    TypeError: "uma operação recebeu um tipo que não aceita, ou argumentos a mais ou a menos.",
    ZeroDivisionError: "houve uma divisão por zero.",
    LookupError: "foi pedido um índice ou uma chave que não existe.",
    RuntimeError: "o PyTorch não conseguiu fazer a conta. Confira as formas e os tipos dos tensores.",
    ValueError: "uma operação recebeu um valor que não aceita.",
    BaseException: "aconteceu um erro.",
}


def _blank() -> None:
    ...


class Refused(Exception):
    """What a check found: a hint, the hints after it, and how far the learner is."""

    def __init__(self, hint: str, *more: str, status: str = "quase") -> None:
        super().__init__(hint)
        self.hint, self.more, self.status = hint, more, status


class Endless(BaseException):
    """Too many steps; not an Exception, so that a learner's `except Exception` lets it through."""


class Attempt:
    """A learner's function that can be called; whatever it raises comes out as Refused.

    names: its arguments; explain(error): a hint for errors that this exercise expects, or None.
    """

    def __init__(self, function: Any, names: tuple[str, ...],
                 explain: Callable[[BaseException], tuple[str, ...] | None] = lambda error: None) -> None:
        if not callable(function):
            raise Refused(NOT_A_FUNCTION.format(kind=type(function).__name__))
        try:
            inspect.signature(function).bind(*names)
        except TypeError:
            *first, last = (f"`{name}`" for name in names)
            asked = SEVERAL.format(names=", ".join(first), last=last) if first else last
            raise Refused(SIGNATURE.format(names=asked)) from None
        except ValueError:    # a builtin that hides its signature
            pass
        self.function, self.explain = function, explain
        self.code = getattr(function, "__code__", None)
        self.printed = ""

    def __call__(self, *arguments: Any) -> Any:
        output = io.StringIO()
        try:
            with redirect_stdout(output), _bounded(self.code.co_filename if self.code else ""):
                return self.function(*arguments)
        except Endless:
            raise Refused(ENDLESS.format(steps=f"{STEPS:,}".replace(",", "."))) from None
        except (Exception, SystemExit) as error:
            raise Refused(*(self.explain(error) or self._describe(error))) from None
        finally:
            self.printed = self.printed or output.getvalue()[:MOST_PRINTED]

    @property
    def idle(self) -> bool:
        """True when the body does nothing at all, as in the untouched cell."""
        return self.code is not None and len(self.code.co_code) <= len(_blank.__code__.co_code)

    def _describe(self, error: BaseException) -> tuple[str, str]:
        reason = next(words for kind, words in REASONS.items() if isinstance(error, kind))
        own = [frame for frame in traceback.extract_tb(error.__traceback__)
               if self.code is not None and frame.filename == self.code.co_filename]
        where = ""
        if own:
            where = (WHERE_CODE if own[-1].line else WHERE).format(
                line=own[-1].lineno, code=(own[-1].line or "").replace("`", "'"))
        says = PYTHON_SAYS.format(kind=type(error).__name__, error=message(error))
        return STOPPED.format(where=where, reason=reason), says


def message(error: BaseException) -> str:
    """What an error says, short."""
    try:
        return str(error)[:300].replace("`", "'")
    except Exception:    # an exception class of the learner's own may fail even here
        return "?"


class Given:
    """An answer that is a value and not a function; it is read as an Attempt is, and prints nothing."""

    printed = ""

    def __init__(self, value: Any) -> None:
        self.value = value


@contextmanager
def _bounded(file: str) -> Iterator[None]:
    """Count the bytecodes that run in the learner's file or in any cell of the notebook; stop at STEPS.

    A cell's file is named ipykernel_<process>/<hash>.py. Afterwards the tracer from before comes back.
    """
    left, cells = STEPS, f"ipykernel_{os.getpid()}{os.sep}"

    def count(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal left
        if (name := frame.f_code.co_filename) != file and cells not in name:
            return None
        frame.f_trace_opcodes = True    # a loop on one line gives no event of its own for each round
        left -= event == "opcode"
        if left < 0:
            raise Endless
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        yield
    finally:
        sys.settrace(before)
