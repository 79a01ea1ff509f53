"""Discord's rules for messages, threads and forms.

Source: https://docs.discord.com/developers/resources/message#create-message, #embed-object-embed-limits.
"""

from typing import Any, Final

from tests.platforms.discord.check_components import message_components, modal_components
from tests.platforms.discord.checks import Form, Place
from tests.platforms.discord.state import COMPONENTS_V2, ApiError, Json, Message

MOST_CONTENT: Final = 2000
_AUTO_ARCHIVE: Final = (60, 1440, 4320, 10080)


def checked_message(body: Json, *, before: Message | None = None, empty: bool = False) -> None:
    """Raises: ApiError, if Discord takes no such message. `before` is the one that is edited.

    Args: empty says that nothing to read is needed, as in a first answer that only waits.
    """
    form = Form()
    form.number(("flags",), body.get("flags"), 0, 1 << 40)
    form.text(("content",), body.get("content"), MOST_CONTENT)
    nonce = body.get("nonce")
    form.text(("nonce",), str(nonce) if isinstance(nonce, int) else nonce, 25)
    form.settle()
    v2 = bool(((before.flags if before else 0) | int(body.get("flags") or 0)) & COMPONENTS_V2)
    if body.get("embeds") is not None:
        _embeds(form, body["embeds"])
    if body.get("components") is not None:
        message_components(form, body["components"], v2=v2)
    if v2 and (body.get("content") or body.get("embeds")):
        for name in ("content", "embeds"):
            if body.get(name):
                words = f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
                form.wrong((name,), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", words)
    _allowed(form, body.get("allowed_mentions"))
    form.settle()
    if not empty and not _something(body, before):
        raise ApiError(400, 50006, "Cannot send an empty message")


def _something(body: Json, before: Message | None) -> bool:
    was: Json = {"content": before.content, "embeds": before.embeds, "components": before.components} if before else {}
    after = was | {key: body[key] for key in ("content", "embeds", "components") if key in body}
    if before is None:
        after |= {key: body.get(key) for key in ("sticker_ids", "poll", "attachments")}
    return any(value.strip() if isinstance(value, str) else value for value in after.values())


def _allowed(form: Form, allowed: Any) -> None:
    """https://docs.discord.com/developers/resources/message#allowed-mentions-object."""
    if allowed is None or form.thing(("allowed_mentions",), allowed) is None:
        return
    place: Place = ("allowed_mentions",)
    parse = form.several((*place, "parse"), allowed.get("parse") or [], 0, 3)
    for number, one in enumerate(parse):
        form.choice((*place, "parse", number), one, ("users", "roles", "everyone"))
    for name in ("users", "roles"):
        form.several((*place, name), allowed.get(name) or [], 0, 100)
        if allowed.get(name) and name in parse:
            words = f'"parse:["{name}"]" and "{name}: [ids...]" are mutually exclusive.'
            form.wrong(place, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", words)


def _embeds(form: Form, embeds: Any) -> None:
    total = 0
    for number, embed in enumerate(form.several(("embeds",), embeds, 0, 10)):
        place: Place = ("embeds", number)
        if form.thing(place, embed) is None:
            continue
        form.text((*place, "title"), embed.get("title"), 256)
        form.text((*place, "description"), embed.get("description"), 4096)
        footer, author = (form.thing((*place, one), embed.get(one) or {}) or {} for one in ("footer", "author"))
        form.text((*place, "footer", "text"), footer.get("text"), 2048)
        form.text((*place, "author", "name"), author.get("name"), 256)
        words = [embed.get("title"), embed.get("description"), footer.get("text"), author.get("name")]
        for inner, one in enumerate(form.several((*place, "fields"), embed.get("fields") or [], 0, 25)):
            if form.thing((*place, "fields", inner), one) is None:
                continue
            form.text((*place, "fields", inner, "name"), one.get("name"), 256, least=1, needed=True)
            form.text((*place, "fields", inner, "value"), one.get("value"), 1024, least=1, needed=True)
            words += [one.get("name"), one.get("value")]
        total += sum(len(str(word)) for word in words if word)
    if total > 6000:
        form.wrong(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")


def checked_modal(body: Json) -> None:
    """https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object-modal."""
    form = Form()
    data = form.thing(("data",), body.get("data"))
    if data is not None:
        form.text(("data", "custom_id"), data.get("custom_id"), 100, least=1, needed=True)
        form.text(("data", "title"), data.get("title"), 45, least=1, needed=True)
        modal_components(form, data.get("components"))
    form.settle()


def checked_choices(body: Json) -> list[Json]:
    """https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object-autocomplete."""
    form = Form()
    data = form.thing(("data",), body.get("data")) or {}
    choices = form.several(("data", "choices"), data.get("choices"), 0, 25)
    for number, one in enumerate(choices):
        place: Place = ("data", "choices", number)
        if form.thing(place, one) is not None:
            form.text((*place, "name"), one.get("name"), 100, least=1, needed=True)
            value = one.get("value")
            form.text((*place, "value"), str(value) if isinstance(value, int | float) else value, 100, needed=True)
    form.settle()
    return choices


def checked_thread(body: Json, *, new: bool) -> None:
    """https://docs.discord.com/developers/resources/channel#start-thread-without-message."""
    form = Form()
    form.text(("name",), body.get("name"), 100, least=1, needed=new)
    form.choice(("auto_archive_duration",), body.get("auto_archive_duration"), _AUTO_ARCHIVE, needed=False)
    if new:
        form.choice(("type",), body.get("type", 12), (11, 12))
    form.settle()
