"""Parcels as sealed payloads, and as rows of the outbox."""

from typing import Any

from sqlalchemy import bindparam

from adapters.store.session import Session, unless_there
from adapters.store.tables import OUTBOX, OUTBOX_ABOUT, OUTBOX_RECEIVERS, Waiting
from bot.messages import from_json, to_json
from bot.ports import Fate, Parcel, Priority

#: What counts against a budget, and what counts as a nudge: one that went into a digest still was one.
COUNTED = (Waiting.PENDING, Fate.SENT)
NUDGED = (Waiting.PENDING, Fate.SENT, Waiting.BUNDLED)
#: What a settled row no longer holds.
SETTLED: dict[str, Any] = {"sealed": None, "error": None, "lease": None, "lease_until": None}

_put = unless_there(OUTBOX, lambda insert: insert.returning(OUTBOX.c.number))
_receive = OUTBOX_RECEIVERS.insert()
_speak_of = OUTBOX_ABOUT.insert()
HELD = (
    OUTBOX.c.number == bindparam("its_number"),
    OUTBOX.c.lease == bindparam("its_lease"),
    OUTBOX.c.state == Waiting.PENDING,
)


async def put(session: Session, parcel: Parcel) -> bool:
    """Queue a parcel. Returns: False when its key was ever used."""
    number = (await session.run(_put.on(session), _row(session, parcel))).scalar()
    if number is None:
        return False
    if parcel.to:
        await session.run(_receive, [{"outbox": number, "member": member} for member in parcel.to])
    if parcel.about:
        await session.run(_speak_of, [{"outbox": number, "member": member} for member in dict.fromkeys(parcel.about)])
    return True


def mark(session: Session, key: str) -> str:
    """How the key of a parcel is stored."""
    return session.hash("outbox", key)


def _row(session: Session, parcel: Parcel) -> dict[str, Any]:
    messages = {member: message and to_json(message) for member, message in parcel.to.items()}
    return {
        "mark": mark(session, parcel.key),
        "act": parcel.act,
        "priority": int(parcel.priority),
        "due_at": parcel.due_at,
        "unasked": parcel.unasked,
        "not_after": parcel.not_after,
        "state": Waiting.PENDING,
        "attempts": 0,
        "sealed": session.seal({"key": parcel.key, "to": messages, "about": parcel.about}),
    }


def parcel_from(session: Session, row: Any) -> Parcel:
    """A parcel that still has its payload."""
    payload = session.open(row["sealed"])
    return Parcel(
        key=payload["key"],
        act=row["act"],
        to={member: message and from_json(message) for member, message in payload["to"].items()},
        due_at=row["due_at"],
        priority=Priority(row["priority"]),
        unasked=row["unasked"],
        about=tuple(payload["about"]),
        not_after=row["not_after"],
    )
