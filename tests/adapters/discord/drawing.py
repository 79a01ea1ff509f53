"""What Discord would show, drawn in lines of text, so that a change of it can be read."""

from collections.abc import Iterator
from typing import Any

from adapters.discord.widgets import Kind, Style
from tests.adapters.discord.marks import read


def drawn(body: dict[str, Any]) -> str:
    """A message with its frames and rows, or a form with its title and questions."""
    return "\n".join(_modal(body["data"]) if body.get("type") == 9 else _message(body))


def _message(body: dict[str, Any]) -> Iterator[str]:
    yield from body["content"].split("\n")
    for frame in body["embeds"]:
        yield from (f"│ {line}" for line in frame["description"].split("\n"))
    for row in body["components"]:
        yield " ".join(_component(one) for one in row["components"])


def _modal(data: dict[str, Any]) -> Iterator[str]:
    yield f"= {data['title']} ="
    for one in data["components"]:
        if one["type"] == Kind.DISPLAY:
            yield from (f"  ~ {line}" for line in read(one["content"]).split("\n"))
        else:
            yield f"? {one['label']}" + ("" if one["component"].get("required") else " (optional)")
            yield f"    {_component(one['component'])}"
            if "description" in one:
                yield f"    ~ {one['description']}"


def _component(one: dict[str, Any]) -> str:
    match one["type"]:
        case Kind.BUTTON:
            look = {Style.PRIMARY: "*", Style.DANGER: "!"}.get(one["style"], "")
            return f"({one['label']})" if one.get("disabled") else f"[{look}{one['label']}]"
        case Kind.INPUT:
            lines = "¶" if one["style"] == 2 else "|"
            return f"{lines}{one.get('value') or one.get('placeholder', '')}| ≤{one['max_length']}"
        case Kind.CHANNELS:
            return f"# {', '.join(known['id'] for known in one.get('default_values', []))}"
        case _:
            return _choices(one)


def _choices(one: dict[str, Any]) -> str:
    shown = [f"({'x' if option.get('default') else ' '}) {_option(option)}" for option in one["options"]]
    few = [*shown[:4], f"… {len(shown)} in all"] if len(shown) > 6 else shown
    return "▾ " + " ".join(few + ([f"|{one['placeholder']}|"] if "placeholder" in one else []))


def _option(option: dict[str, Any]) -> str:
    about = f" ‹{option['description']}›" if "description" in option else ""
    return f"{option['label']}{about}"
