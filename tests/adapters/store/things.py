"""One of each thing, to keep."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from bot.domain.ids import CommunityId, IntroductionId, MemberId, NoticeId, NudgeId, PersonId, ReportId, TieId
from bot.domain.introductions import Answer, Ground, Introduction, Outcome, Relation, Side, State, Why
from bot.domain.members import Community, Delivery, Member, Membership, Person
from bot.domain.notices import Kind, Notice, NoticeState, Reach
from bot.domain.reports import Report
from bot.domain.ties import Nudge, NudgeState, Tie, TieState
from bot.domain.tokens import Purpose, Token
from bot.messages import Message, Phrase
from bot.ports import Act, Parcel, Priority

NOON = datetime(2026, 5, 4, 12, 0, 0, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOME = CommunityId("house:demo")
AMINA, BELA, CHLOE = MemberId("house:demo:amina"), MemberId("house:demo:bela"), MemberId("house:demo:chloe")
#: Words that must never be readable in a database.
CANARY = "canary-ÉTÉ-4711"

COMMUNITY = Community(
    id=HOME,
    name="Le Comptoir",
    language="fr",
    zone="Europe/Paris",
    created_at=NOON,
    listening=("c1",),
    stewards=(BELA,),
    closed_at=NOON,
    paused_at=NOON,
    charter=2,
    wave_size=1,
    card_days=3,
    nudges=False,
)
PERSON = Person(
    id=PersonId("p-amina"),
    language="fr",
    zone="Europe/Paris",
    speaks=("fr", "en"),
    quiet_from=time(22, 30),
    quiet_until=time(7),
    paused_until=NOON + HOUR,
    stopped_at=NOON,
    delivery=Delivery.DAILY,
    monthly_budget=3,
)
MEMBER = Member(
    id=AMINA,
    community=HOME,
    person=PERSON.id,
    name=f"Amina {CANARY}",
    state=Membership.JOINED,
    joined_at=NOON,
    circles=("textile", CANARY),
    shown_circles=(CANARY,),
    charter=2,
)
NOTICE = Notice(
    id=NoticeId("n1"),
    community=HOME,
    member=AMINA,
    person=PERSON.id,
    kind=Kind.NEED,
    state=NoticeState.OPEN,
    text=f"5000 T-shirts {CANARY}",
    card=f"T-shirts \x00 🧵 {CANARY}",
    language="en",
    created_at=NOON,
    since=NOON,
    topics=("textile", CANARY),
    place=CANARY,
    reach=Reach.BEYOND,
    expires_at=NOON + HOUR,
    due_at=NOON + HOUR,
    source=f"C1:{CANARY}",
    replaces=NoticeId("n0"),
)
INTRODUCTION = Introduction(
    id=IntroductionId("i1"),
    community=HOME,
    state=State.ASKED,
    relation=Relation.ANSWERS,
    sides=(
        Side("a", AMINA, PersonId("p-amina"), NoticeId("n1"), Answer.NO, NOON, Why.SUBJECT, Outcome.HELPED),
        Side("b", BELA, PersonId("p-bela"), NoticeId("n2")),
    ),
    grounds=(Ground("terms", ("t-shirt", CANARY)), Ground("topic", ("textile",))),
    score=0.1 + 0.2,
    asked_at=NOON,
    expires_at=NOON + 24 * HOUR,
    since=NOON,
    due_at=NOON + HOUR,
)
TIE = Tie(
    id=TieId("t1"),
    community=HOME,
    introduction=INTRODUCTION.id,
    members=(BELA, AMINA),
    topics=("textile",),
    state=TieState.ALIVE,
    since=NOON,
)
NUDGE = Nudge(id=NudgeId("u1"), tie=TIE.id, to=AMINA, state=NudgeState.PLANNED, due_at=NOON + HOUR)
TOKEN = Token(hash="h1", member=AMINA, purpose=Purpose.CARD, subject="i1", expires_at=NOON + HOUR)
REPORT = Report(
    id=ReportId("r1"), community=HOME, by=AMINA, tie=TIE.id, text=f"pushy {CANARY}", shared=False, at=NOON,
    closed_at=NOON,
)  # fmt: skip
MESSAGE = Message(
    "card.ask",
    {"need": CANARY, "at": NOON, "why": (Phrase("reason", {"n": 2}), "x")},
    choices=("yes", "no"),
    token="token-1",
    closes_at=NOON,
)


def asked(id: str, one: str = "amina", other: str = "bela", **changes: Any) -> Introduction:
    """An introduction of two persons, nobody having answered."""
    a = Side("a", MemberId(f"house:demo:{one}"), PersonId(f"p-{one}"), NoticeId(f"n-{one}"))
    b = Side("b", MemberId(f"house:demo:{other}"), PersonId(f"p-{other}"), NoticeId(f"n-{other}"))
    return replace(INTRODUCTION, id=IntroductionId(id), sides=(a, b), **changes)


def parcel(key: str, *to: MemberId, **changes: Any) -> Parcel:
    """Something to say, due at noon."""
    made = Parcel(
        key=key, act=Act.TELL, to=dict.fromkeys(to or (AMINA,), MESSAGE), due_at=NOON, priority=Priority.CARD
    )  # fmt: skip
    return replace(made, **changes)
