"""Gateway intents: which events an app asked for, and which it must be allowed to ask for.

Source: https://docs.discord.com/developers/events/gateway#list-of-intents.
"""

from typing import Final

GUILDS: Final = 1 << 0
GUILD_MEMBERS: Final = 1 << 1
GUILD_PRESENCES: Final = 1 << 8
GUILD_MESSAGES: Final = 1 << 9
DIRECT_MESSAGES: Final = 1 << 12
MESSAGE_CONTENT: Final = 1 << 15
PRIVILEGED: Final = GUILD_MEMBERS | GUILD_PRESENCES | MESSAGE_CONTENT
#: Flags of an app by which its page says that a privileged intent is switched on: for apps in many guilds, or in few.
#: Source: https://docs.discord.com/developers/resources/application#application-object-application-flags
FLAGS: Final = {
    GUILD_PRESENCES: (1 << 12, 1 << 13),
    GUILD_MEMBERS: (1 << 14, 1 << 15),
    MESSAGE_CONTENT: (1 << 18, 1 << 19),
}
#: Every bit that means something: 0–16, 20, 21, 24 and 25.
KNOWN: Final = (1 << 17) - 1 | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25

#: The intent that an event needs, by name; "" as a key is what always comes. Messages: see gateway.py.
NEEDED: Final = {
    "GUILD_CREATE": GUILDS, "GUILD_UPDATE": GUILDS, "GUILD_DELETE": GUILDS, "GUILD_ROLE_CREATE": GUILDS,
    "GUILD_ROLE_UPDATE": GUILDS, "GUILD_ROLE_DELETE": GUILDS, "CHANNEL_CREATE": GUILDS, "CHANNEL_UPDATE": GUILDS,
    "CHANNEL_DELETE": GUILDS, "THREAD_CREATE": GUILDS, "THREAD_UPDATE": GUILDS, "THREAD_DELETE": GUILDS,
    "THREAD_LIST_SYNC": GUILDS, "THREAD_MEMBER_UPDATE": GUILDS, "THREAD_MEMBERS_UPDATE": GUILDS,
    "GUILD_MEMBER_ADD": GUILD_MEMBERS, "GUILD_MEMBER_UPDATE": GUILD_MEMBERS, "GUILD_MEMBER_REMOVE": GUILD_MEMBERS,
}  # fmt: skip


def needed(event: str, *, direct: bool) -> int:
    """The intent without which an event does not come; 0: it always comes."""
    if event.startswith("MESSAGE_"):
        return DIRECT_MESSAGES if direct else GUILD_MESSAGES
    return NEEDED.get(event, 0)
