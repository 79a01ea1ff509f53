"""Needs and offers: write one, look at mine, change them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from adapters.house.doors import answered, ask, shown, taken, tell_again
from adapters.house.pages import drop, go, page, take
from adapters.house.typed import Typed
from adapters.house.visits import Visit
from bot.commands import ChangeNotice, DraftNotice, EditNotice
from bot.domain.ids import NoticeId
from bot.domain.notices import Kind, Notice, NoticeState, Reach
from bot.errors import Refusal
from bot.messages import Message, Phrase, Refused, Reply
from matching.reading import suggest
from matching.topics import labels

#: Longest text of a need or an offer, and of a place, in characters; the browser helps to keep to it.
TEXT_LENGTH: Final = 1000
PLACE_LENGTH: Final = 80

KINDS: Final = {Kind.NEED: "house.notices.kind.need", Kind.OFFER: "house.notices.kind.offer"}
REACHES: Final = {
    Reach.COMMUNITY: "house.notice.reach.community",
    Reach.CIRCLE: "house.notice.reach.circle",
    Reach.BEYOND: "house.notice.reach.beyond",
}
#: What each state lets its author do, in the order of the buttons, and the words on them.
STEPS: Final = {
    "pause": "house.notices.pause",
    "resume": "house.notices.resume",
    "renew": "house.notices.renew",
    "met": "house.notices.met",
    "withdraw": "house.notices.withdraw",
}
OFFERED: Final = {
    NoticeState.OPEN: ("pause", "renew", "met", "withdraw"),
    NoticeState.PAUSED: ("resume", "met", "withdraw"),
    NoticeState.EXPIRED: ("renew", "met", "withdraw"),
    NoticeState.MET: ("renew",),
    NoticeState.WITHDRAWN: ("renew",),
}
#: A notice that ends later than this needs no button to renew it.
SOON: Final = timedelta(days=14)


async def show_new_need(visit: Visit) -> Response:
    """An empty form for a need."""
    return _new(visit, Kind.NEED)


async def show_new_offer(visit: Visit) -> Response:
    """An empty form for an offer."""
    return _new(visit, Kind.OFFER)


def _new(visit: Visit, kind: Kind) -> Response:
    carried = take(visit, "form")
    ours = carried is not None and carried.get("kind") == kind and not carried.get("notice")
    response = _form(visit, kind, text=str(carried["text"]) if carried and ours else "")
    if carried:
        drop(visit, response, "form")
    return response


async def draft_need(visit: Visit, typed: Typed) -> Response:
    """Prepare a need: the preview comes in private."""
    return await _draft(visit, typed, Kind.NEED)


async def draft_offer(visit: Visit, typed: Typed) -> Response:
    """Prepare an offer: the preview comes in private."""
    return await _draft(visit, typed, Kind.OFFER)


async def _draft(visit: Visit, typed: Typed, kind: Kind) -> Response:
    command = DraftNotice(
        visit.member,
        kind,
        text=typed.text("text"),
        place=typed.text("place"),
        reach=typed.text("reach") or Reach.COMMUNITY,
        standing=typed.ticked("standing"),
        topics=_topics(typed),
    )
    reply = await ask(visit, typed, command)
    if isinstance(reply, Refused):
        return _form(visit, kind, typed=typed, refused=reply)
    return await answered(visit, typed, reply, back="/?at=private")


async def show_mine(visit: Visit) -> Response:
    """My needs and offers, and what can be done about each."""
    assert visit.me is not None
    return page(
        visit,
        "notices.html",
        notices=[(notice, _offered(visit, notice)) for notice in visit.me.notices],
        kinds=KINDS,
        reaches=REACHES,
        steps=STEPS,
        labels=labels(visit.words.language),
        days_left=lambda end: max(0, -((visit.now - end) // timedelta(days=1))),
    )


def _offered(visit: Visit, notice: Notice) -> Sequence[str]:
    steps = OFFERED[NoticeState(notice.state)]
    far = notice.expires_at is None or notice.expires_at - visit.now > SOON
    return [step for step in steps if step != "renew" or notice.state is not NoticeState.OPEN or not far]


async def change(visit: Visit, typed: Typed) -> Response:
    """Pause, resume, renew, mark as met, withdraw."""
    id, to = visit.request.path_params["id"], typed.text("to")
    if to not in STEPS:
        raise HTTPException(400)
    reply: Reply | None = await ask(visit, typed, ChangeNotice(visit.member, id, to))
    return await answered(visit, typed, reply, back="/notices")


async def show_edit(visit: Visit) -> Response:
    """The form of a notice that exists, or of a draft that was just previewed."""
    notice = await _find_mine(visit)
    if notice is None:
        raise HTTPException(404)
    carried = take(visit, "form")
    ours = carried is not None and carried.get("notice") == notice.id
    response = _form(visit, notice.kind, notice=notice, token=str(carried["token"]) if carried and ours else "")
    if carried:
        drop(visit, response, "form")
    return response


async def edit(visit: Visit, typed: Typed) -> Response:
    """Look once more at what was rewritten, then keep it. A draft's preview comes in private instead."""
    notice = await _find_mine(visit)
    kind = notice.kind if notice else Kind.OFFER if typed.text("kind") == Kind.OFFER else Kind.NEED
    command = EditNotice(
        visit.member,
        visit.request.path_params["id"],
        text=typed.text("text"),
        place=typed.text("place"),
        reach=typed.text("reach") or Reach.COMMUNITY,
        standing=typed.ticked("standing"),
        topics=_topics(typed),
    )
    if notice is not None and notice.state is not NoticeState.DRAFT and typed.text("step") != "keep":
        if typed.text("step") != "preview":
            return _form(visit, kind, notice=notice, typed=typed)
        return await _preview(visit, notice, typed, command)
    reply = await ask(visit, typed, command)
    if isinstance(reply, Refused):
        return _form(visit, kind, notice=notice, typed=typed, refused=reply)
    if isinstance(reply, Message) and reply.token and typed.text("token"):
        await tell_again(visit, typed, reply, typed.text("token"))
        return go("/?at=private")
    return await answered(visit, typed, reply, back="/notices")


async def _preview(visit: Visit, notice: Notice, typed: Typed, command: EditNotice) -> Response:
    """What others would read, before it is kept; the form again when nothing can be made of the text."""
    try:
        after, left_out = await visit.counter.dispatch.preview_edit(command)
    except Refusal as refusal:
        refused = Refused(f"refusal.{refusal.code}", refusal.fields)
        return _form(visit, notice.kind, notice=notice, typed=typed, refused=refused)
    return page(
        visit, "notice_preview.html", notice=after, typed=typed, kinds=KINDS, reaches=REACHES,
        labels=labels(visit.words.language), left_out=tuple(Phrase(f"contact.{kind}") for kind in left_out),
    )  # fmt: skip


async def _find_mine(visit: Visit) -> Notice | None:
    try:
        return await visit.counter.dispatch.notice(visit.member, NoticeId(visit.request.path_params["id"]))
    except Refusal:
        return None


def _topics(typed: Typed) -> tuple[str, ...] | None:
    """None lets Comptoir suggest them."""
    return typed.every("topic") if typed.text("topics") == "chosen" else None


def _form(
    visit: Visit,
    kind: Kind,
    *,
    text: str = "",
    notice: Notice | None = None,
    token: str = "",
    typed: Typed | None = None,
    refused: Refused | None = None,
) -> Response:
    """The form, with what was typed before or what the notice says; `token` is of the preview that it rewrites."""
    language = visit.words.language
    return page(
        visit,
        "notice_form.html",
        status=400 if refused else 200,
        kind=str(kind),
        action=visit.request.url.path,
        notice=notice if notice and notice.state is not NoticeState.DRAFT else None,
        values=_retyped(typed) if typed else _kept(notice, token) if notice else _begun(text, language),
        labels=sorted(labels(language).items(), key=lambda one: one[1]),
        reaches=REACHES,
        refused=visit.words.say(refused, visit.zone) if refused else "",
        text_length=TEXT_LENGTH,
        place_length=PLACE_LENGTH,
    )


def _begun(text: str, language: str) -> dict[str, Any]:
    """What a new notice starts from."""
    topics = suggest(text, language) if text else ()
    return {
        "text": text, "place": "", "reach": Reach.COMMUNITY, "standing": False, "topics": topics, "chosen": False,
        "token": "",
    }  # fmt: skip


def _kept(notice: Notice, token: str) -> dict[str, Any]:
    """What a notice says. Topics that Comptoir would suggest count as suggested, and follow the words."""
    return {
        "text": notice.text,
        "place": notice.place,
        "reach": notice.reach,
        "standing": notice.standing,
        "topics": notice.topics,
        "chosen": notice.topics != suggest(notice.card, notice.language),
        "token": token,
    }


def _retyped(typed: Typed) -> dict[str, Any]:
    """What was typed, as it was."""
    return {
        "text": typed.text("text"),
        "place": typed.text("place"),
        "reach": typed.text("reach"),
        "standing": typed.ticked("standing"),
        "topics": typed.every("topic"),
        "chosen": typed.text("topics") == "chosen",
        "token": typed.text("token"),
    }


async def to_mine(visit: Visit) -> Response:
    """The address of one notice leads to all of them."""
    return go("/notices")


ROUTES: Final = (
    shown("/need/new", show_new_need),
    shown("/offer/new", show_new_offer),
    taken("/need/new", draft_need),
    taken("/offer/new", draft_offer),
    shown("/notices", show_mine),
    shown("/notices/{id}/edit", show_edit),
    taken("/notices/{id}/edit", edit),
    shown("/notices/{id}", to_mine),
    taken("/notices/{id}", change),
)
