"""Where our apps were installed, in SQL; tokens are sealed. Every call is a transaction of its own."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import bindparam, or_, select

from adapters.store.carrier import Transactions
from adapters.store.installation_tables import INSTALLATION_STATES, INSTALLATIONS
from adapters.store.repository import by
from adapters.store.session import Session, inserting
from bot.domain.ids import CommunityId
from bot.installations import Installation

_ROW = ("installed_at", "turn", "turn_until", "sealed")
_keep = inserting(
    INSTALLATIONS,
    lambda insert: insert.on_conflict_do_update(
        index_elements=[INSTALLATIONS.c.community], set_={name: insert.excluded[name] for name in _ROW}
    ),
)
_all = select(INSTALLATIONS).order_by(INSTALLATIONS.c.community)
_one = select(INSTALLATIONS).where(by(INSTALLATIONS.c.community))
_close = INSTALLATIONS.delete().where(
    by(INSTALLATIONS.c.community),
    INSTALLATIONS.c.installed_at <= bindparam("ended_at", type_=INSTALLATIONS.c.installed_at.type),
)
_mine = (by(INSTALLATIONS.c.community, "its_community"), by(INSTALLATIONS.c.turn, "its_turn"))
_take_turn = INSTALLATIONS.update().where(
    _mine[0],
    or_(
        INSTALLATIONS.c.turn_until.is_(None),
        INSTALLATIONS.c.turn_until <= bindparam("now", type_=INSTALLATIONS.c.turn_until.type),
    ),
)
_write = INSTALLATIONS.update().where(*_mine)
_begin = INSTALLATION_STATES.insert()
_late = INSTALLATION_STATES.delete().where(INSTALLATION_STATES.c.expires_at <= bindparam("now"))
#: One statement, so that of many who come at the same time one finds it.
_take = (
    INSTALLATION_STATES.delete()
    .where(by(INSTALLATION_STATES.c.hash), INSTALLATION_STATES.c.expires_at > bindparam("now"))
    .returning(INSTALLATION_STATES.c.hash)
)
_NOBODY = {"turn": None, "turn_until": None}


class SqlInstallations:
    """Where our apps were installed."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def keep(self, installation: Installation) -> None:
        async with self._transactions.writing() as session:
            row = {"community": installation.community, "installed_at": installation.installed_at}
            await session.run(_keep.on(session), row | _NOBODY | {"sealed": _sealed(session, installation)})

    async def find(self, community: CommunityId) -> Installation | None:
        async with self._transactions.looking() as session:
            return next((_read(session, row) for row in (await session.run(_one, {"it": community})).mappings()), None)

    async def everywhere(self) -> Sequence[Installation]:
        async with self._transactions.looking() as session:
            return [_read(session, row) for row in (await session.run(_all)).mappings()]

    async def close(self, community: CommunityId, *, ended_at: datetime) -> bool:
        async with self._transactions.writing() as session:
            return (await session.run(_close, {"it": community, "ended_at": ended_at})).rowcount == 1

    async def take_turn(self, community: CommunityId, now: datetime, *, until: datetime) -> str | None:
        turn = token_hex(8)
        row = {"its_community": community, "now": now, "turn": turn, "turn_until": until}
        async with self._transactions.writing() as session:
            return turn if (await session.run(_take_turn, row)).rowcount == 1 else None

    async def renewed(self, installation: Installation, turn: str) -> bool:
        async with self._transactions.writing() as session:
            row = _held(installation.community, turn) | _NOBODY | {"sealed": _sealed(session, installation)}
            return (await session.run(_write, row)).rowcount == 1

    async def end_turn(self, community: CommunityId, turn: str) -> None:
        async with self._transactions.writing() as session:
            await session.run(_write, _held(community, turn) | _NOBODY)

    async def begin(self, state_hash: str, now: datetime, *, life: timedelta) -> None:
        async with self._transactions.writing() as session:
            await session.run(_late, {"now": now})
            await session.run(_begin, {"hash": state_hash, "expires_at": now + life})

    async def take(self, state_hash: str, now: datetime) -> bool:
        async with self._transactions.writing() as session:
            return (await session.run(_take, {"it": state_hash, "now": now})).scalar() is not None


def _held(community: CommunityId, turn: str) -> dict[str, Any]:
    return {"its_community": community, "its_turn": turn}


def _sealed(session: Session, installation: Installation) -> str:
    expires_at = installation.expires_at
    return session.seal(
        {
            "token": installation.token,
            "name": installation.name,
            "installer": installation.installer,
            "app": installation.app,
            "account": installation.account,
            "scopes": installation.scopes,
            "renewal": installation.renewal,
            "expires_at": expires_at.isoformat() if expires_at else None,
        }
    )


def _read(session: Session, row: Mapping[Any, Any]) -> Installation:
    content = session.open(row["sealed"])
    expires_at = content.pop("expires_at")
    return Installation(
        community=CommunityId(row["community"]),
        installed_at=row["installed_at"],
        scopes=tuple(content.pop("scopes")),
        expires_at=datetime.fromisoformat(expires_at) if expires_at else None,
        **content,
    )
