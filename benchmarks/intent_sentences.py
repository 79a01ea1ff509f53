"""The sentences that intent is learnt from: as written, filled into frames, and with chatter around them."""

import json
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from matching.intent import LONGEST, QUOTED

HERE: Final = Path(__file__).parent / "data"
#: {"id","lang","text","intent","group"}; a group is one persona or one kind of trap, in both languages.
WRITTEN: Final = (HERE / "intent_chat.jsonl", HERE / "intent_personas.jsonl")
#: The same, as short messages after a disaster; the part for community chat does not learn from them.
RELIEF: Final = HERE / "intent_relief.jsonl"
#: {"slot","lang","words"} and {"intent","lang","frame"}.
FRAMES: Final = HERE / "intent_frames.jsonl"
#: How often a frame is filled.
TIMES: Final = 5
#: Groups that were made by rule; nobody talks like that for long.
MADE: Final = frozenset({"frames", "template"})
#: Groups that are nothing but traps: jokes, sayings, the press, what others said, pairs that differ by a word.
TRAPS: Final = frozenset(
    {"contrast", "pairs", "jokes", "sayings", "press", "reported", "turned", "chatter", "questions"}
)
#: The group whose sentences are those of a disaster.
ALARM: Final = "alarm"

Rows = Sequence[Mapping[str, str]]

#: What people put around what they say; it changes nothing.
BEFORE: Final = {
    "fr": ("Bonjour à tous,", "Salut !", "Coucou,", "Bonsoir le groupe.", "hello", "Hey,", "dites,",
           "Désolé de déranger,", "Petit message :", "bon,", "Alors,", "@tous", "Belle journée à vous !"),
    "en": ("Hi all,", "Hello!", "hey", "Morning everyone.", "so", "Quick one:", "Sorry to bother you,", "ok",
           "Hey folks,", "@here", "btw", "Hope you're all well.", "Right,"),
}  # fmt: skip
AFTER: Final = {
    "fr": ("merci d'avance", "Merci !", "bises", "bonne soirée", "🙏", "😊", "!!", "...", "svp", "à plus"),
    "en": ("thanks in advance", "Thanks!", "cheers", "have a good one", "🙏", "😊", "!!", "...", "pls", "xx"),
}


def read(path: Path) -> list[dict[str, str]]:
    """The sentences of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def written() -> list[dict[str, str]]:
    """Every sentence of our own that may be learnt from, those of the frames last."""
    return [row for path in WRITTEN for row in read(path)] + filled()


def said(row: Mapping[str, str]) -> str:
    """What the classifier reads of a sentence."""
    return QUOTED.sub(" ", row["text"][:LONGEST])


def filled(path: Path = FRAMES, times: int = TIMES, seed: int = 3) -> list[dict[str, str]]:
    """Each frame with `times` fillings drawn for its slots, twins left out."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    words = {(line["slot"], line["lang"]): line["words"] for line in lines if "slot" in line}
    chance, made = random.Random(seed), dict[str, dict[str, str]]()
    for line in lines:
        for _ in range(times if "frame" in line else 0):
            text = line["frame"]
            for (slot, language), choices in words.items():
                if language == line["lang"] and f"{{{slot}}}" in text:
                    text = text.replace(f"{{{slot}}}", chance.choice(choices))
            made[text] = {"lang": line["lang"], "text": text, "intent": line["intent"], "group": "frames"}
    return list(made.values())


def wrapped(rows: Rows, seed: int = 1) -> list[dict[str, str]]:
    """Half of the sentences once more, with a greeting, thanks or a sentence of chatter of their group around them."""
    chance = random.Random(seed)
    chatter: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        if row["intent"] == "none":
            chatter[row["lang"], row["group"]].append(row["text"])
    made = []
    for row in rows:
        way, text, language = chance.random(), row["text"], row["lang"]
        if way < 0.2:
            text = f"{chance.choice(BEFORE[language])} {text}"
        elif way < 0.35:
            text = f"{text} {chance.choice(AFTER[language])}"
        elif way < 0.43:
            text = f"{chance.choice(BEFORE[language])} {text} {chance.choice(AFTER[language])}"
        elif way < 0.53 and chatter[language, row["group"]]:
            other = chance.choice(chatter[language, row["group"]])
            text = f"{other}. {text}" if chance.random() < 0.6 else f"{text}. {other}"
        else:
            continue
        made.append({**row, "text": text})
    return made
