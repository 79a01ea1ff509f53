"""Things to be shown, of every shape: for tests of how a platform shows them."""

import os

from hypothesis import settings
from hypothesis import strategies as st

from bot.text.said import Button, Said

TOKEN = "AAAAAAAAAAAAAAAAAAAAAA"
CHOICES = st.lists(st.sampled_from(["yes", "no", "not_now", "stop", "end_tie", "withdraw"]), unique=True, max_size=6)


def often(examples: int) -> settings:
    """So many of them, or as many as the environment's `TEXTS` says, such as 100,000 in a campaign (I6)."""
    return settings(max_examples=int(os.environ.get("TEXTS", examples)), deadline=None)


def said(text: str = "Shall I?", *choices: str, parts: tuple[Said, ...] = (), token: str = TOKEN) -> Said:
    return Said(text, tuple(Button(choice, choice.title()) for choice in choices), token, parts)


def long(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Such texts, and some that are too long for any platform."""
    return st.one_of(texts, st.builds(lambda text, length: (text * length)[:length], texts, st.integers(1, 9000)))


def trees(texts: st.SearchStrategy[str], leaves: st.SearchStrategy[Said]) -> st.SearchStrategy[Said]:
    """Parts in parts, with `leaves` at the ends."""
    return st.recursive(
        leaves,
        lambda inner: st.builds(
            lambda text, choices, parts: said(text, *choices, parts=tuple(parts)),
            texts,
            CHOICES,
            st.lists(inner, max_size=6),
        ),
        max_leaves=12,
    )
