"""Somebody with needs, offers and ties, for forms and the Home tab; and how Slack sends back what was filled in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.domain.ids import CommunityId, MemberId, NoticeId, PersonId, TieId
from bot.domain.members import Community, Member, Membership, Person
from bot.domain.notices import Kind, Notice, NoticeState
from bot.views import Me, TieView

NOW: Final = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
TOKEN: Final = "AAAAAAAAAAAAAAAAAAAAAA"
COMMUNITY: Final = CommunityId("slack:T1")
MEMBER: Final = MemberId("slack:T1:U1")


def notice(number: int = 1, kind: Kind = Kind.NEED, state: NoticeState = NoticeState.OPEN, **more: Any) -> Notice:
    """One of somebody's."""
    words = "I am looking for a drill this weekend" if kind is Kind.NEED else "Two hours of sewing a month"
    mine = Notice(
        NoticeId(f"n{number}"), COMMUNITY, MEMBER, PersonId("p"), kind, state, words, words, "en", NOW, NOW,
        topics=("diy",), expires_at=NOW + timedelta(days=20),
    )  # fmt: skip
    return replace(mine, **more)


def tie(number: int = 1, **more: Any) -> TieView:
    """One of somebody's."""
    given: dict[str, Any] = {"name": "Amina", "topics": ("textile",), "note": "", "alive": True}
    return TieView(TieId(f"t{number}"), since=NOW - timedelta(days=60 * number), **(given | more))


def me(*, name: str = "Luc", circles: tuple[str, ...] = (), language: str = "en", **more: Any) -> Me:
    """Somebody; `notices` and `ties` are theirs, all else is about the person."""
    notices, ties = more.pop("notices", ()), more.pop("ties", ())
    person = Person(PersonId("p"), language, "Europe/Paris", **more)
    member = Member(MEMBER, COMMUNITY, person.id, name, Membership.JOINED, NOW, circles)
    community = Community(COMMUNITY, "Les Ateliers", language, "Europe/Paris", NOW)
    return Me(member, person, community, tuple(notices), tuple(ties))


def sent_back(view: dict[str, Any]) -> dict[str, Any]:
    """`view.state.values` of a form that is sent as it was opened.

    Source: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
    """
    return {
        block["block_id"]: {block["element"]["action_id"]: _state(block["element"])}
        for block in view["blocks"]
        if block["type"] == "input"
    }


def _state(element: dict[str, Any]) -> dict[str, Any]:
    kind = element["type"]
    match kind:
        case "plain_text_input" | "number_input":
            return {"type": kind, "value": element.get("initial_value")}
        case "static_select" | "radio_buttons":
            return {"type": kind, "selected_option": element.get("initial_option")}
        case "multi_static_select" | "checkboxes":
            return {"type": kind, "selected_options": element.get("initial_options", [])}
        case "multi_conversations_select":
            return {"type": kind, "selected_conversations": element.get("initial_conversations", [])}
        case "timepicker":
            return {"type": kind, "selected_time": element.get("initial_time")}
        case "datepicker":
            return {"type": kind, "selected_date": element.get("initial_date")}
    raise AssertionError(kind)
