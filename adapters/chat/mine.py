"""What can be said of somebody's own needs, offers and ties, and what can be done about each, whatever shows them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.domain.notices import Kind, Notice, NoticeState, Reach
from bot.messages import Phrase
from bot.text import Catalogue
from bot.views import TieView
from matching.topics import labels

KINDS: Final = {Kind.NEED: "house.notices.kind.need", Kind.OFFER: "house.notices.kind.offer"}
REACHES: Final = {
    Reach.COMMUNITY: "house.notice.reach.community",
    Reach.CIRCLE: "house.notice.reach.circle",
    Reach.BEYOND: "house.notice.reach.beyond",
}
#: What each state lets its author do, in the order of the buttons, and the words on them.
STEPS: Final = {
    "edit": "house.notices.edit",
    "pause": "house.notices.pause",
    "resume": "house.notices.resume",
    "renew": "house.notices.renew",
    "met": "house.notices.met",
    "withdraw": "house.notices.withdraw",
}
OFFERED: Final = {
    NoticeState.OPEN: ("edit", "pause", "renew", "met", "withdraw"),
    NoticeState.PAUSED: ("edit", "resume", "met", "withdraw"),
    NoticeState.EXPIRED: ("edit", "renew", "met", "withdraw"),
    NoticeState.MET: ("renew",),
    NoticeState.WITHDRAWN: ("renew",),
}
#: A notice that ends later than this needs no button to renew it.
SOON: Final = timedelta(days=14)
TIE_STEPS: Final = {
    "note": "house.ties.note",
    "end": "house.ties.end",
    "block": "house.ties.block",
    "report": "house.ties.report",
}


def facts(notice: Notice, words: Catalogue, now: datetime) -> list[str]:
    """What can be said of a notice besides its words: kind, state, end, place, reach, topics."""
    said = [
        words.say(Phrase(KINDS[notice.kind])),
        words.say(Phrase(f"house.notices.state.{notice.kind}.{notice.state}")),
    ]
    if notice.state in (NoticeState.OPEN, NoticeState.PAUSED):
        said.append(_end(notice, words, now))
    if notice.place:
        said.append(words.say(Phrase("house.notices.place", {"place": notice.place})))
    if notice.reach is not Reach.COMMUNITY:
        said.append(words.say(Phrase(REACHES[notice.reach])))
    return [*said, *topics(notice.topics, words)]


def topics(keys: Sequence[str], words: Catalogue) -> list[str]:
    """What topics are called; those that are no more are left out."""
    known = labels(words.language)
    return [known[key] for key in keys if key in known]


def offered(notice: Notice, now: datetime) -> list[str]:
    """What its author can do about a notice now: keys of `STEPS`."""
    far = notice.expires_at is None or notice.expires_at - now > SOON
    late = notice.state is NoticeState.OPEN and far
    return [step for step in OFFERED[notice.state] if not (step == "renew" and late)]


def name_of(tie: TieView, words: Catalogue) -> str:
    """Who is across."""
    return tie.name or words.say(Phrase("house.someone_left"))


def _end(notice: Notice, words: Catalogue, now: datetime) -> str:
    if notice.expires_at is None:
        return words.say(Phrase("house.notices.standing"))
    days = max(0, -((now - notice.expires_at) // timedelta(days=1)))
    return words.say(Phrase("house.notices.ends", {"count": days}))
