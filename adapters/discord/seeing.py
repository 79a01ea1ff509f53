"""What somebody may do in a channel, worked out as Discord does.

Source: https://docs.discord.com/developers/topics/permissions#permission-overwrites
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import discord

ADMINISTRATOR: Final = discord.Permissions(administrator=True).value


@dataclass(frozen=True)
class Someone:
    """What somebody of a server may do there; without an account, what everybody may."""

    server: Mapping[str, Any]
    account: str
    member: Mapping[str, Any]

    def may(self, channel: Mapping[str, Any], bits: int) -> bool:
        """Whether they may do all of this in a channel."""
        guild, roles = str(self.server.get("id")), {str(role) for role in self.member.get("roles") or ()}
        granted = 0
        for role in objects(self.server, "roles"):
            if str(role.get("id")) in roles | {guild}:
                granted |= _bits(role, "permissions")
        if granted & ADMINISTRATOR or (self.account and self.account == str(self.server.get("owner_id"))):
            return True
        over = {str(one.get("id")): one for one in objects(channel, "permission_overwrites")}
        for layer in ({guild}, roles, {self.account}):
            here = [over[id] for id in layer if id in over]
            for one in here:
                granted &= ~_bits(one, "deny")
            for one in here:
                granted |= _bits(one, "allow")
        return granted & bits == bits


def _bits(of: Mapping[str, Any], name: str) -> int:
    return int(of.get(name) or 0)


def objects(payload: Any, name: str) -> Sequence[Mapping[str, Any]]:
    """The objects in a list that an answer has; none where it has none."""
    return all_of(payload.get(name)) if isinstance(payload, Mapping) else []


def all_of(found: Any) -> Sequence[Mapping[str, Any]]:
    """The objects in what was answered."""
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, Iterable) else []
