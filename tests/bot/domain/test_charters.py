from hypothesis import given
from hypothesis import strategies as st

from bot.domain.charters import Change, Step, changes

BEFORE = "We lend tools. We are kind.\n\nAmina runs this."
SENTENCES = st.lists(st.sampled_from(["Be kind.", "Lend!", "No selling.", "Why? Because.", "Come in"]), max_size=6)


def test_nothing_changed_is_no_change() -> None:
    assert changes(BEFORE, BEFORE) == ()
    assert changes(BEFORE, "We lend tools.\nWe are kind. Amina runs this.") == ()


def test_each_sentence_is_told_by_itself() -> None:
    after = "We lend tools. We are kind and patient.\nAmina runs this. Luc helps."

    assert changes(BEFORE, after) == (
        Change(Step.REMOVED, "We are kind."),
        Change(Step.ADDED, "We are kind and patient."),
        Change(Step.ADDED, "Luc helps."),
    )


def test_the_first_charter_is_all_new() -> None:
    assert changes("", "Be kind. Be brief.") == (Change(Step.ADDED, "Be kind."), Change(Step.ADDED, "Be brief."))


@given(SENTENCES, SENTENCES)
def test_the_changes_are_exactly_what_differs(before: list[str], after: list[str]) -> None:
    found = changes("\n".join(before), "\n".join(after))
    added = [change.text for change in found if change.step is Step.ADDED]
    removed = [change.text for change in found if change.step is Step.REMOVED]

    def sentences(texts: list[str]) -> list[str]:
        return sorted(change.text for change in changes("", "\n".join(texts)))

    assert sorted(sentences(before) + added) == sorted(sentences(after) + removed)
    assert bool(found) == (
        [c.text for c in changes("", "\n".join(before))] != [c.text for c in changes("", "\n".join(after))]
    )
