"""What every use case is given: the moment, the rules, chance, and one transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.ids import MemberId
from bot.domain.members import Member, Membership, Person
from bot.domain.rules import Rules
from bot.domain.tokens import Purpose, Token, hashed
from bot.errors import Refusal
from bot.ports import Random, UnitOfWork
from matching.encoder import Encoder

#: How long the buttons of a message that has no deadline of its own keep working.
BUTTON_LIFE = timedelta(days=90)


@dataclass(frozen=True)
class Context:
    """One unit of work, and the moment in which it happens."""

    uow: UnitOfWork
    now: datetime
    rules: Rules
    random: Random
    #: Reads what a sentence means; None where words are all that is read.
    encoder: Encoder | None = None

    async def joined(self, id: MemberId) -> tuple[Member, Person]:
        """A member who is here, with the person behind. Raises: Refusal for anybody else."""
        member = await self.uow.members.find(id)
        if member is None or member.state is not Membership.JOINED:
            raise Refusal("not_joined")
        return member, await self.uow.persons.get(member.person)

    async def token(self, member: MemberId, purpose: Purpose, subject: str, until: datetime | None = None) -> str:
        """A fresh token for the buttons of one message to this member."""
        token = self.random.token()
        expires_at = until or self.now + BUTTON_LIFE
        await self.uow.tokens.add(Token(hashed(token), member, purpose, subject, expires_at))
        return token
