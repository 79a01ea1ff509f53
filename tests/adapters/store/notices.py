"""Notices of an invented bilingual community, made from a seed: many of the same things, some mistyped."""

import random
from collections.abc import Iterator
from typing import Final

from bot.domain.ids import CommunityId, MemberId, NoticeId, PersonId
from bot.domain.notices import Kind, Notice, NoticeState
from tests.adapters.store.things import NOON

#: What people of a neighbourhood look for, in French and in English.
THINGS: Final = (
    ("des cours de guitare", "guitar lessons"), ("un vélo d'enfant", "a bike for a child"),
    ("une machine à coudre", "a sewing machine"), ("des T-shirts", "T-shirts"), ("un traducteur", "a translator"),
    ("de la comptabilité", "bookkeeping"), ("une imprimante 3D", "a 3D printer"),
    ("des plants de tomates", "tomato plants"), ("un photographe", "a photographer"), ("une camionnette", "a van"),
    ("du soutien en mathématiques", "maths tutoring"),
    ("un développeur Python", "a Python developer"), ("de la conversation allemande", "German conversation"),
    ("une salle de réunion", "a meeting room"), ("des cartons de déménagement", "moving boxes"),
    ("un menuisier", "a carpenter"), ("de la sérigraphie", "screen printing"), ("une garde d'enfants", "childcare"),
    ("un accordéon", "an accordion"), ("du montage de podcasts", "podcast editing"),
    ("une relecture de demande de subvention", "proofreading of a grant application"), ("du Kubernetes", "Kubernetes"),
)  # fmt: skip
NEEDS: Final = ("Je cherche {}{}", "J'ai besoin de {}{}"), ("I am looking for {}{}", "I need {}{}")
OFFERS: Final = ("Je propose {}{}", "Je peux prêter {}{}"), ("I can offer {}{}", "Happy to share {}{}")
MORE: Final = (
    ("", " pour samedi", " pour une fête de quartier", " près du port", " avec {}", " ou {}", ", débutant bienvenu"),
    ("", " on Saturday", " for a street party", " near the harbour", " and {}", " or {}", ", beginners welcome"),
)


def community(count: int, seed: int, home: CommunityId) -> Iterator[Notice]:
    """So many open notices, of about half as many people."""
    chance = random.Random(seed)
    for number in range(count):
        language = chance.randrange(2)
        kind = chance.choice((Kind.NEED, Kind.OFFER))
        shape = chance.choice((NEEDS if kind is Kind.NEED else OFFERS)[language])
        thing, other = (chance.choice(THINGS)[language] for _ in range(2))
        text = shape.format(thing, chance.choice(MORE[language]).format(other))
        person = f"p{chance.randrange(count // 2)}"
        yield Notice(
            id=NoticeId(f"{home}:{number:06}"),
            community=home,
            member=MemberId(f"{home}:{person}"),
            person=PersonId(person),
            kind=kind,
            state=NoticeState.OPEN,
            text=text,
            card=_slipped(text, chance) if chance.random() < 0.15 else text,
            language=("fr", "en")[language],
            created_at=NOON,
            since=NOON,
        )


def _slipped(text: str, chance: random.Random) -> str:
    """The text with a letter dropped, doubled or exchanged with its neighbour, inside one of its longest words."""
    word = chance.choice(sorted(text.split(), key=len)[-2:])
    at = chance.randrange(1, max(2, len(word) - 1))
    slip = chance.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
        )
    )
    return text.replace(word, slip, 1)
