"""What is remembered of who people are."""

import pytest

from adapters.slack import people
from adapters.slack.api import Api
from adapters.slack.people import People


class Nowhere:
    """No workspace has us."""

    async def of(self, team: str) -> str | None:
        return None


def test_who_was_told_of_longest_ago_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "REMEMBERED", 2)
    known = People(Api(Nowhere(), url="https://slack.example/api/"))

    for user in ("U1", "U2", "U1", "U3"):
        known.note("T1", {"id": user, "locale": "fr-FR"})

    assert [known.language("T1", user) for user in ("U1", "U2", "U3")] == ["fr", None, "fr"]
