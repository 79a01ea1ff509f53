"""Where chat services reach people, in SQL. Every call is a transaction of its own."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from adapters.store.carrier import Transactions
from adapters.store.place_tables import PLACES
from adapters.store.repository import by
from adapters.store.session import Session, inserting, unless_there
from bot.domain.ids import MemberId
from bot.places import Place

_keep = inserting(
    PLACES,
    lambda insert: insert.on_conflict_do_update(
        index_elements=[PLACES.c.member], set_={name: insert.excluded[name] for name in ("account", "sealed")}
    ),
)
_begin = unless_there(PLACES)
_one = select(PLACES).where(by(PLACES.c.member))
_locked = _one.with_for_update()
_of_account = select(PLACES).where(by(PLACES.c.account)).order_by(PLACES.c.member)
_remove = PLACES.delete().where(by(PLACES.c.member))


class SqlPlaces:
    """Where people are reached."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def keep(self, place: Place) -> None:
        async with self._transactions.writing() as session:
            await session.run(_keep.on(session), _row(session, place))

    async def change(self, member: MemberId, account: str, change: Callable[[Place], Place]) -> Place:
        async with self._transactions.writing() as session:
            await session.run(_begin.on(session), _row(session, Place(member, account)))
            [row] = (await session.run(_locked, {"it": member})).mappings()
            before = _read(session, row)
            if (after := change(before)) != before:
                await session.run(_keep.on(session), _row(session, after))
            return before

    async def find(self, member: MemberId) -> Place | None:
        async with self._transactions.looking() as session:
            rows = (await session.run(_one, {"it": member})).mappings()
            return next((_read(session, row) for row in rows), None)

    async def of_account(self, account: str) -> Sequence[Place]:
        async with self._transactions.looking() as session:
            return [_read(session, row) for row in (await session.run(_of_account, {"it": account})).mappings()]

    async def forget(self, member: MemberId) -> None:
        async with self._transactions.writing() as session:
            await session.run(_remove, {"it": member})


def _row(session: Session, place: Place) -> Mapping[str, Any]:
    private = {
        "direct": place.direct,
        "closed_at": place.closed_at.isoformat() if place.closed_at else None,
        "channel": place.channel,
        "thread": place.thread,
        "called_at": place.called_at.isoformat() if place.called_at else None,
    }
    return {"member": place.member, "account": place.account, "sealed": session.seal(private)}


def _read(session: Session, row: Mapping[Any, Any]) -> Place:
    content = session.open(row["sealed"])
    return Place(
        MemberId(row["member"]),
        row["account"],
        direct=content["direct"],
        closed_at=_moment(content["closed_at"]),
        channel=content["channel"],
        thread=content["thread"],
        called_at=_moment(content["called_at"]),
    )


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
