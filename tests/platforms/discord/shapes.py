"""The objects of Discord's API, made of what exists here. Each names the page that it comes from."""

from tests.platforms.discord.permissions import in_channel, in_guild
from tests.platforms.discord.state import App, Channel, Guild, Json, Member, Message, Role, User, World


def user_object(user: User) -> Json:
    """https://docs.discord.com/developers/resources/user#user-object."""
    return {
        "id": user.id,
        "username": user.name,
        "global_name": None if user.bot else user.name.title(),
        "discriminator": "0000" if user.bot else "0",
        "avatar": None,
        "avatar_decoration_data": None,
        "bot": user.bot,
        "public_flags": 0,
    }


def member_object(world: World, guild: Guild, member: Member, channel: Channel | None = None, *, user: bool) -> Json:
    """https://docs.discord.com/developers/resources/guild#guild-member-object. A channel: what they may do there."""
    shape: Json = {
        "roles": list(member.roles),
        "joined_at": member.joined_at,
        "nick": member.nick,
        "avatar": None,
        "banner": None,
        "premium_since": None,
        "communication_disabled_until": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
    }
    if user:
        shape["user"] = user_object(world.users[member.user])
    if channel is not None:
        bits = in_channel(world, channel, member.user) if channel.guild else in_guild(guild, member.user)
        shape["permissions"] = str(int(bits))
    return shape


def role_object(role: Role) -> Json:
    """https://docs.discord.com/developers/topics/permissions#role-object."""
    return {
        "id": role.id,
        "name": role.name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": role.position,
        "permissions": str(int(role.permissions)),
        "managed": role.managed,
        "mentionable": role.mentionable,
        "flags": 0,
    }


def channel_object(world: World, channel: Channel, *, viewer: str = "") -> Json:
    """https://docs.discord.com/developers/resources/channel#channel-object. A viewer: with their permissions."""
    last = next(reversed(channel.messages), None)
    shape: Json = {"id": channel.id, "type": int(channel.kind), "last_message_id": last, "flags": 0}
    if channel.guild is None:
        people = [user_object(world.users[channel.recipient])]
        return shape | {"recipients": people}
    shape |= {"guild_id": channel.guild, "name": channel.name, "parent_id": channel.parent, "rate_limit_per_user": 0}
    if viewer:
        shape["permissions"] = str(int(in_channel(world, channel, viewer)))
    if channel.strand is not None:
        return shape | thread_part(channel)
    return shape | {
        "topic": channel.topic,
        "position": channel.position,
        "nsfw": False,
        "permission_overwrites": [
            {"id": one.id, "type": one.type, "allow": str(int(one.allow)), "deny": str(int(one.deny))}
            for one in channel.overwrites.values()
        ],
    }


def thread_part(channel: Channel) -> Json:
    """https://docs.discord.com/developers/resources/channel#thread-metadata-object."""
    strand = channel.thread
    return {
        "owner_id": strand.owner,
        "member_count": min(len(strand.members), 50),
        "message_count": len(channel.messages),
        "total_message_sent": len(channel.messages),
        "thread_metadata": {
            "archived": strand.archived,
            "locked": strand.locked,
            "auto_archive_duration": strand.auto_archive,
            "archive_timestamp": strand.changed or strand.created,
            "create_timestamp": strand.created,
            "invitable": strand.invitable,
        },
    }


def thread_member_object(channel: Channel, user: str) -> Json:
    """https://docs.discord.com/developers/resources/channel#thread-member-object."""
    return {"id": channel.id, "user_id": user, "join_timestamp": channel.thread.members[user], "flags": 0}


def guild_object(guild: Guild) -> Json:
    """https://docs.discord.com/developers/resources/guild#guild-object."""
    return {
        "id": guild.id,
        "name": guild.name,
        "icon": None,
        "splash": None,
        "discovery_splash": None,
        "banner": None,
        "description": None,
        "owner_id": guild.owner,
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "verification_level": 1,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "roles": [role_object(role) for role in guild.roles.values()],
        "emojis": [],
        "stickers": [],
        "features": [],
        "mfa_level": 0,
        "nsfw_level": 0,
        "application_id": None,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "safety_alerts_channel_id": None,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "premium_progress_bar_enabled": False,
        "preferred_locale": guild.locale,
        "max_members": 500_000,
        "incidents_data": None,
    }


def guild_create_object(world: World, guild: Guild) -> Json:
    """https://docs.discord.com/developers/events/gateway-events#guild-create.

    Without the intent for presences, of the members there is only the bot itself.
    """
    bot = world.app.id
    channels = [one for one in guild.channels.values() if not one.deleted]
    mine = guild.members[bot]
    threads = []
    for one in channels:
        if one.strand and not one.thread.archived and bot in one.thread.members:
            member = {"member": thread_member_object(one, bot)}
            threads.append(channel_object(world, one, viewer=bot) | member)
    return guild_object(guild) | {
        "joined_at": mine.joined_at,
        "large": len(guild.members) > 250,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": [member_object(world, guild, mine, user=True)],
        "channels": [channel_object(world, one) for one in channels if one.strand is None],
        "threads": threads,
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def message_object(world: World, message: Message) -> Json:
    """https://docs.discord.com/developers/resources/message#message-object."""
    app = world.app
    shape: Json = {
        "id": message.id,
        "channel_id": message.channel,
        "type": message.type,
        "author": user_object(world.users[message.author]),
        "content": message.content,
        "timestamp": message.created,
        "edited_timestamp": message.edited,
        "tts": False,
        "mention_everyone": message.mention_everyone,
        "mentions": [user_object(world.users[one]) for one in message.mentions],
        "mention_roles": list(message.mention_roles),
        "attachments": [],
        "embeds": message.embeds,
        "components": message.components,
        "pinned": False,
        "flags": message.flags,
    }
    if message.nonce is not None:
        shape["nonce"] = message.nonce
    if message.interaction is not None:
        shape |= {"interaction_metadata": message.interaction, "webhook_id": app.id}
    if world.users[message.author].bot:
        shape["application_id"] = app.id
    channel = world.channels[message.channel]
    if message.reply_to is not None:
        first = channel.messages.get(message.reply_to)
        shape["message_reference"] = {"type": 0, "message_id": message.reply_to, "channel_id": channel.id}
        shape["referenced_message"] = None if first is None or first.deleted else message_object(world, first)
    return shape


def application_object(world: World) -> Json:
    """https://docs.discord.com/developers/resources/application#application-object."""
    app: App = world.app
    here = sum(1 for guild in world.guilds.values() if app.id in guild.members)
    return {
        "id": app.id,
        "name": app.name,
        "icon": None,
        "description": "",
        "summary": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "bot": user_object(world.users[app.id]),
        "owner": user_object(world.users[app.owner]),
        "verify_key": "0" * 64,
        "team": None,
        "flags": app.flags,
        "approximate_guild_count": here,
        "approximate_user_install_count": 0,
        "redirect_uris": [],
        "interactions_endpoint_url": app.interactions_endpoint_url,
        "role_connections_verification_url": None,
        "tags": [],
        "integration_types_config": {"0": {}},
    }
