"""Every sentence, said with sample parameters: to be read aloud. `python -m tests.bot.text.golden` writes the files."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bot.messages import Param, Phrase
from bot.text import LANGUAGES, catalogue
from tests.bot.text.placeholders import placeholders

FOLDER: Final = Path(__file__).parent
MOMENT: Final = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
WORDS: Final[dict[str, dict[str, Param]]] = {
    "en": {
        "card": "I need a drill this weekend", "mine": "I need a drill this weekend", "theirs": "A drill, hardly used",
        "firsts": "I need a drill", "seconds": "A drill, hardly used", "what": "that is not a number",
        "subject": "drill",
    },
    "fr": {
        "card": "je cherche une perceuse", "mine": "je cherche une perceuse", "theirs": "une perceuse presque neuve",
        "firsts": "je cherche une perceuse", "seconds": "une perceuse presque neuve", "what": "ce n’est pas un nombre",
        "subject": "perceuse",
    },
}  # fmt: skip
NAMES: Final[dict[str, Param]] = {
    "name": "Amina", "first": "Luc", "second": "Amina", "community": "Les Ateliers", "place": "Lyon 3e",
    "word": "dance",
    "text": "…", "zone": "Mars/Olympus",
    "terms": ("perceuse",), "member": "house:demo:amina", "path": "amina.json",
    "setting": "COMPTOIR_PORT", "near": "COMPTOIR_PORT", "value": "x", "host": "127.0.0.1",
    "address": "http://127.0.0.1:8000",
    "error": "OSError", "reason": "EACCES",
}  # fmt: skip


def sample(name: str, language: str) -> Param:
    """Something that could stand there."""
    if name in ("until", "since", "when"):
        return MOMENT
    if name in ("count", "limit", "least", "most", "port", "seconds_apart", "number", "helpers", "days"):
        return 3
    if name == "changes":
        return tuple(Phrase(f"charter.{step}", {"text": WORDS[language]["card"]}) for step in ("removed", "added"))
    if name == "nudges":
        return Phrase("steward.nudges")
    if name == "why":
        return Phrase("reason.terms", {"terms": ("perceuse",)})
    if name == "question":
        return Phrase("question.0")
    if name in ("topic", "topics"):
        return ("bricolage" if language == "fr" else "do-it-yourself",)
    if name in ("lines", "details"):
        return (Phrase("draft.place", {"place": "Lyon 3e"}), Phrase("draft.place", {"place": "Lille"}))
    return WORDS[language].get(name, NAMES.get(name, name))


def spoken(language: str) -> str:
    """Every sentence of a language, by key; a plural for one and for three."""
    words, said = catalogue(language), []
    for key in sorted(key for key in words.texts if not key.startswith(("topic.", "word."))):
        text = words.texts[key]
        names = placeholders(text if isinstance(text, str) else " ".join(text))
        params = {name: sample(name, language) for name, _ in names}
        for count in (1, 3) if isinstance(text, tuple) else (None,):
            if count is not None:
                params["count"] = count
            lines = words.say(Phrase(key, params), now=MOMENT).split("\n")
            said.append("\n".join([key, *(f"    {line}".rstrip() for line in lines)]))
    return "\n".join(said) + "\n"


def path(language: str) -> Path:
    """Where what is said in a language is kept."""
    return FOLDER / f"golden.{language}.txt"


if __name__ == "__main__":
    for spoken_here in LANGUAGES:
        path(spoken_here).write_text(spoken(spoken_here), encoding="utf-8")
