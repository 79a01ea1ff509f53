"""Keys and seals."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from adapters.store.keys import Sealer, Unsealable, key_from, load_or_make_key
from bot.errors import ConfigError
from bot.text import catalogue

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_the_first_start_makes_a_key_that_only_its_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "var" / "key"

    sealed = load_or_make_key(path).seal({"a": "é\x00\ud800"})

    assert path.stat().st_mode & 0o777 == 0o600
    assert load_or_make_key(path).open(sealed) == {"a": "é\x00\ud800"}


def test_every_key_opens_and_the_newest_seals() -> None:
    before = key_from(OLD).seal("x")
    both = key_from(f"{NEW}, {OLD}")

    assert both.open(before) == "x"
    assert key_from(NEW).open(both.seal("x")) == "x"
    assert key_from(NEW).open(both.reseal(before)) == "x"


def test_what_the_first_versions_sealed_is_opened_and_put_into_the_form_of_today() -> None:
    before = Fernet(OLD).encrypt(b'"x"').decode()

    assert key_from(f"{NEW} {OLD}").open(before) == "x"
    again = key_from(f"{NEW} {OLD}").reseal(before)
    assert again.startswith("1:")
    assert key_from(NEW).open(again) == "x"


@pytest.mark.parametrize("hurt", ["", "1:", "1:%%%", "1:AAAA", "x"])
def test_what_is_no_envelope_is_told(hurt: str) -> None:
    with pytest.raises(Unsealable):
        key_from(OLD).open(hurt)


def test_an_envelope_that_was_touched_does_not_open() -> None:
    sealed = key_from(OLD).seal("one word")
    at = len(sealed) // 2
    touched = sealed[:at] + ("B" if sealed[at] == "A" else "A") + sealed[at + 1 :]

    with pytest.raises(Unsealable):
        key_from(OLD).open(touched)


def test_the_same_words_are_never_sealed_alike() -> None:
    sealer = key_from(OLD)
    assert sealer.seal("x") != sealer.seal("x")


def test_another_key_does_not_open() -> None:
    sealed = key_from(OLD).seal("x")

    with pytest.raises(Unsealable):
        key_from(NEW).open(sealed)
    with pytest.raises(Unsealable):
        key_from(NEW).reseal(sealed)


@pytest.mark.parametrize("key", ["", "short", "é" * 44])
def test_what_is_no_key_is_told(key: str, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(key)

    with pytest.raises(ConfigError, match="unusable_key"):
        key_from(key)
    with pytest.raises(ConfigError) as wrong:
        load_or_make_key(tmp_path / "key")
    [fault] = wrong.value.faults
    assert catalogue("en").say(fault).startswith(f"{tmp_path / 'key'}: The encryption key cannot be used")


def test_a_key_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "key").mkdir()

    with pytest.raises(ConfigError, match="unreadable_key"):
        load_or_make_key(tmp_path / "key")


def test_a_sealer_does_not_show_its_key() -> None:
    assert repr(Sealer([OLD])) == "Sealer(***)"
