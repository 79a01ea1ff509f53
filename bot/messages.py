"""What can be said: a text key, its parameters and its choices. Words and widgets are the edges' affair."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Self, TypeAlias

from bot.domain.ids import MemberId

#: What a text can be filled with. A `str` is always somebody's own words and is shown inert; a `datetime` is shown in
#: the reader's zone; an `int` also picks the plural; a `Phrase` is said in the reader's language; a tuple is a list.
Param: TypeAlias = "str | int | datetime | Phrase | tuple[Param, ...]"


#: How the keys begin of what somebody wrote, put into the reader's language.
WORD: Final = "word."
#: The parameter that holds the reader's own words, which stay whoever else is forgotten.
MINE: Final = "mine"
#: How the keys begin of cards, of their reminders, and of what stands in their place once they were answered.
CARD: Final = "card."
#: Parameters that hold what somebody is called.
NAMES: Final = frozenset({"name", "first", "second"})
#: What introduces its reader to one other, or asks about that one, and what it says once the other was forgotten.
LEFT: Final[Mapping[str, str]] = {
    "opening.answers.offer": "opening.left.offer",
    "opening.subject.offer": "opening.left.offer",
    "opening.subject.need": "opening.left.need",
    "opening.same_need.need": "opening.left.need",
    "follow_up": "follow_up.left",
    "nudge.topic": "nudge.left",
    "nudge.plain": "nudge.left",
}
#: What can be pressed below these even then.
STILL: Final = "stop"


@dataclass(frozen=True)
class Phrase:
    """A piece of text of ours, to be said in the reader's language."""

    key: str
    params: Mapping[str, Param] = field(default_factory=dict)


@dataclass(frozen=True)
class Message(Phrase):
    """One message. Its text is `key` with `params`; its buttons are `choices`, whose labels are "choice.<choice>".

    A press carries `token` and the choice, and nothing else. `parts` are messages gathered into this one (a digest),
    each with its own buttons. After `closes_at` the buttons mean nothing any more. `retires` are hashes of the tokens
    of earlier messages to the same reader, whose buttons go away when this one is shown. `beside` is the channel beside
    which a service that can shows it, to its reader alone; empty, and where a service cannot, it is told privately.
    """

    choices: tuple[str, ...] = ()
    token: str | None = None
    parts: tuple["Message", ...] = ()
    closes_at: datetime | None = None
    retires: tuple[str, ...] = ()
    beside: str = ""
    #: Which parameters, at whatever depth, are the reader's own words or name, besides `MINE`: these stay whoever else
    #: is forgotten.
    own: tuple[str, ...] = ()
    #: Of a reply: whose names or words are in it, besides the reader's, for a service that keeps what it showed (I9).
    #: It stays inside: it is never written into JSON.
    about: tuple[MemberId, ...] = field(default=(), compare=False, repr=False)

    def redacted(self, at: datetime) -> Self:
        """The same message without anybody else's words or names, for when somebody in it is forgotten (I9).

        A card that can still be answered stays as it is. It names nobody; but who sees its words go at a moment could
        tell by that moment whose they were (I1). Of a part of several nobody knows whether it is that somebody's: it
        says "someone", and what can be pressed below it stays.
        """
        if self._is_open_card(at):
            return self
        if self.key in LEFT:
            choices = tuple(choice for choice in self.choices if choice == STILL)
            return replace(self, key=LEFT[self.key], params=self._hidden(Phrase("redacted.left")), choices=choices)
        return self._unnamed(at)

    def _unnamed(self, at: datetime) -> Self:
        if self._is_open_card(at):
            return self
        parts = tuple(part._unnamed(at) for part in self.parts)
        return replace(self, params=self._hidden(Phrase("redacted.name")), parts=parts)

    def _hidden(self, someone: Phrase) -> Mapping[str, Param]:
        """Its parameters but for others' words and names; `someone` stands in the place of a name."""
        return {each: _redacted(each, value, self.own, someone) for each, value in self.params.items()}

    def has_open_card(self, at: datetime) -> bool:
        """Whether there is a card in it that can still be answered."""
        return self._is_open_card(at) or any(part.has_open_card(at) for part in self.parts)

    def _is_open_card(self, at: datetime) -> bool:
        return self.key.startswith(CARD) and self.closes_at is not None and at < self.closes_at


@dataclass(frozen=True)
class Refused(Message):
    """A reply that grants nothing. Shown beside what was pressed, replacing nothing."""


@dataclass(frozen=True)
class Form:
    """A reply that opens a form instead of saying something.

    `kind` is "need" or "offer"; `notice` is the one to edit, None for a new one; `text` is what to start from.
    """

    kind: str
    notice: str | None = None
    text: str = ""


#: What whoever asked gets back.
Reply: TypeAlias = Message | Form


def _redacted(name: str, value: Param, own: Sequence[str], someone: Phrase) -> Param:
    if name == MINE or name in own:
        return value
    match value:
        case str():
            return someone if name in NAMES else Phrase("redacted")
        case Phrase() if value.key.startswith(WORD):
            return Phrase("redacted")
        case Phrase():
            within = {inside: _redacted(inside, inner, own, someone) for inside, inner in value.params.items()}
            return Phrase(value.key, within)
        case tuple():
            return tuple(_redacted(name, inner, own, someone) for inner in value)
        case _:
            return value


def to_json(message: Message) -> dict[str, Any]:
    """As plain JSON, for the outbox and for platforms that keep what was said."""
    return {
        "key": message.key,
        "params": {name: _pack(value) for name, value in message.params.items()},
        "choices": list(message.choices),
        "token": message.token,
        "parts": [to_json(part) for part in message.parts],
        "closes_at": message.closes_at.isoformat() if message.closes_at else None,
        "retires": list(message.retires),
        "beside": message.beside,
        "own": list(message.own),
    }


def from_json(packed: Mapping[str, Any]) -> Message:
    """The inverse of `to_json`."""
    closes_at = packed["closes_at"]
    return Message(
        key=packed["key"],
        params={name: _unpack(value) for name, value in packed["params"].items()},
        choices=tuple(packed["choices"]),
        token=packed["token"],
        parts=tuple(from_json(part) for part in packed["parts"]),
        closes_at=datetime.fromisoformat(closes_at) if closes_at else None,
        retires=tuple(packed["retires"]),
        beside=packed.get("beside", ""),  # what waits since before there was such a thing has none
        own=tuple(packed.get("own", ())),
    )


def pack_reply(reply: Reply | None) -> dict[str, Any]:
    """A reply as plain JSON, to be given again when the same thing arrives again."""
    match reply:
        case None:
            return {}
        case Form():
            return {"form": asdict(reply)}
        case _:
            return {"message": to_json(reply), "refused": isinstance(reply, Refused)}


def unpack_reply(packed: Mapping[str, Any]) -> Reply | None:
    """The inverse of `pack_reply`."""
    match packed:
        case {"form": form}:
            return Form(**form)
        case {"message": said, "refused": refused}:
            message = from_json(said)
            return Refused(**vars(message)) if refused else message
        case _:
            return None


def _pack(value: Param) -> Any:
    match value:
        case datetime():
            return {"at": value.isoformat()}
        case Phrase():
            return {"key": value.key, "params": {name: _pack(inner) for name, inner in value.params.items()}}
        case tuple():
            return [_pack(inner) for inner in value]
        case _:
            return value


def _unpack(value: Any) -> Param:
    match value:
        case {"at": str(moment)}:
            return datetime.fromisoformat(moment)
        case {"key": str(key), "params": dict(params)}:
            return Phrase(key, {name: _unpack(inner) for name, inner in params.items()})
        case list():
            return tuple(_unpack(inner) for inner in value)
        case _:
            assert isinstance(value, (str, int))
            return value
