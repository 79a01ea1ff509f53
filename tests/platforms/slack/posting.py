"""What happens when something is written, changed or taken away: who sees it, and what the app hears of it."""

from tests.platforms.slack.controls import controls_in
from tests.platforms.slack.core import Core
from tests.platforms.slack.delivery import Delivery
from tests.platforms.slack.payloads import changed_event, deleted_event, mention_event, message_event
from tests.platforms.slack.scopes import MESSAGES
from tests.platforms.slack.shapes import message_object
from tests.platforms.slack.state import Channel, Json, Kind, Post, Team


def onlookers(core: Core, channel: Channel, post: Post) -> list[str]:
    """The people who see a message: bots do not look."""
    there = [post.only_for] if post.only_for else channel.members
    return [user for user in there if user in core.world.users and not core.world.users[user].is_bot]


def publish(core: Core, channel: Channel, post: Post) -> list[Delivery]:
    """Put a message into a conversation. Returns: what the app is being told."""
    channel.posts.append(post)
    if post.by_bot:
        core.controls.extend(controls_in(post.text, post.blocks, post.ts))
    for user in onlookers(core, channel, post):
        what = "ephemeral" if post.only_for else "message"
        core.see(user, what, channel=channel.id, ts=post.ts, text=post.text, by=post.user, blocks=post.blocks)
    if post.only_for:
        return []
    told: list[Delivery | None] = []
    for team in core.world.teams_in(channel):
        if post.by_bot and not core.echoes:
            continue
        event = message_event(post, channel, core.world.app, core.world.teams, of=team.id)
        told.append(core.tell(team, MESSAGES[channel.kind], event, channel, source=_source(channel, post, team)))
        if f"<@{team.bot_user}" in post.text and channel.kind is not Kind.DIRECT and not post.subtype:
            event = mention_event(post, channel, core.world.app, core.world.teams, of=team.id)
            told.append(core.tell(team, "app_mention", event, channel, source=_source(channel, post, team)))
    return [delivery for delivery in told if delivery]


def change(core: Core, channel: Channel, post: Post, text: str, blocks: list[Json]) -> list[Delivery]:
    """Write something else where a message is."""
    before = message_object(post, core.world.app, core.world.teams)
    post.text, post.blocks, ts = text, blocks, core.clock.stamp()
    # chat.update, on `blocks`: "(edited)" is not shown when blocks are used.
    post.edited_ts = "" if post.by_bot and blocks else ts
    if post.by_bot:
        core.controls.extend(controls_in(post.text, post.blocks, post.ts))
    for user in onlookers(core, channel, post):
        core.see(user, "edit", channel=channel.id, ts=post.ts, text=text, by=post.user, blocks=blocks)
    told: list[Delivery | None] = []
    for team in core.world.teams_in(channel) if not post.only_for else ():
        if not post.by_bot or core.echoes:
            event = changed_event(post, before, channel, core.world.app, core.world.teams, ts=core.clock.stamp())
            told.append(core.tell(team, MESSAGES[channel.kind], event, channel, source=_source(channel, post, team)))
    return [delivery for delivery in told if delivery]


def remove(core: Core, channel: Channel, post: Post) -> list[Delivery]:
    """Take a message away."""
    post.deleted = True
    for user in onlookers(core, channel, post):
        core.see(user, "delete", channel=channel.id, ts=post.ts, text=post.text, by=post.user, blocks=post.blocks)
    told: list[Delivery | None] = []
    for team in core.world.teams_in(channel) if not post.only_for else ():
        if not post.by_bot or core.echoes:
            event = deleted_event(post, channel, core.world.app, core.world.teams, ts=core.clock.stamp())
            told.append(core.tell(team, MESSAGES[channel.kind], event, channel, source=_source(channel, post, team)))
    return [delivery for delivery in told if delivery]


def _source(channel: Channel, post: Post, team: Team) -> str:
    return post.team if channel.shared else team.id


def open_direct(core: Core, team: Team, users: list[str]) -> Channel:
    """The conversation of the bot with these people: the same as ever, or a new one."""
    members = frozenset([team.bot_user, *users])
    found = core.world.between(members)
    if found is None:
        kind = Kind.DIRECT if len(users) == 1 else Kind.GROUP
        number = core.new_id("D" if kind is Kind.DIRECT else "C")
        names = [core.world.users[user].name.lower() for user in [*users, team.bot_user]]
        name = "" if kind is Kind.DIRECT else f"mpdm-{'--'.join(names)}-1"
        found = Channel(number, kind, name, team.id, members=[*users, team.bot_user])
        core.world.channels[number] = core.world.directs[members] = found
    return found
