"""What was handed to chat services, in SQL. Every call is a transaction of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, bindparam, select

from adapters.store.carrier import Transactions
from adapters.store.lines import replaced, retired, tokens
from adapters.store.repository import among, by
from adapters.store.sending_tables import SENDING_ABOUT, SENDING_READERS, SENDING_TOKENS, SENDINGS
from adapters.store.session import Session, unless_there
from bot.domain.ids import MemberId
from bot.domain.tokens import hashed
from bot.messages import Message, from_json, to_json
from bot.sendings import Sending

#: Characters of a keyed hash that make a mark.
MARK: Final = 32

_begin = unless_there(SENDINGS, lambda insert: insert.returning(SENDINGS.c.mark))
_reader, _about, _token = SENDING_READERS.insert(), SENDING_ABOUT.insert(), unless_there(SENDING_TOKENS)
_one = select(SENDINGS).where(by(SENDINGS.c.mark))
_write = SENDINGS.update().where(by(SENDINGS.c.mark, "its_mark"))
_remove = SENDINGS.delete().where(by(SENDINGS.c.mark))
_forget_tokens = SENDING_TOKENS.delete().where(by(SENDING_TOKENS.c.sending))
_forget_about = SENDING_ABOUT.delete().where(by(SENDING_ABOUT.c.member))
_of_reader = select(SENDINGS).join(SENDING_READERS).where(by(SENDING_READERS.c.member))
_shown = _of_reader.order_by(SENDINGS.c.begun_at.desc(), SENDINGS.c.mark).limit(bindparam("most"))
_with_tokens = _of_reader.join(SENDING_TOKENS).where(among(SENDING_TOKENS.c.hash)).distinct()
_speaking_of = select(SENDINGS).join(SENDING_ABOUT).where(by(SENDING_ABOUT.c.member))


class SqlSendings:
    """What other chat services show of ours."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def begin(
        self, key: str, messages: Mapping[MemberId, Message], *, at: datetime, about: Sequence[MemberId] = ()
    ) -> tuple[Sending, bool]:
        async with self._transactions.writing() as session:
            sending = Sending(session.hash("sending", *sorted(messages), key)[:MARK], dict(messages), at)
            row = {"mark": sending.mark, "begun_at": at, "sealed": _sealed(session, sending)}
            if (await session.run(_begin.on(session), row)).scalar() is None:
                (known,) = (await session.run(_one, {"it": sending.mark})).mappings()
                return _read(session, known), True
            await _all(session, _reader, [{"sending": sending.mark, "member": id} for id in sending.messages])
            await _all(session, _about, [{"sending": sending.mark, "member": id} for id in dict.fromkeys(about)])
            await _remember_tokens(session, sending)
            return sending, False

    async def arrived(self, mark: str, place: str, ref: str) -> None:
        async with self._transactions.writing(flushed=False) as session:
            for row in (await session.run(_one, {"it": mark})).mappings():
                await _rewrite(session, replace(_read(session, row), place=place, ref=ref))

    async def undo(self, mark: str) -> None:
        async with self._transactions.writing() as session:
            await session.run(_remove, {"it": mark})

    async def replace(self, reader: MemberId, token: str, message: Message) -> Sequence[Sending]:
        wanted = hashed(token)
        return await self._changed(
            _with_tokens, {"it": reader, "them": [wanted]}, lambda id, shown: replaced(shown, wanted, message)
        )

    async def retire(self, reader: MemberId, hashes: Sequence[str]) -> Sequence[Sending]:
        wanted = frozenset(hashes)
        return await self._changed(
            _with_tokens, {"it": reader, "them": sorted(wanted)}, lambda id, shown: retired(shown, wanted)
        )

    async def shown_to(self, reader: MemberId, *, limit: int = 1000) -> Sequence[Sending]:
        async with self._transactions.looking() as session:
            rows = (await session.run(_shown, {"it": reader, "most": limit})).mappings()
            return [_read(session, row) for row in rows]

    async def redact(self, member: MemberId) -> Sequence[Sending]:
        these = await self._changed(
            _speaking_of, {"it": member}, lambda id, shown: shown if id == member else shown.redacted()
        )
        async with self._transactions.writing() as session:
            await session.run(_forget_about, {"it": member})
        return these

    async def _changed(
        self, question: Select[Any], these: Mapping[str, Any], change: Callable[[MemberId, Message], Message]
    ) -> Sequence[Sending]:
        async with self._transactions.writing() as session:
            found = (await session.run(question, these)).mappings()
            changed: list[Sending] = []
            for before in [_read(session, row) for row in found]:
                after = replace(before, messages={id: change(id, shown) for id, shown in before.messages.items()})
                await _rewrite(session, after)
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
    return session.seal({"messages": messages, "place": sending.place, "ref": sending.ref})


def _read(session: Session, row: Mapping[Any, Any]) -> Sending:
    content = session.open(row["sealed"])
    messages = {MemberId(id): from_json(packed) for id, packed in content["messages"].items()}
    return Sending(row["mark"], messages, row["begun_at"], content["place"], content["ref"])
