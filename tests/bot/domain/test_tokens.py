from bot.domain.tokens import Purpose, hashed


def test_a_token_is_kept_only_as_a_hash() -> None:
    assert hashed("secret") == hashed("secret") != hashed("Secret")
    assert len(hashed("secret")) == 64
    assert "secret" not in hashed("secret")


def test_every_purpose_has_a_name_of_its_own() -> None:
    assert len({purpose.value for purpose in Purpose}) == len(Purpose)
