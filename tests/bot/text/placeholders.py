"""What a sentence leaves open."""

from string import Formatter


def placeholders(text: str) -> set[tuple[str, str]]:
    """Names and formats, as in `{until:date}`. Raises: ValueError for a brace that is not closed."""
    return {(name, spec or "") for _, name, spec, _ in Formatter().parse(text) if name is not None}
