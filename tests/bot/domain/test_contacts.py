from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.contacts import GAP, without_contacts

HERE = Path(__file__).parent


def lines(name: str) -> list[str]:
    text = (HERE / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


CORPUS = [tuple(line.split(" | ", 2)) for line in lines("contacts.txt")]


def is_caught(kind: str, piece: str, text: str) -> bool:
    left, found = without_contacts(text)
    return kind in found and piece not in left


def test_nearly_all_contact_details_are_caught() -> None:
    missed = [row for row in CORPUS if not is_caught(*row)]

    assert len(CORPUS) >= 60
    assert len(missed) <= 0.05 * len(CORPUS), missed


@pytest.mark.parametrize("text", lines("innocent.txt"))
def test_ordinary_words_and_numbers_are_left_alone(text: str) -> None:
    assert without_contacts(text) == (text, ())


def test_the_rest_of_the_sentence_stays() -> None:
    left, found = without_contacts("Je prête ma camionnette, écrivez à lea@exemple.fr ou au 06 12 34 56 78 samedi.")

    assert left == f"Je prête ma camionnette, écrivez à {GAP} ou au {GAP} samedi."
    assert found == ("mail", "phone")


def test_neighbouring_details_leave_one_gap() -> None:
    assert without_contacts("vélo à donner (lea@exemple.fr / 0612345678)") == (
        f"vélo à donner {GAP}",
        ("mail", "phone"),
    )


def test_nothing_is_left_of_a_contact_alone() -> None:
    assert without_contacts("@karim_dev") == ("", ("handle",))


@pytest.mark.parametrize(
    "number",
    [
        "zéro six douze trente-quatre cinquante-six soixante-dix",
        "Zéro-sept quatre-vingts vingt et un, septante-deux, nonante-neuf",
        "oh seven nine eleven twelve thirty-four fifty-six ninety",
        "zero six ten eleven nineteen twenty",
        "zéro six 12 34 56 78",
    ],
)
def test_of_a_spoken_number_no_word_is_left(number: str) -> None:
    assert without_contacts(f"le soir au {number} plutôt") == (f"le soir au {GAP} plutôt", ("phone",))


@pytest.mark.parametrize("call", ["@everyone", "@here", "<!channel>", "<!here|here>"])
def test_calls_for_everybody_call_nobody(call: str) -> None:
    left, found = without_contacts(f"{call} who has a van?")

    assert left in ("everyone who has a van?", "here who has a van?", "channel who has a van?")
    assert found == ()


@given(st.text(max_size=80) | st.from_regex(r"[a-z]{2,6}[ .@][a-z]{2,6}[.:/ @][a-z0-9]{2,8}", fullmatch=True))
def test_taking_out_twice_finds_nothing_more(text: str) -> None:
    left, _ = without_contacts(text)

    assert without_contacts(left) == (left, ())


def test_a_book_s_number_is_no_phone_beside_a_real_one() -> None:
    left, found = without_contacts("ISBN 0612345678, 06 12 34 56 78")

    assert left == f"ISBN 0612345678, {GAP}"
    assert found == ("phone",)


@pytest.mark.parametrize("text", ["lot 1234567890123456", "lot AB12 3456 7890 1234"])
def test_a_number_that_fits_no_check_digit_stays(text: str) -> None:
    assert without_contacts(text) == (text, ())
