"""Looking through what a platform is sent, whatever platform it is."""

from collections.abc import Iterator
from typing import Any


def walked(node: Any) -> Iterator[dict[str, Any]]:
    """Every object in a payload."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from walked(value)
    if isinstance(node, list):
        for value in node:
            yield from walked(value)


def units(text: str) -> int:
    """How long JavaScript says that a text is, which is the most that anybody counts."""
    return len(text.encode("utf-16-le")) // 2
