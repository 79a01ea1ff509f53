"""What one process alone may do at a time, in SQL. Every call is a transaction of its own."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, or_, select

from adapters.store.carrier import Transactions
from adapters.store.lease_tables import LEASES, RATIONS
from adapters.store.repository import by
from adapters.store.session import inserting, unless_there
from bot.leases import Ration, spent

#: One statement, so that of many who want it at the same time one gets it.
_take = inserting(
    LEASES,
    lambda insert: insert.on_conflict_do_update(
        index_elements=[LEASES.c.name],
        set_={name: insert.excluded[name] for name in ("holder", "until")},
        where=or_(
            LEASES.c.holder == insert.excluded.holder,
            LEASES.c.until <= bindparam("now", type_=LEASES.c.until.type),
        ),
    ),
)
_release = LEASES.delete().where(by(LEASES.c.name), LEASES.c.holder == bindparam("its_holder"))
_begin = unless_there(RATIONS)
#: Locked until the end, so that nobody spends what somebody else is spending.
_look = select(RATIONS.c.paid_until, RATIONS.c.last).where(by(RATIONS.c.name)).with_for_update()
_spend = RATIONS.update().where(by(RATIONS.c.name, "its_name"))


class SqlLeases:
    """Who holds what, and what was done when."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def take(self, name: str, holder: str, now: datetime, *, until: datetime) -> bool:
        async with self._transactions.writing() as session:
            row = {"name": name, "holder": holder, "until": until, "now": now}
            return (await session.run(_take.on(session), row)).rowcount == 1

    async def release(self, name: str, holder: str) -> None:
        async with self._transactions.writing() as session:
            await session.run(_release, {"it": name, "its_holder": holder})

    async def spend(self, name: str, ration: Ration, now: datetime) -> timedelta:
        async with self._transactions.writing() as session:
            await session.run(_begin.on(session), {"name": name, "paid_until": None, "last": None})
            [(paid_until, last)] = await session.run(_look, {"it": name})
            wait, paid = spent(ration, now, paid_until, last)
            if not wait:
                await session.run(_spend, {"its_name": name, "paid_until": paid, "last": now})
            return wait
