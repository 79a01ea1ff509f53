"""Which scopes the fake Slack asks for, by method and by event.

Sources: the box "Scopes" of https://docs.slack.dev/reference/methods/<method> and "Required Scopes" of
https://docs.slack.dev/reference/events/<event>. Where a scope depends on the kind of conversation, both pages list all
of them and Slack asks for the one that fits.
"""

from typing import Final

from tests.platforms.slack.state import Kind

#: The scope for reading about, reading in, and opening each kind of conversation.
READ: Final = {
    Kind.PUBLIC: "channels:read",
    Kind.PRIVATE: "groups:read",
    Kind.DIRECT: "im:read",
    Kind.GROUP: "mpim:read",
}
HISTORY: Final = {
    Kind.PUBLIC: "channels:history", Kind.PRIVATE: "groups:history",
    Kind.DIRECT: "im:history", Kind.GROUP: "mpim:history",
}  # fmt: skip
WRITE: Final = {Kind.DIRECT: "im:write", Kind.GROUP: "mpim:write"}

#: What a method needs before its arguments are looked at; an empty string: a token, but no scope.
METHODS: Final = {
    "auth.test": "", "auth.revoke": "", "apps.uninstall": "",
    "chat.postMessage": "chat:write", "chat.postEphemeral": "chat:write", "chat.update": "chat:write",
    "chat.delete": "chat:write", "chat.scheduleMessage": "chat:write", "chat.deleteScheduledMessage": "chat:write",
    "chat.scheduledMessages.list": "",
    "team.info": "team:read",
    "users.info": "users:read", "users.list": "users:read",
    "views.open": "", "views.push": "", "views.update": "", "views.publish": "",
    # These depend on the kind of conversation: methods_conversations.py.
    "conversations.open": "", "conversations.history": "", "conversations.info": "", "conversations.members": "",
}  # fmt: skip

#: What an app needs to be told of an event; message events by their kind of conversation.
EVENTS: Final = {
    "message.channels": "channels:history", "message.groups": "groups:history",
    "message.im": "im:history", "message.mpim": "mpim:history",
    "app_mention": "app_mentions:read",
    "member_joined_channel": "channels:read", "member_left_channel": "channels:read",
    "user_change": "users:read",
    "app_home_opened": "", "app_uninstalled": "", "tokens_revoked": "",
}  # fmt: skip

#: The name under which an app subscribes to messages of a kind of conversation.
MESSAGES: Final = {
    Kind.PUBLIC: "message.channels", Kind.PRIVATE: "message.groups",
    Kind.DIRECT: "message.im", Kind.GROUP: "message.mpim",
}  # fmt: skip

#: How Slack's answers name a scope, where that is not the scope's own name.
#: Seen: "needed: chat:write:bot" in the answer quoted by github.com/apache/superset/pull/15904.
NEEDED: Final = {"chat:write": "chat:write:bot"}
