"""What the engine may know of a notice."""

from bot.domain.notices import Notice
from matching import model


def seen_by_engine(notice: Notice) -> model.Notice:
    """The words approved for cards, and no name."""
    return model.Notice(
        id=notice.id,
        owner=notice.person,
        kind=notice.kind.value,
        text=notice.card,
        language=notice.language,
        topics=notice.topics,
        place=notice.place,
    )
