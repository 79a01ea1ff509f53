"""Who has not accepted the charter in force is shown it before anything new begins (E1).

What began before goes on: cards can be answered, and nobody is kept from leaving, pausing or being forgotten.
"""

from typing import Final

from bot.commands import ChangeNotice, Command, DraftNotice, EditNotice, Press, Say
from bot.context import Context
from bot.domain.members import Membership
from bot.messages import Message, Refused
from bot.usecases.charter import left_to_accept
from bot.usecases.talk import POSTING, is_order
from bot.usecases.wishes import wish_of

#: Steps in the life of a notice after which somebody new may be asked; they are named alike on buttons.
OPENING: Final = frozenset({"post", "resume", "renew"})


async def to_accept_first(command: Command, ctx: Context) -> Message | None:
    """The charter, when a command would begin something and its author has not accepted it; None lets it through."""
    if not _begins(command):
        return None
    member = await ctx.uow.members.find(command.member)
    if member is None or member.state is not Membership.JOINED:
        return None
    left = await left_to_accept(member, await ctx.uow.communities.get(member.community), ctx)
    if left is None or isinstance(command, Say):
        return left
    return Refused(left.key, left.params, left.choices, left.token)


def _begins(command: Command) -> bool:
    match command:
        case Say(text=text):
            return is_order(text, *POSTING) or not (is_order(text) or wish_of(text))
        case DraftNotice() | EditNotice():
            return True
        case ChangeNotice(to=step) | Press(choice=step):
            return step in OPENING
        case _:
            return False
