"""Messages of ours whose answers were lost, looked for in our conversation with their reader.

Discord keeps no mark of ours on a message, but gives back what can be pressed on it, which is another each time; what
cannot be pressed is known by its words.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from adapters.discord.api import Api, moment_id

#: The clocks of Discord and ours may differ by so much.
MARGIN: Final = timedelta(minutes=1)
#: Pages of fifty messages that are looked through.
PAGES: Final = 4


async def find(
    api: Api, channel: str, words: Mapping[str, Any], *, since: datetime, known: Collection[str]
) -> str | None:
    """The id of a message of ours that says and offers this, and is none of those that are known; None without one.

    Raises: as `Api.call`.
    """
    account, after = await api.who(), moment_id(since - MARGIN)
    for _ in range(PAGES):
        page = await api.history(channel, after=after)
        for message in page:
            id = str(message.get("id"))
            ours = (message.get("author") or {}).get("id") == account
            if ours and id not in known and _is_same(words, message):
                return id
        if not page:
            break
        after = max(int(str(message.get("id"))) for message in page)
    return None


def _is_same(words: Mapping[str, Any], message: Mapping[str, Any]) -> bool:
    wanted = set(names(words.get("components")))
    if wanted:
        return not wanted.isdisjoint(names(message.get("components")))
    return str(words["content"]).strip() == str(message.get("content")).strip()


def names(components: Any) -> Iterator[str]:
    """What everything is called that can be pressed, at whatever depth."""
    for component in components if isinstance(components, list) else ():
        if isinstance(component, Mapping):
            if isinstance(name := component.get("custom_id"), str):
                yield name
            yield from names(component.get("components"))
