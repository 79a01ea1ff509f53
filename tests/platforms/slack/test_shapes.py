"""Each shape says where it comes from."""

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from tests.platforms.slack import methods_chat, methods_conversations, methods_views, payloads, shapes
from tests.platforms.slack.scopes import EVENTS, METHODS
from tests.platforms.slack.web_api import HANDLERS


def functions(module: ModuleType) -> list[Callable[..., Any]]:
    found = inspect.getmembers(module, inspect.isfunction)
    return [made for name, made in found if made.__module__ == module.__name__ and not name.startswith("_")]


@pytest.mark.parametrize("shape", [*functions(shapes), *functions(payloads)], ids=lambda shape: shape.__name__)
def test_a_shape_names_the_page_that_describes_it(shape: Callable[..., Any]) -> None:
    said = shape.__doc__ or ""

    assert "https://docs.slack.dev/" in said or "same page" in said or said.startswith("The part of block_actions")


@pytest.mark.parametrize("module", [methods_chat, methods_conversations, methods_views], ids=lambda m: m.__name__)
def test_a_group_of_methods_names_its_pages(module: ModuleType) -> None:
    assert "https://docs.slack.dev/reference/methods" in (module.__doc__ or "")


def test_every_method_that_is_served_has_its_scopes() -> None:
    assert set(HANDLERS) - {"oauth.v2.access"} == set(METHODS)


def test_every_event_is_one_that_apps_subscribe_to() -> None:
    assert all(scope == "" or ":" in scope for scope in EVENTS.values())
