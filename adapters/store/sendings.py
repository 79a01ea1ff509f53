"""What was handed to chat services, in SQL. Every call is a transaction of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, exists, select

from adapters.store.carrier import Transactions
from adapters.store.lines import replaced, retired, retires, tokens
from adapters.store.repository import among, by
from adapters.store.sending_tables import SENDING_ABOUT, SENDING_READERS, SENDING_TOKENS, SENDINGS
from adapters.store.session import Session, unless_there
from bot.domain.ids import MemberId, community_of, nobody_in
from bot.domain.tokens import hashed
from bot.messages import Message, from_json, to_json
from bot.sendings import Sending

#: Characters of a keyed hash that make a mark.
MARK: Final = 32

_begin = unless_there(SENDINGS, lambda insert: insert.returning(SENDINGS.c.mark))
_reader, _about, _token = SENDING_READERS.insert(), SENDING_ABOUT.insert(), unless_there(SENDING_TOKENS)
_about_too = unless_there(SENDING_ABOUT)
_one = select(SENDINGS).where(by(SENDINGS.c.mark))
_write = SENDINGS.update().where(by(SENDINGS.c.mark, "its_mark"))
_count = SENDINGS.update().where(by(SENDINGS.c.mark)).values(unshown=SENDINGS.c.unshown + 1)
_confirm = SENDINGS.update().where(by(SENDINGS.c.mark), by(SENDINGS.c.unshown, "as_many")).values(unshown=0)
_remove = SENDINGS.delete().where(by(SENDINGS.c.mark))
_forget_tokens = SENDING_TOKENS.delete().where(by(SENDING_TOKENS.c.sending))
_forget_about, _forget_reader = (
    table.delete().where(by(table.c.sending), by(table.c.member, "them")) for table in (SENDING_ABOUT, SENDING_READERS)
)
_of_reader = select(SENDINGS).join(SENDING_READERS).where(by(SENDING_READERS.c.member))
_shown = _of_reader.order_by(SENDINGS.c.begun_at.desc(), SENDINGS.c.mark).limit(bindparam("most"))
_with_tokens = _of_reader.join(SENDING_TOKENS).where(among(SENDING_TOKENS.c.hash)).distinct()
_unshown = (
    select(SENDINGS)
    .where(
        SENDINGS.c.unshown > 0,
        exists().where(
            SENDING_READERS.c.sending == SENDINGS.c.mark, SENDING_READERS.c.member.like(bindparam("pattern"))
        ),
    )
    .order_by(SENDINGS.c.begun_at, SENDINGS.c.mark)
    .limit(bindparam("most"))
)
_speaking_of = select(SENDINGS).join(SENDING_ABOUT).where(by(SENDING_ABOUT.c.member))


class SqlSendings:
    """What other chat services show of ours."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def begin(
        self,
        key: str,
        messages: Mapping[MemberId, Message],
        *,
        at: datetime,
        about: Sequence[MemberId] = (),
        handed: Mapping[str, Any] | None = None,
    ) -> tuple[Sending, bool]:
        async with self._transactions.writing() as session:
            mark = session.hash("sending", *sorted(messages), key)[:MARK]
            sending = Sending(mark, dict(messages), at, handed=handed or {})
            row = {"mark": sending.mark, "begun_at": at, "sealed": _sealed(session, sending)}
            if (await session.run(_begin.on(session), row)).scalar() is None:
                (known,) = (await session.run(_one, {"it": sending.mark})).mappings()
                return _read(session, known), True
            await _all(session, _reader, [{"sending": sending.mark, "member": id} for id in sending.messages])
            await _all(session, _about, [{"sending": sending.mark, "member": id} for id in dict.fromkeys(about)])
            await _remember_tokens(session, sending)
            return sending, False

    async def arrived(self, mark: str, place: str, ref: str) -> Sequence[Sending]:
        async with self._transactions.writing(flushed=False) as session:
            retired_now: list[Sending] = []
            for row in (await session.run(_one, {"it": mark})).mappings():
                before = _read(session, row)
                sending = replace(before, place=place, ref=ref, handed={} if ref else before.handed)
                await _rewrite(session, sending)
                for reader, message in sending.messages.items():
                    retired_now += await _retire(session, reader, retires(message))
            return retired_now

    async def undo(self, mark: str) -> None:
        async with self._transactions.writing() as session:
            await session.run(_remove, {"it": mark})

    async def replace(self, reader: MemberId, token: str, message: Message) -> Sequence[Sending]:
        wanted = hashed(token)
        async with self._transactions.writing() as session:
            return await _change(session, reader, [wanted], lambda shown: replaced(shown, wanted, message))

    async def retire(self, reader: MemberId, message: Message) -> Sequence[Sending]:
        async with self._transactions.writing() as session:
            return await _retire(session, reader, retires(message))

    async def shown(self, sending: Sending) -> bool:
        async with self._transactions.writing(flushed=False) as session:
            row = {"it": sending.mark, "as_many": sending.unshown}
            return (await session.run(_confirm, row)).rowcount == 1

    async def unshown(self, platform: str, *, limit: int = 1000) -> Sequence[Sending]:
        async with self._transactions.looking() as session:
            rows = (await session.run(_unshown, {"pattern": f"{platform}:%", "most": limit})).mappings()
            return [_read(session, row) for row in rows]

    async def find(self, mark: str) -> Sending | None:
        async with self._transactions.looking() as session:
            rows = (await session.run(_one, {"it": mark})).mappings()
            return next((_read(session, row) for row in rows), None)

    async def shown_to(self, reader: MemberId, *, limit: int = 1000) -> Sequence[Sending]:
        async with self._transactions.looking() as session:
            rows = (await session.run(_shown, {"it": reader, "most": limit})).mappings()
            return [_read(session, row) for row in rows]

    async def speaking_of(self, member: MemberId) -> Sequence[Sending]:
        async with self._transactions.looking() as session:
            return [_read(session, row) for row in (await session.run(_speaking_of, {"it": member})).mappings()]

    async def forget(self, mark: str, member: MemberId, *, at: datetime) -> None:
        async with self._transactions.writing() as session:
            for row in (await session.run(_one, {"it": mark})).mappings():
                after = _read(session, row).without(member, at)
                if after.messages:
                    await _rewrite(session, after)
                    for statement in (_forget_reader, _forget_about):
                        await session.run(statement, {"it": mark, "them": member})
                    if after.is_open(at):
                        row_of_nobody = {"sending": mark, "member": nobody_in(community_of(member))}
                        await session.run(_about_too.on(session), row_of_nobody)
                else:
                    await session.run(_remove, {"it": mark})


async def _retire(session: Session, reader: MemberId, hashes: frozenset[str]) -> Sequence[Sending]:
    return await _change(session, reader, sorted(hashes), lambda shown: retired(shown, hashes)) if hashes else []


async def _change(
    session: Session, reader: MemberId, hashes: Sequence[str], change: Callable[[Message], Message]
) -> Sequence[Sending]:
    """Change what a reader was handed that carries one of these tokens. Returns: what is shown of it, as it is now."""
    found = (await session.run(_with_tokens, {"it": reader, "them": hashes})).mappings()
    changed: list[Sending] = []
    for before in [_read(session, row) for row in found]:
        messages = {id: change(shown) for id, shown in before.messages.items()}
        after = replace(before, messages=messages, unshown=before.unshown + 1)
        await _rewrite(session, after)
        await session.run(_count, {"it": after.mark})
        await session.run(_forget_tokens, {"it": after.mark})
        await _remember_tokens(session, after)
        changed.append(after)
    return [sending for sending in changed if sending.ref]


async def _all(session: Session, statement: Any, rows: list[dict[str, str]]) -> None:
    if rows:
        await session.run(statement, rows)


async def _rewrite(session: Session, sending: Sending) -> None:
    await session.run(_write, {"its_mark": sending.mark, "sealed": _sealed(session, sending)})


async def _remember_tokens(session: Session, sending: Sending) -> None:
    hashes = frozenset[str]().union(*(tokens(message) for message in sending.messages.values()))
    await _all(session, _token.on(session), [{"sending": sending.mark, "hash": hash} for hash in sorted(hashes)])


def _sealed(session: Session, sending: Sending) -> str:
    messages = {id: to_json(message) for id, message in sending.messages.items()}
    return session.seal(
        {"messages": messages, "place": sending.place, "ref": sending.ref, "handed": dict(sending.handed)}
    )


def _read(session: Session, row: Mapping[Any, Any]) -> Sending:
    content = session.open(row["sealed"])
    messages = {MemberId(id): from_json(packed) for id, packed in content["messages"].items()}
    return Sending(
        row["mark"], messages, row["begun_at"], content["place"], content["ref"], row["unshown"],
        handed=content.get("handed", {}),  # what was noted before there was such a thing has none
    )  # fmt: skip
