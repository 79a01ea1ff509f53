"""Which sentences the code asks for, found by reading the code."""

import ast
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Final

from adapters.discord.commands import paths
from adapters.discord.permissions import NEEDED, PRYING
from bot.domain.charters import Step
from bot.domain.contact_looks import LOOKS
from bot.domain.introductions import Outcome, Why
from bot.domain.notices import Kind, NoticeState, Reach
from bot.usecases.answer import ANSWERS
from bot.usecases.cards import QUESTIONS

ROOT: Final = Path(__file__).parents[3]
SOURCES: Final = tuple(
    path for folder in ("bot", "adapters") for path in sorted((ROOT / folder).rglob("*.py")) if path.name != "logs.py"
)
TEMPLATES: Final = tuple(sorted((ROOT / "adapters").rglob("*.html")))
#: Calls whose first argument is a key.
SPEAKERS: Final = {"Message", "Phrase", "Refused"}
KEY: Final = re.compile(r"[a-z][a-z_0-9]*(?:\.[a-z_0-9]+)*")
KINDS: Final = tuple(kind.value for kind in Kind)
SEEN_STATES: Final = tuple(state.value for state in NoticeState if state is not NoticeState.DRAFT)
RELATED: Final = ("answers.need", "answers.offer", "subject.need", "subject.offer", "same_need.need")

#: What each key that is put together from parts can become. Refusals and choices are found in the code itself.
MADE: Final = {
    "card.{}.{}": [f"card.{shape}" for shape in RELATED],
    "opening.{}.{}": [f"opening.{shape}" for shape in RELATED if shape != "answers.need"],
    "card.answered.{}": [f"card.answered.{choice}" for choice in ANSWERS],
    "card.refused.{}": [f"card.refused.{why}" for why in Why],
    "card.reminder.{}": ["card.reminder.again", "card.reminder.silent"],
    "card.ended.{}": [f"card.ended.{kind}" for kind in KINDS],
    "question.{}": [f"question.{number}" for number in range(QUESTIONS)],
    "draft.preview.{}": [f"draft.preview.{kind}" for kind in KINDS],
    "draft.reach.{}": [f"draft.reach.{reach}" for reach in Reach if reach is not Reach.COMMUNITY],
    "charter.{}": [f"charter.{step}" for step in Step],
    "contact.{}": sorted({f"contact.{kind}" for kind, _ in LOOKS}),
    "notice.{}": [f"notice.{to}" for to in ("pause", "resume", "renew", "withdraw", "met")],
    "notice.expiring.{}": [f"notice.expiring.{kind}" for kind in KINDS],
    "post.{}": [f"post.{kind}" for kind in KINDS],
    "post.{}.first": [f"post.{kind}.first" for kind in KINDS],
    "heard.{}": [f"heard.{kind}" for kind in KINDS],
    "follow_up.{}": [f"follow_up.{outcome}" for outcome in Outcome],
    "house.notices.state.{}.{}": [f"house.notices.state.{kind}.{state}" for kind, state in product(KINDS, SEEN_STATES)],
    "me.line.{}.{}": [f"me.line.{kind}.{state}" for kind, state in product(KINDS, SEEN_STATES)],
    "too_many.{}": [f"refusal.too_many.{kind}" for kind in KINDS],
    "command.check.{}": ["command.check.address", "command.check.address_taken", "command.check.open"],
    "command.discord.{}": [f"command.discord.{path}" for path in paths()],
    "command.discord.{}.name": [f"command.discord.{path}.name" for path in paths()],
    "command.discord.permission.{}": [f"command.discord.permission.{name}" for name in (*NEEDED, *PRYING)],
    "command.discord.permission.{}.for": [f"command.discord.permission.{name}.for" for name in NEEDED],
    "discord.form.{}": [f"discord.form.{kind}" for kind in KINDS],
    "refusal.{}": [],
    "choice.{}": ["choice.thread", "choice.thread.make"],
    "topic.{}": [],
    "word.{}": [],
}  # fmt: skip
#: Made from a code that another module gives; the codes are literals there.
CODED: Final = {"command.doctor.{}": ROOT / "adapters/store/audit.py"}


def trees() -> Iterator[tuple[Path, ast.AST]]:
    """Every file, read."""
    for path in SOURCES:
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def pattern(joined: ast.JoinedStr) -> str:
    """An f-string with its holes shown as «{}»."""
    return "".join(str(v.value) if isinstance(v, ast.Constant) else "{}" for v in joined.values)


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def made_in_code() -> set[str]:
    """The patterns of keys that are put together in the code."""
    found = set()
    for _, tree in trees():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            first = call.args[0] if call.args else None
            if _name(call) in (*SPEAKERS, "Refusal") and isinstance(first, ast.JoinedStr):
                found.add(pattern(first))
    return found


def said_in_code() -> set[str]:
    """The keys that the code says as they stand."""
    found = set()
    for path, tree in trees():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            first = call.args[0] if call.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value:
                if _name(call) in SPEAKERS:
                    found.add(first.value)
                elif _name(call) == "Refusal":
                    found.add(f"refusal.{first.value}")
        if path.name == "errors.py":
            found |= {f"refusal.{word}" for word in ("too_late",)}
    return found


def literals() -> set[str]:
    """Every string in the code that could be a key, wherever it stands."""
    return {
        node.value
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.fullmatch(node.value)
    }


def in_templates() -> set[str]:
    """Every string in a template that could be a key."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    return {word for _, word in re.findall(r"(['\"])([a-z][a-z_0-9.]*)\1", text)}


def choices() -> set[str]:
    """Every button: what stands in a tuple of choices."""
    found = {"yes", "not_now", "no", "stop", "take_back", *(f"no_{why}" for why in Why), *Outcome}
    for _, tree in trees():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node) == "Message"):
            given = call.args[2] if len(call.args) > 2 else None
            if isinstance(given, ast.Tuple):
                found |= {e.value for e in given.elts if isinstance(e, ast.Constant) and isinstance(e.value, str)}
        for assignment in (node for node in ast.walk(tree) if isinstance(node, ast.Assign)):
            names = {target.id for target in assignment.targets if isinstance(target, ast.Name)}
            if "CHOICES" in names and isinstance(assignment.value, ast.Tuple):
                tops = assignment.value.elts
                found |= {e.value for e in tops if isinstance(e, ast.Constant) and isinstance(e.value, str)}
    return {f"choice.{choice}" for choice in found}
