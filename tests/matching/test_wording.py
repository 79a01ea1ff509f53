import pytest

from matching.wording import LABEL, NOTICE, SENTENCE, alternatives, register


@pytest.mark.parametrize(
    ("text", "language", "put"),
    [
        ("quelqu'un pour garder mon lapin", "fr", NOTICE),
        ("Rabbit hutch wanted", "en", NOTICE),
        ("mon four est mort", "fr", SENTENCE),
        ("We live by the sea.", "en", SENTENCE),
        ("où ça ?", "fr", SENTENCE),
        ("élever des lapins", "fr", LABEL),
        ("rabbit breeder", "en", LABEL),
        ("", "fr", LABEL),
    ],
)
def test_the_way_a_text_is_put_is_recognised(text: str, language: str, put: str) -> None:
    assert register(text, language) == put


@pytest.mark.parametrize(
    ("title", "forms"),
    [
        ("Serveur / Serveuse", ("Serveur", "Serveuse")),
        ("Serveur / Serveuse en terrasse", ("Serveur en terrasse", "Serveuse en terrasse")),
        ("Chef jardinier / jardinière", ("Chef jardinier", "Chef jardinière")),
        ("Serveur", ()),
        ("un / deux / trois", ()),
        (" / Serveuse", ()),
    ],
)
def test_a_title_in_two_forms_is_two_titles(title: str, forms: tuple[str, ...]) -> None:
    assert alternatives(title) == forms
