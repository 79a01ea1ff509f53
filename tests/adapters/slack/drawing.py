"""What Slack would show, drawn in lines of text, so that a change of it can be read."""

from collections.abc import Iterator
from typing import Any


def drawn(payload: dict[str, Any]) -> str:
    """A message or a view: its blocks one below the other; of a view, the title and the buttons as well."""
    lines = [f"= {payload['title']['text']} ="] if "title" in payload else []
    lines += [line for block in payload["blocks"] for line in _block(block)]
    ends = [f"[{payload[part]['text']}]" for part in ("close", "submit") if part in payload]
    return "\n".join([*lines, *([" ".join(ends)] if ends else [])])


def _block(block: dict[str, Any]) -> Iterator[str]:
    match block["type"]:
        case "divider":
            yield "────"
        case "header":
            yield f"# {block['text']['text']}"
        case "section":
            yield from _lines(block["text"]["text"])
            if "accessory" in block:
                yield _element(block["accessory"])
        case "context":
            for element in block["elements"]:
                yield from (f"  ~ {line}" for line in element["text"].split("\n"))
        case "actions":
            yield " ".join(_element(element) for element in block["elements"])
        case "input":
            yield f"? {block['label']['text']}" + (" (optional)" if block["optional"] else "")
            yield f"    {_element(block['element'])}"
            if "hint" in block:
                yield f"    ~ {block['hint']['text']}"


def _lines(text: str) -> list[str]:
    return text.split("\n")


def _element(element: dict[str, Any]) -> str:
    match element["type"]:
        case "button":
            look = {"primary": "*", "danger": "!"}.get(element.get("style", ""), "")
            sure = f" ?“{element['confirm']['text']['text']}”" if "confirm" in element else ""
            return f"[{look}{element['text']['text']}{sure}]"
        case "overflow":
            return "⋮ " + " / ".join(option["text"]["text"] for option in element["options"])
        case "plain_text_input":
            example = element.get("placeholder", {}).get("text", "")
            return f"|{element.get('initial_value', example)}| ≤{element['max_length']}"
        case "checkboxes" | "radio_buttons" | "static_select" | "multi_static_select":
            return _choices(element)
        case "multi_conversations_select":
            return f"# {', '.join(element.get('initial_conversations', []))}"
        case _:
            return f"|{element.get('initial_value') or element.get('initial_time') or element.get('initial_date', '')}|"


def _choices(element: dict[str, Any]) -> str:
    initial = [element["initial_option"]] if "initial_option" in element else element.get("initial_options", [])
    shown = [f"({'x' if option in initial else ' '}) {option['text']['text']}" for option in element["options"]]
    few = [*shown[:4], f"… {len(shown)} in all"] if len(shown) > 6 else shown
    return " ".join(few + ([f"|{element['placeholder']['text']}|"] if "placeholder" in element else []))
