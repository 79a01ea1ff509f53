"""Discord's messages and forms as a page that looks about like it, drawn with nothing from elsewhere."""

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any, Final

from adapters.discord.widgets import Kind, Style
from tests.adapters.discord.marks import read

STYLE: Final = Path(__file__).with_name("page.css")
LOOKS: Final = {Style.PRIMARY: "primary", Style.DANGER: "danger"}
ALONE: Final = {"en": "Only you can see this", "fr": "Vous seul·e voyez ceci"}


def page(payload: dict[str, Any], language: str, names: Mapping[str, str] | None = None, *, alone: bool = False) -> str:
    """A message or a form as HTML.

    Args: names: of accounts, by their ids. alone: whether its reader alone sees it, in a channel.
    """
    if payload.get("type") == 9:
        body = _modal(payload["data"], language)
    else:
        body = _message(payload, names or {}, ALONE[language] if alone else "")
    head = f'<meta charset="utf-8"><style>{STYLE.read_text(encoding="utf-8")}</style>'
    return f'<!doctype html><html lang="{language}">{head}<body>{body}</body></html>'


def _message(payload: dict[str, Any], names: Mapping[str, str], alone: str) -> str:
    who = '<span class="who">Comptoir</span><span class="app">APP</span> <span class="when">9:30</span>'
    frames = "".join(f'<p class="frame">{_text(frame["description"], names)}</p>' for frame in payload["embeds"])
    rows = "".join(
        f'<div class="row">{"".join(map(_component, row["components"]))}</div>' for row in payload["components"]
    )
    last = f'<p class="alone">{alone}</p>' if alone else ""
    body = f"<p>{_text(payload['content'], names)}</p>{frames}{rows}{last}"
    return f'<div class="message"><div class="face">C</div><div class="body">{who}{body}</div></div>'


def _text(text: str, names: Mapping[str, str]) -> str:
    """Titles are bold, accounts have names; all else means itself."""
    title, rest = re.fullmatch(r"(?:\*\*(.*)\*\*\n)?([\s\S]*)", text).groups()  # type: ignore[union-attr]  # both may be empty
    shown = re.sub(
        r"&lt;@(\d+)&gt;",
        lambda found: f'<span class="mention">@{escape(names.get(found[1], found[1]))}</span>',
        escape(read(rest)),
    )
    return (f"<b>{escape(read(title))}</b>\n" if title else "") + shown


def _modal(data: dict[str, Any], language: str) -> str:
    cancel, send = {"en": ("Cancel", "Submit"), "fr": ("Annuler", "Envoyer")}[language]
    asked = "".join(map(_asked, data["components"]))
    ends = f'<button>{cancel}</button><button class="primary">{send}</button>'
    return (
        f'<div class="modal"><header>{escape(data["title"])}</header>'
        f'<div class="asked">{asked}</div><footer>{ends}</footer></div>'
    )


def _asked(one: dict[str, Any]) -> str:
    if one["type"] == Kind.DISPLAY:
        return f"<p>{escape(read(one['content']))}</p>"
    needed = " <i>*</i>" if one["component"].get("required") else ""
    hint = f'<p class="hint">{escape(one["description"])}</p>' if "description" in one else ""
    return f'<div class="field"><b>{escape(one["label"])}{needed}</b>{hint}{_component(one["component"])}</div>'


def _component(one: dict[str, Any]) -> str:
    match one["type"]:
        case Kind.BUTTON:
            off = " disabled" if one.get("disabled") else ""
            return f'<button class="{LOOKS.get(one["style"], "")}"{off}>{escape(one["label"])}</button>'
        case Kind.INPUT:
            look = "lines" if one["style"] == 2 else ""
            return _box(one.get("value", ""), f"input {look}", one.get("placeholder", ""))
        case _:
            chosen = [option["label"] for option in one.get("options", []) if option.get("default")]
            return _box(" ✕  ".join(chosen), "menu", one.get("placeholder", ""))


def _box(value: str, look: str, placeholder: str) -> str:
    return f'<div class="{look} {"" if value else "empty"}">{escape(value or placeholder)}</div>'
