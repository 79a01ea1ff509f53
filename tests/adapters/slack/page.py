"""Block Kit as a page that looks about like Slack, drawn with nothing from elsewhere. Only what we use of it."""

from html import escape
from pathlib import Path
from typing import Any, Final

STYLE: Final = Path(__file__).with_name("page.css")


def page(payload: dict[str, Any], language: str) -> str:
    """A message, a form or a Home tab as HTML."""
    shape = payload.get("type", "message")
    body = {"modal": _modal, "home": _home}.get(shape, _message)(payload)
    head = f'<meta charset="utf-8"><style>{STYLE.read_text(encoding="utf-8")}</style>'
    return f'<!doctype html><html lang="{language}">{head}<body>{body}</body></html>'


def _message(payload: dict[str, Any]) -> str:
    told = f'<p class="told">{escape(payload["text"])}</p>'
    who = '<span class="who">Comptoir</span><span class="app">APP</span> <span class="when">9:30</span>'
    return (
        f'<div class="message"><div class="face">C</div><div class="blocks">{who}{_blocks(payload)}</div></div>{told}'
    )


def _modal(view: dict[str, Any]) -> str:
    ends = "".join(
        f'<button class="{"primary" if part == "submit" else ""}">{escape(view[part]["text"])}</button>'
        for part in ("close", "submit")
        if part in view
    )
    title = escape(view["title"]["text"])
    return (
        f'<div class="modal"><header>{title}<span class="soft">✕</span></header>'
        f'<div class="blocks">{_blocks(view)}</div><footer>{ends}</footer></div>'
    )


def _home(view: dict[str, Any]) -> str:
    tabs = '<div class="tabs"><b>Home</b> &nbsp; Messages &nbsp; About</div>'
    return f'<div class="home">{tabs}<div class="blocks">{_blocks(view)}</div></div>'


def _blocks(payload: dict[str, Any]) -> str:
    return "".join(_block(block) for block in payload["blocks"])


def _block(block: dict[str, Any]) -> str:
    match block["type"]:
        case "divider":
            return "<hr>"
        case "header":
            return f"<h3>{escape(block['text']['text'])}</h3>"
        case "section":
            beside = _element(block["accessory"]) if "accessory" in block else ""
            return f'<div class="section"><p>{escape(block["text"]["text"])}</p>{beside}</div>'
        case "context":
            return f'<p class="context">{" ".join(escape(element["text"]) for element in block["elements"])}</p>'
        case "actions":
            return f'<div class="row">{"".join(_element(element) for element in block["elements"])}</div>'
        case _:
            soft = ' <span class="soft">(optional)</span>' if block["optional"] else ""
            hint = f'<p class="hint">{escape(block["hint"]["text"])}</p>' if "hint" in block else ""
            label = f"<b>{escape(block['label']['text'])}{soft}</b>"
            return f'<div class="field">{label}{_element(block["element"])}{hint}</div>'


def _element(element: dict[str, Any]) -> str:
    placeholder = element.get("placeholder", {}).get("text", "")
    match element["type"]:
        case "button":
            return f'<button class="{element.get("style", "")}">{escape(element["text"]["text"])}</button>'
        case "overflow":
            return "<button>…</button>"
        case "checkboxes" | "radio_buttons":
            chosen = element.get("initial_options", [element.get("initial_option")])
            sign = {True: ("☑", "☐"), False: ("◉", "○")}[element["type"] == "checkboxes"]
            return "".join(
                f'<span class="tick">{sign[option not in chosen]} {escape(option["text"]["text"])}</span>'
                for option in element["options"]
            )
        case "static_select":
            return _input(element.get("initial_option", {}).get("text", {}).get("text", ""), "menu", placeholder)
        case "multi_static_select" | "multi_conversations_select":
            chosen = [option["text"]["text"] for option in element.get("initial_options", [])]
            chosen += [f"#{name}" for name in element.get("initial_conversations", [])]
            return _input("  ".join(f"{one} ✕" for one in chosen), "menu", placeholder)
        case "plain_text_input":
            return _input(element.get("initial_value", ""), "lines" if element["multiline"] else "", placeholder)
        case _:
            known = ("initial_value", "initial_time", "initial_date")
            return _input(next((str(element[name]) for name in known if name in element), ""), "", placeholder)


def _input(value: str, look: str, placeholder: str) -> str:
    empty = "" if value else "empty"
    return f'<div class="input {look} {empty}">{escape(value or placeholder)}</div>'
