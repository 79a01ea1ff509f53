"""What is said of somebody's own needs and offers."""

import pytest

from adapters.chat.mine import facts
from bot.domain.notices import Kind, NoticeState
from bot.text import catalogue
from tests.adapters.slack.people import NOW, notice


@pytest.mark.parametrize(
    ("kind", "state", "said"),
    [
        (Kind.NEED, NoticeState.MET, "Besoin · Réglé"),
        (Kind.NEED, NoticeState.WITHDRAWN, "Besoin · Retiré"),
        (Kind.NEED, NoticeState.EXPIRED, "Besoin · Terminé"),
        (Kind.OFFER, NoticeState.MET, "Offre · Conclue"),
        (Kind.OFFER, NoticeState.WITHDRAWN, "Offre · Retirée"),
        (Kind.OFFER, NoticeState.EXPIRED, "Offre · Terminée"),
    ],
)
def test_in_french_the_state_agrees_with_what_it_is_said_of(kind: Kind, state: NoticeState, said: str) -> None:
    assert " · ".join(facts(notice(kind=kind, state=state), catalogue("fr"), NOW)[:2]) == said
