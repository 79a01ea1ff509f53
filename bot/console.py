"""What the `comptoir` command says on a terminal, in the operator's language; quiet in a pipe."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from rich.console import Console
from rich.progress import Progress

from bot.config import operator_language
from bot.messages import Param, Phrase
from bot.text import catalogue

LANGUAGE: Final = operator_language()


def say(key: str, **params: Param) -> str:
    """A sentence in the operator's language."""
    return said(Phrase(key, params))


def said(phrase: Phrase) -> str:
    """A phrase in the operator's language."""
    return catalogue(LANGUAGE).say(phrase)


def tell(text: str) -> None:
    """A line for whoever typed the command."""
    console(sys.stdout).print(text, markup=False, highlight=False, soft_wrap=True)


def complain(text: str) -> None:
    """A line about what went wrong."""
    console(sys.stderr).print(text, markup=False, highlight=False, soft_wrap=True)


def console(stream: Any) -> Console:
    """A terminal, or what stands for it at this moment."""
    return Console(file=stream)


def print_json(value: Any) -> None:
    """An answer for a program."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
    sys.stdout.flush()


@contextmanager
def working() -> Iterator[None]:
    """Show on a terminal that something goes on."""
    stream = console(sys.stderr)
    if not stream.is_terminal:
        yield
        return
    with stream.status(say("command.working")):
        yield


@contextmanager
def progressing() -> Iterator[Callable[[int, int], None]]:
    """Show on a terminal how far a long work is. Gives: a function to be told how much is done, of how much."""
    stream = console(sys.stderr)
    with Progress(console=stream, transient=True, disable=not stream.is_terminal) as bar:
        task = bar.add_task(say("command.working"), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
