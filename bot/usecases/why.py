"""Why these two: one plain sentence, made of what was stored with the proposal (B8)."""

from collections.abc import Mapping, Sequence

from bot.context import Context
from bot.domain.ids import MemberId
from bot.domain.introductions import MET_STATES, OPEN_STATES, Introduction, Relation, Side
from bot.messages import Message, Phrase, Reply
from matching.topics import word_for

#: Lines of each kind in one reply.
MOST = 5
#: The reasons of open cards.
OPEN = "why.open"


def reason(intro: Introduction, *readers: Side) -> Phrase:
    """The reason in plain words, the same whenever it is asked for.

    Shared words are those of the thesaurus in the language of whoever reads. Where that is the language in which
    `readers` wrote, they are as these wrote them, the first before the second; so to one reader alone it says only
    words of their own. Says nothing that could tell who the other is: how near two people are is left to `met` (I1).
    """
    values = {ground.kind: ground.values for ground in intro.grounds}
    topics = tuple(Phrase(f"topic.{key}") for key in values.get("topic", ()))
    terms = _shared_words(values, [side.key for side in readers])
    if intro.relation is Relation.SAME_NEED and (terms or topics):
        return Phrase("reason.same_need", {"subject": terms or topics})
    if terms and topics:
        return Phrase("reason.terms_and_topic", {"terms": terms, "topics": topics})
    if terms:
        return Phrase("reason.terms", {"terms": terms})
    if not topics and "meaning" in values:
        return Phrase("reason.meaning")
    if not topics:  # gone with the words of somebody who was forgotten
        return Phrase("redacted")
    return Phrase("reason.topic", {"topics": topics})


def once_met(intro: Introduction, *readers: Side) -> Phrase:
    """The reason for two who know who the other is; it may name the circles that both show."""
    circles = tuple(circle for ground in intro.grounds if ground.kind == "circle" for circle in ground.values)
    said = reason(intro, *readers)
    return Phrase("reason.circle", {"why": said, "count": len(circles), "circles": circles}) if circles else said


def _shared_words(values: Mapping[str, tuple[str, ...]], readers: Sequence[str]) -> tuple[str | Phrase, ...]:
    quoted = values.get("terms", ())
    concepts = values.get("concepts", ("",) * len(quoted))
    languages = dict(zip("ab", values.get("languages", ()), strict=False))
    spelled = {"a": values.get("terms.a", quoted), "b": quoted}

    def said(place: int) -> str | Phrase:
        if not word_for(concepts[place], "en"):
            return spelled[readers[0] if readers else "b"][place]
        # Later ones come first, so that the first reader's own words stay.
        forms = {languages[key]: spelled[key][place] for key in reversed(readers) if key in languages}
        return Phrase(f"word.{concepts[place]}", forms)

    return tuple(map(said, range(len(quoted))))


async def why(member: MemberId, text: str, ctx: Context) -> Reply:
    """`/why`: the reasons of the cards that are open for me, and of those I was introduced to, newest first."""
    await ctx.joined(member)
    intros = [intro for intro in await ctx.uow.introductions.of_member(member) if intro.grounds]
    cards = [intro for intro in intros if intro.state in OPEN_STATES and ctx.now < intro.expires_at]
    introduced = [intro for intro in intros if intro.state in MET_STATES][:MOST]
    about = tuple({other: None for intro in introduced if (other := intro.other(intro.side_of(member)).member)})
    said = [phrase for phrase in (_cards(cards, member), await _met(introduced, member, ctx)) if phrase]
    match said:
        case []:
            return Message("why.nothing")
        case [only]:
            return Message(only.key, only.params, own=("lines",) if only.key == OPEN else (), about=about)
        case _:
            return Message("why.both", {"cards": said[0], "met": said[1]}, own=("cards",), about=about)


def _cards(intros: Sequence[Introduction], member: MemberId) -> Phrase | None:
    if not intros:
        return None
    lines = tuple(reason(intro, intro.side_of(member)) for intro in intros[:MOST])
    return Phrase(OPEN, {"count": len(intros), "lines": lines})


async def _met(intros: Sequence[Introduction], member: MemberId, ctx: Context) -> Phrase | None:
    """Only now, when both know whom they met, may it be said that being strangers counted.

    It is said as the rule that it is, never as what is known of who is tied to whom.
    """
    others = {intro.id: intro.other(intro.side_of(member)).member or MemberId("") for intro in intros}
    here = await ctx.uow.members.among(list(others.values()))
    lines = tuple(
        Phrase(_line(intro), {"name": here[others[intro.id]].name, "why": once_met(intro, intro.side_of(member))})
        for intro in intros
        if others[intro.id] in here
    )
    return Phrase("why.met", {"count": len(lines), "lines": lines}) if lines else None


def _line(intro: Introduction) -> str:
    bridging = any(ground.kind == "bridging" for ground in intro.grounds)
    return "why.met.bridging" if bridging else "why.met.line"
