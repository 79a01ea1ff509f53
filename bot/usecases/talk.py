"""A conversation in private: greet, understand a need, an offer or neither, obey what begins with a slash (A1, A3)."""

import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.commands import ChangeSettings, DraftNotice, Hear, Pause, Resume, Say
from bot.context import Context
from bot.domain.hours import suitable
from bot.domain.ids import MemberId
from bot.domain.members import Member, Membership, Person
from bot.domain.notices import Kind
from bot.domain.tokens import Purpose, hashed
from bot.domain.words import clean
from bot.errors import Refusal
from bot.messages import Form, Message, Reply
from bot.ports import Priority
from bot.usecases.charter import read_charter
from bot.usecases.draft import TEXT_LIMIT, TWIN, asking_key, draft_notice
from bot.usecases.me import my_notices, my_ties
from bot.usecases.settings import change_settings, pause, resume
from bot.usecases.tell import budget_left, tell_unasked
from bot.usecases.why import why
from bot.usecases.wishes import DAYS, Wish, wish_of
from matching.encoder import Encoder
from matching.intent import likelihoods
from matching.text import sentences

#: How likely a sentence must be a need or an offer to be taken for one. In private, whoever writes wants something of
#: us, and sees what we understood; in a channel nobody asked.
SURE_IN_PRIVATE: Final = 0.25
SURE_IN_CHANNEL: Final = 0.8

#: From so many words on, a text that reads like neither is worth asking about; remarks are shorter, in French as well.
TOLD: Final = 4

_GREETING: Final = re.compile(
    r"^\W*(hi|hey|hello|good (morning|evening|afternoon)|bonjour|bonsoir|salut|coucou|hola)\b.{0,20}$", re.IGNORECASE
)
_QUESTION: Final = re.compile(
    r"^\W*(help|aide)(\W+(me|moi|please|svp|stp|s['’]il (te|vous) pla[iî]t))*\W*$|"
    r"^\W*(how does (this|it) work|what (is this|can you do)|comment ça (marche|fonctionne)|c['’]est quoi)\b"
    r".{0,20}$",
    re.IGNORECASE,
)
_TIME: Final = re.compile(
    r"\d|\b((day|week|month|jour|semaine)s?|mois|tomorrow|demain|until|till|jusqu\w*"
    r"|(mon|tues|wednes|thurs|fri|satur|sun)day|(lun|mar|mercre|jeu|vendre|same)di|dimanche)\b",
    re.IGNORECASE,
)
#: Of a pause that is wished for: days, or the day on which it ends.
_LENGTH: Final = re.compile(r"\d+(?:-\d+)*")
#: For how many days one may rest. Who wishes for longer says until when, or stops.
RESTING: Final = range(1, 366)
#: Words of the longest time that is read as one.
TIME_WORDS: Final = 4
_THANKS: Final = re.compile(r"^\W*(thanks|thank you|thx|merci|cheers)\b.{0,30}$", re.IGNORECASE)


async def say(command: Say, ctx: Context) -> Reply:
    """Answer whatever a member typed to the bot."""
    await ctx.joined(command.member)
    text = clean(command.text, TEXT_LIMIT)
    if text.startswith("/"):
        return await _slash(command.member, text, ctx)
    if (wish := wish_of(text)) is not None:
        return await _granted(wish, command.member, text, ctx)
    if _QUESTION.match(text):
        return Message("help")
    drafts = understood(text, SURE_IN_PRIVATE)
    if not drafts:
        # People greet and thank before they say what they want, in the same breath.
        if _THANKS.match(text):
            return Message("talk.thanks")
        if _GREETING.match(text):
            return Message("talk.greeting")
        return await _which(command, text, ctx) if len(text.split()) >= TOLD else Message("talk.unclear")
    previews = [
        await draft_notice(DraftNotice(command.member, kind, part, source=command.source), ctx) for kind, part in drafts
    ]
    return previews[0] if len(previews) == 1 else Message("draft.both", parts=tuple(previews))


async def hear(command: Hear, ctx: Context) -> Reply | None:
    """Ask the author of a sentence, privately, if they want help. The question goes through the outbox.

    Only in channels where stewards switched listening on, and only somebody who joined, at an hour that suits them.
    What is not confirmed is forgotten with its draft; what could not be made a notice is passed over, for nobody asked.
    """
    member = await ctx.uow.members.find(command.member)
    if member is None or member.state is not Membership.JOINED:
        return None
    community = await ctx.uow.communities.get(member.community)
    person = await ctx.uow.persons.get(member.person)
    here = command.channel in community.listening and not community.at_rest and member.charter >= community.charter
    if not here or suitable(ctx.now, person) > ctx.now:
        return None
    with suppress(Refusal):
        await _ask_privately(command, member, person, ctx)
    return None


async def _ask_privately(command: Hear, member: Member, person: Person, ctx: Context) -> None:
    """Unasked like any other, it counts against the budget; too late it would be forgotten already."""
    heard = understood(clean(command.text, TEXT_LIMIT), SURE_IN_CHANNEL, ctx.encoder)
    if not heard or person.stopped_at is not None or await budget_left(ctx, person) == 0:
        return
    kind, text = heard[0]
    preview = await draft_notice(DraftNotice(command.member, kind, text, source=command.source), ctx)
    if preview.key == TWIN or preview.token is None:
        return
    token = await ctx.token(command.member, Purpose.PERSON, command.member)
    await tell_unasked(
        ctx, member, person, Message(f"heard.{kind}", {}, ("stop",), token, parts=(preview,), beside=command.channel),
        key=asking_key(hashed(preview.token)), priority=Priority.REPLY, not_after=ctx.now + ctx.rules.draft_life,
    )  # fmt: skip


def understood(text: str, sure: float, encoder: Encoder | None = None) -> list[tuple[str, str]]:
    """The need and the offer in a text: at most one of each, in the order in which they were said."""
    found: dict[str, list[str]] = {}
    latest = None
    for sentence in sentences(text):
        shares = likelihoods(sentence, encoder=encoder)
        likelier, share = ("need", shares.need) if shares.need >= shares.offer else ("offer", shares.offer)
        kind = likelier if share >= sure else latest
        if kind is not None:
            found.setdefault(kind, []).append(sentence)
            latest = kind
    return [(kind, " ".join(parts)) for kind, parts in found.items()]


async def _which(command: Say, text: str, ctx: Context) -> Message:
    """Say that a text read like neither, and let its author decide."""
    draft = DraftNotice(command.member, Kind.NEED, text, source=command.source)
    preview = await draft_notice(draft, ctx, sure=False)
    return Message(
        "talk.which", {"card": preview.params["card"]}, ("need", "offer", "discard"), preview.token,
        closes_at=preview.closes_at,
    )  # fmt: skip


async def _granted(wish: Wish, member: MemberId, text: str, ctx: Context) -> Reply:
    """Nobody leaves, or is forgotten, by a sentence: they are told where they can, and are asked there."""
    match wish:
        case Wish.QUIET:
            return await _stop(member, "", ctx)
        case Wish.PAUSE:
            said = _LENGTH.search(text)
            return await _pause(member, said[0] if said else "", ctx)
        case Wish.LEAVE | Wish.FORGET:
            return Message("talk.leaving")
        case Wish.WHO:
            return Message("talk.who")


def is_bare_order(text: str) -> bool:
    """Whether words without a slash are an order, and no sentence that only begins like one, as "stop motion film".

    One that takes nothing has nothing after it. After "pause" comes what reads as a time, or a single word: a day that
    was mistyped is told to be one.
    """
    word, _, rest = text.strip().partition(" ")
    word, after = word.casefold(), len(rest.split())
    if word in PAUSING:
        return after <= 1 or (after <= TIME_WORDS and _TIME.search(rest) is not None)
    if word in LANGUAGE:
        return after <= 1
    return word in ORDERS and (not after or word in OPEN_ENDED)


Order = Callable[[MemberId, str, Context], Awaitable[Reply]]


def is_order(text: str, *among: str) -> bool:
    """Whether a text begins with a slash and one of these words, in either case; with a slash, when none is given."""
    word = text.strip().partition(" ")[0].casefold()
    return word.startswith("/") and (not among or word[1:] in among)


async def _slash(member: MemberId, text: str, ctx: Context) -> Reply:
    word, _, rest = text[1:].partition(" ")
    order = ORDERS.get(word.casefold())
    if order is None:
        raise Refusal("unknown_command", word=word[:40])
    return await order(member, rest.strip(), ctx)


def _notice(kind: Kind) -> Order:
    async def order(member: MemberId, text: str, ctx: Context) -> Reply:
        if not text:
            return Form(kind)
        return await draft_notice(DraftNotice(member, kind, text), ctx)

    return order


async def _help(member: MemberId, text: str, ctx: Context) -> Reply:
    return Message("help")


async def _pause(member: MemberId, text: str, ctx: Context) -> Reply:
    """«/pause 2026-12-24» until that morning; «/pause 10» for as many days; without either, for a month."""
    _, person = await ctx.joined(member)
    today = ctx.now.astimezone(ZoneInfo(person.zone)).date()
    try:
        until = date.fromisoformat(text) if text else today + timedelta(days=30)
    except ValueError:
        until = today + timedelta(days=_days(text))
    return await pause(Pause(member, until), ctx)


def _days(text: str) -> int:
    """How many days somebody wishes to rest. Raises: Refusal."""
    said = DAYS.fullmatch(text)
    if said is None:
        raise Refusal("not_a_date", text=text[:40])
    days = int(said[1])
    if days not in RESTING:
        raise Refusal("days_range", least=RESTING.start, most=RESTING.stop - 1)
    return days


async def _stop(member: MemberId, text: str, ctx: Context) -> Reply:
    return await pause(Pause(member, None), ctx)


async def _resume(member: MemberId, text: str, ctx: Context) -> Reply:
    return await resume(Resume(member), ctx)


async def _language(member: MemberId, text: str, ctx: Context) -> Reply:
    word = text.casefold()[:2]
    return await change_settings(ChangeSettings(member, language="en" if word == "an" else word), ctx)


#: Those that begin a notice.
POSTING: Final = ("need", "besoin", "offer", "offre")
#: Those after which a time comes, a language, and whatever one likes.
PAUSING: Final = ("pause",)
LANGUAGE: Final = ("language", "langue")
OPEN_ENDED: Final = (*POSTING, "why", "pourquoi")
ORDERS: Final[Mapping[str, Order]] = {
    "need": _notice(Kind.NEED), "besoin": _notice(Kind.NEED),
    "offer": _notice(Kind.OFFER), "offre": _notice(Kind.OFFER),
    "me": my_notices, "moi": my_notices,
    "ties": my_ties, "liens": my_ties,
    "why": why, "pourquoi": why,
    "pause": _pause, "stop": _stop, "resume": _resume, "reprise": _resume,
    "language": _language, "langue": _language,
    "charter": read_charter, "charte": read_charter,
    "help": _help, "aide": _help,
}  # fmt: skip
