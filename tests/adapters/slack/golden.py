"""Everything that Slack shows, drawn: every message with its buttons, every form, the Home tab.

`python -m tests.adapters.slack.golden` writes the files anew; read what changed.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from adapters.slack.blocks import rendered
from adapters.slack.home import home, welcome
from adapters.slack.wording import Commands, in_slack
from bot.domain.charters import Charter
from bot.domain.notices import Kind, NoticeState, Reach
from bot.messages import Message, Phrase
from bot.text import LANGUAGES, Catalogue, catalogue
from bot.text.said import put
from bot.usecases import cards, charter, expire, follow_up, nudge
from bot.usecases.answer import REASONS
from tests.adapters.slack.drawing import drawn
from tests.adapters.slack.people import COMMUNITY, NOW, TOKEN, me, notice, tie
from tests.adapters.slack.test_modals import every_form
from tests.bot.text.golden import sample
from tests.bot.text.keys import choices as every_choice
from tests.bot.text.placeholders import placeholders

FOLDER: Final = Path(__file__).parent
COMMANDS: Final = {
    "en": Commands("/need", "/offer", "/comptoir"),
    "fr": Commands("/besoin", "/offre", "/comptoir"),
}
#: The buttons that each message has, by how its key begins; the longest beginning counts.
BUTTONS: Final[Mapping[str, tuple[str, ...]]] = {
    "card.": cards.CHOICES,
    "card.answered.": ("take_back",),
    "card.answered.no": (*REASONS, "take_back"),
    "card.ended.": ("stop",),
    "card.introduced": (),
    "card.refused.": ("take_back",),
    "card.taken_back": (),
    "charter.again": charter.CHOICES,
    "charter.anew": charter.CHOICES,
    "charter.first": charter.CHOICES,
    "draft.preview.": ("post", "edit", "discard"),
    "draft.twin": ("post", "discard"),
    "follow_up": follow_up.CHOICES,
    "follow_up.": (),
    "follow_up.helped_need": ("met", "keep"),
    "heard.": ("stop",),
    "nobody.need": ("stop",),
    "notice.expiring.": expire.CHOICES,
    "nudge.": nudge.CHOICES,
    "steward.report.": ("close_report",),
    "steward.report.closed": (),
    "talk.which": ("need", "offer", "discard"),
}
#: Pieces of sentences, words of other surfaces, and what only forms and the Home tab say.
PIECES: Final = (
    "choice.", "command.", "contact.", "discord.", "house.", "me.line.", "question.", "reason.", "refusal.discord",
    "slack.", "topic.", "word.",
    "draft.place", "draft.reach.", "draft.topics", "draft.left_out", "redacted", "why.met.", "me.tie", "charter.added",
    "charter.removed",
)  # fmt: skip
#: Messages that hold others, and a card that holds another in its words.
PARTS: Final = {
    "digest": ("card.answers.offer", "nudge.topic", "notice.expiring.need"),
    "draft.both": ("draft.preview.need", "draft.preview.offer"),
    "heard.need": ("draft.preview.need",),
    "notice.reworded": ("draft.preview.need",),
    "steward.reports": ("steward.report.shared", "steward.report.private"),
    "heard.offer": ("draft.preview.offer",),
}
INSIDE: Final = {"card.reminder.silent": "card.answers.offer", "card.reminder.again": "card.answers.need"}
FRENCH: Final = "Je cherche une perceuse ce week-end"


def messages(words: Catalogue) -> Iterator[tuple[str, Message]]:
    """Every message in one language, by key, with sample parameters and its buttons."""
    for key in sorted(words.texts):
        if not key.startswith(PIECES) or key in ("me.ties", "slack.outside", "slack.saved", "slack.export"):
            yield key, message(key, words)


def message(key: str, words: Catalogue) -> Message:
    """One message with sample parameters."""
    text = words.texts[key]
    names = placeholders(text if isinstance(text, str) else " ".join(text))
    params = {name: sample(name, words.language) for name, _ in names} | {"count": 3}
    if key in INSIDE:
        inside = message(INSIDE[key], words)
        params["card"] = Phrase(inside.key, inside.params)
    parts = tuple(message(part, words) for part in PARTS.get(key, ()))
    return Message(key, params, buttons_of(key), TOKEN, parts)


def buttons_of(key: str) -> tuple[str, ...]:
    """What can be pressed on a message."""
    beginnings = [beginning for beginning in BUTTONS if key == beginning or key.startswith(beginning)]
    found = [one for one in beginnings if one == key or one.endswith(".")]
    return BUTTONS[max(found, key=len)] if found else ()


def shown(said: Message, words: Catalogue) -> dict[str, Any]:
    """A message as it is sent to Slack."""
    return rendered(put(in_slack(said, COMMANDS[words.language]), words, "Europe/Paris", NOW), words)


def homes(words: Catalogue) -> dict[str, dict[str, Any]]:
    """The Home tab of somebody with much, of somebody with nothing, and of a stranger."""
    french = words.language == "fr"
    text = FRENCH if french else "I am looking for a drill this weekend"
    more = "Deux heures de couture par mois" if french else "Two hours of sewing a month"
    offer: dict[str, Any] = {
        "text": more,
        "card": more,
        "topics": ("sewing",),
        "reach": Reach.BEYOND,
        "place": "Lyon 3e",
    }
    mine = [
        notice(1, text=text, card=text),
        notice(2, Kind.OFFER, standing=True, expires_at=None, **offer),
        notice(3, state=NoticeState.PAUSED, text=text),
        notice(4, Kind.OFFER, NoticeState.EXPIRED, **offer),
        notice(5, state=NoticeState.MET, text=text),
        notice(6, Kind.OFFER, NoticeState.WITHDRAWN, **offer),
        notice(7, text=text),
    ]
    known = [tie(1, note="thé le vendredi" if french else "tea on Fridays"), tie(2, name=None, topics=())]
    full = me(language=words.language, notices=mine, ties=known, paused_until=NOW + timedelta(days=4))
    names = {one: f"veiled-{one}" for one in (*(n.id for n in mine), *(t.id for t in known))}
    card = put(message("card.answers.offer", words), words, "Europe/Paris", NOW)
    said_yes = put(message("card.answered.yes", words), words, "Europe/Paris", NOW)
    agreed = Charter(COMMUNITY, 2, "Soyons simples." if french else "Let us be plain.", NOW)
    return {
        "much": home(full, words, NOW, waiting=[card], answered=[said_yes], names=names, charter=agreed, steward=True),
        "nothing": home(me(language=words.language), words, NOW, names={}),
        "stranger": welcome(words),
        "outsider": welcome(words, may_join=False),
    }


def pictured(language: str) -> str:
    """Everything, in one language."""
    words = catalogue(language)
    text = FRENCH if language == "fr" else "I am looking for a drill this weekend"
    found = [(key, shown(said, words)) for key, said in messages(words)]
    found += [(f"form: {name}", view) for name, view in every_form(words, text).items()]
    found += [(f"home: {name}", view) for name, view in homes(words).items()]
    return "\n".join(f"{name}\n{_indented(drawn(payload))}\n" for name, payload in found)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.split("\n"))


def path(language: str) -> Path:
    """Where it is kept."""
    return FOLDER / f"golden.{language}.txt"


def unknown_choices() -> set[str]:
    """Buttons of the bot that no message here has."""
    pressed = {choice for known in BUTTONS.values() for choice in known}
    return {key.removeprefix("choice.") for key in every_choice()} - pressed


if __name__ == "__main__":
    for spoken_here in LANGUAGES:
        path(spoken_here).write_text(pictured(spoken_here), encoding="utf-8")
