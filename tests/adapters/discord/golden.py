"""Everything that Discord shows, drawn: every message with its buttons, every form, the pages of what is one's own.

`python -m tests.adapters.discord.golden` writes the files anew; read what changed.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from adapters.discord import home
from adapters.discord.home import Reader
from adapters.discord.openings import PERSON, THREAD, below, with_below
from adapters.discord.rendering import SURE, rendered, sure
from adapters.discord.steward_modals import rest
from adapters.discord.wording import in_discord
from bot.domain.notices import Kind, NoticeState, Reach
from bot.messages import Message
from bot.text import LANGUAGES, Catalogue, catalogue
from bot.text.said import put
from tests.adapters.discord.drawing import drawn
from tests.adapters.discord.test_modals import every_form
from tests.adapters.slack.golden import FRENCH, message
from tests.adapters.slack.people import NOW, me, notice, tie

FOLDER: Final = Path(__file__).parent
ENGLISH: Final = "I am looking for a drill this weekend"
#: Pieces of sentences, words of other surfaces, and what only forms and pages say.
PIECES: Final = (
    "choice.", "command.", "contact.", "discord.", "house.", "me.line.", "question.", "reason.", "refusal.slack",
    "slack.", "topic.", "word.", "draft.place", "draft.reach.", "draft.topics", "draft.left_out", "redacted",
    "why.met.", "me.tie", "charter.added", "charter.removed",
)  # fmt: skip
#: What Discord says besides, as it stands.
OWN: Final = ("discord.hello", "discord.hello.nowhere", "discord.form", "discord.saved", "discord.thread.made")
GUILD: Final = "123456789012345678"


def messages(words: Catalogue) -> Iterator[tuple[str, Message]]:
    """Every message in one language, by key, with sample parameters and its buttons."""
    for key in sorted(words.texts):
        if not key.startswith(PIECES) or key in ("me.ties", *OWN):
            yield key, message(key, words)


def shown(said: Message, words: Catalogue) -> dict[str, Any]:
    """A message as it is sent to Discord."""
    return rendered(put(in_discord(said, words.language), words, "Europe/Paris", NOW), words)


def openings(words: Catalogue) -> Iterator[tuple[str, dict[str, Any]]]:
    """An opening as each of the two reads it, before and after there is a thread for them."""
    opening = message("opening.answers.offer", words)
    person = {**opening.params, PERSON: GUILD}
    for name, params in {"alone": person, "with a thread": person | {THREAD: GUILD}}.items():
        said = Message(opening.key, params, ("thread",) if THREAD not in params else (), "A" * 22)
        yield f"opening: {name}", with_below(shown(said, words), below(said, words))


def pages(words: Catalogue) -> Iterator[tuple[str, dict[str, Any]]]:
    """The pages of somebody with much, and of somebody with nothing."""
    french = words.language == "fr"
    text, more = (FRENCH, "Deux heures de couture par mois") if french else (ENGLISH, "Two hours of sewing a month")
    offer: dict[str, Any] = {"text": more, "card": more, "topics": ("sewing",), "reach": Reach.BEYOND}
    mine = [
        notice(1, text=text, card=text),
        notice(2, Kind.OFFER, standing=True, expires_at=None, place="Lyon 3e", **offer),
        notice(3, state=NoticeState.PAUSED, text=text),
        notice(4, Kind.OFFER, NoticeState.EXPIRED, **offer),
        *(notice(number, state=NoticeState.MET, text=text) for number in range(5, 11)),
    ]
    known = [tie(1, note="thé le vendredi" if french else "tea on Fridays"), tie(2, name=None, topics=())]
    full = me(language=words.language, notices=mine, ties=known, paused_until=NOW + timedelta(days=4))
    names = {one: f"sealed-{one}" for one in (*(n.id for n in mine), *(t.id for t in known))}
    card = put(in_discord(message("card.answers.offer", words), words.language), words, "Europe/Paris", NOW)
    much = Reader(full, words, NOW, names, GUILD, 2)
    nothing = Reader(me(language=words.language), words, NOW, {}, GUILD)
    for who, reader in {"much": much, "nothing": nothing}.items():
        for name, page in {"notices": home.notices, "ties": home.ties, "settings": home.settings}.items():
            yield f"page: {name}, {who}", page(reader)
    yield "page: privacy", home.privacy(much)
    yield "page: cards", home.cards(much, (card, card))
    yield "page: one notice", home.one_notice(much, mine[0])
    yield "page: one tie", home.one_tie(much, known[0])


def asked(words: Catalogue) -> Iterator[tuple[str, dict[str, Any]]]:
    """The questions before what cannot be undone, and before a rest for everybody."""
    for choice in SURE:
        yield f"sure: {choice}", sure(choice, "sealed", words)
    yield "sure: rest", rest(words, resting=False)
    yield "sure: end of rest", rest(words, resting=True)


def everything(language: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """All that Discord shows in one language, by name."""
    words = catalogue(language)
    yield from ((key, shown(said, words)) for key, said in messages(words))
    yield from openings(words)
    yield from asked(words)
    yield from pages(words)
    forms = every_form(words, FRENCH if language == "fr" else ENGLISH)
    yield from ((f"form: {name}", answer) for name, answer in forms.items())


def pictured(language: str) -> str:
    """Everything, in one language."""
    return "\n".join(f"{name}\n{_indented(drawn(payload))}\n" for name, payload in everything(language))


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.split("\n"))


def path(language: str) -> Path:
    """Where it is kept."""
    return FOLDER / f"golden.{language}.txt"


if __name__ == "__main__":
    for spoken_here in LANGUAGES:
        path(spoken_here).write_text(pictured(spoken_here), encoding="utf-8")
