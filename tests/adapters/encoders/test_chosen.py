from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.encoders import chosen
from adapters.encoders.calibrations import written
from adapters.encoders.chosen import calibrated, endpoint_of, looked_at
from bot.config import Settings
from bot.errors import ConfigError
from matching.calibrating import Fit, Unfit
from matching.calibration import built_in_curves
from matching.encoder import Encoder
from tests.adapters.encoders.service import Service


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service()
    yield service
    service.close()


@pytest.fixture
def settings(service: Service) -> Settings:
    return Settings(encoder_url=service.address, encoder_model="small")


def kept(dimension: int = 3) -> str:
    return written(built_in_curves(), dimension)


def test_a_calibrated_encoder_that_answers_is_well(settings: Settings) -> None:
    finding = looked_at(settings, kept())

    assert (finding.phrase.key, finding.ok) == ("command.check.encoder", True)
    assert finding.phrase.params["model"] == "small"


@pytest.mark.parametrize(
    ("status", "calibration", "key"),
    [
        (200, None, "command.check.encoder_uncalibrated"),
        (200, kept(512), "command.check.encoder_odd"),
        (401, kept(), "command.check.encoder_refused"),
        (401, None, "command.check.encoder_refused"),
    ],
)
def test_what_is_not_well_is_said(
    settings: Settings, service: Service, status: int, calibration: str | None, key: str
) -> None:
    spelled = service.answer
    service.answer = lambda question: (status, spelled(question)[1])

    finding = looked_at(settings, calibration)

    assert (finding.phrase.key, finding.ok) == (key, False)


def test_silence_is_said() -> None:
    finding = looked_at(Settings(encoder_url="http://127.0.0.1:9/v1", encoder_model="small"), kept())

    assert (finding.phrase.key, finding.ok) == ("command.check.encoder_silent", False)
    assert finding.phrase.params["error"] == "ConnectionRefusedError"


def test_a_model_that_would_mislead_is_not_calibrated(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def misled(encoder: Encoder) -> Fit:
        raise Unfit(0.6)

    monkeypatch.setattr(chosen, "fit", misled)

    with pytest.raises(ConfigError) as wrong:
        calibrated(settings)

    [fault] = wrong.value.faults
    assert (fault.key, fault.params["tells"]) == ("command.fault.unfit_encoder", "60")


def test_nothing_is_learnt_from_a_service_that_fails(settings: Settings, service: Service) -> None:
    service.answer = lambda question: (500, b"")

    with pytest.raises(ConfigError) as wrong:
        calibrated(settings)

    assert [fault.key for fault in wrong.value.faults] == ["command.check.encoder_refused"]


def test_the_key_may_be_in_a_file(settings: Settings, service: Service, tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("hunter2\n")

    endpoint_of(settings.model_copy(update={"encoder_key_file": path})).encode(["bonjour"])

    assert service.keys == ["Bearer hunter2"]


def test_the_key_may_be_a_setting(service: Service) -> None:
    endpoint_of(Settings(encoder_url=service.address, encoder_model="m", encoder_key="hunter2")).encode(["bonjour"])

    assert service.keys == ["Bearer hunter2"]


@pytest.mark.parametrize("content", [None, b"", b"two words", b"two\nlines", b"\xff"])
def test_a_key_file_that_cannot_be_used_is_named_and_not_shown(
    settings: Settings, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ConfigError) as wrong:
        endpoint_of(settings.model_copy(update={"encoder_key_file": path}))

    [fault] = wrong.value.faults
    assert fault.params["path"] == str(path)
    assert "words" not in str(fault)
