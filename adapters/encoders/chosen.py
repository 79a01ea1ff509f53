"""The encoder elsewhere that the settings choose: made, looked at, calibrated."""

from typing import Final

from adapters.encoders.calibrations import read, written
from adapters.encoders.endpoint import EmbeddingsEndpoint, EndpointFailed
from bot.config import Settings
from bot.errors import ConfigError
from bot.findings import Finding
from bot.messages import Phrase
from matching.calibrating import LEAST, Unfit, fit
from matching.encoder import built_in

#: Why an endpoint failed → what we say about it.
_SAID: Final = {
    "silent": "command.check.encoder_silent",
    "refused": "command.check.encoder_refused",
    "odd": "command.check.encoder_odd",
}


def endpoint_of(settings: Settings, *, dimension: int | None = None) -> EmbeddingsEndpoint:
    """The endpoint, not asked anything yet. Raises: ConfigError for a key that cannot be read."""
    return EmbeddingsEndpoint(settings.encoder_url, settings.encoder_model, key=_key(settings), dimension=dimension)


def how_compared(settings: Settings, kept: str | None) -> Finding:
    """How notices are compared, and by which encoder; `kept` is its calibration, if any. Raises: ConfigError."""
    if settings.engine == "words":
        return Finding(Phrase("command.check.words_chosen"), True)
    if settings.encoder_url:
        return looked_at(settings, kept)
    return Finding(Phrase("command.check.meaning" if built_in() else "command.check.words_only"), True)


def looked_at(settings: Settings, kept: str | None) -> Finding:
    """Whether the encoder answers, and its curves are kept; waits for it. Raises: ConfigError."""
    calibration = read(kept)
    where = {"model": settings.encoder_model, "address": settings.encoder_url}
    try:
        endpoint_of(settings, dimension=calibration and calibration[1]).encode(["bonjour"])
    except EndpointFailed as failed:
        return Finding(_failure(failed, settings), False)
    if calibration is None:
        return Finding(Phrase("command.check.encoder_uncalibrated", where), False)
    return Finding(Phrase("command.check.encoder", where), True)


def calibrated(settings: Settings) -> tuple[str, Phrase]:
    """Fit the curves, which takes a minute. Returns: what to keep, and what to say about it. Raises: ConfigError."""
    endpoint = endpoint_of(settings)
    try:
        found = fit(endpoint)
    except EndpointFailed as failed:
        raise ConfigError(_failure(failed, settings)) from None
    except Unfit as unfit:
        fields = {"model": settings.encoder_model, "tells": _percent(unfit.tells), "least": _percent(LEAST)}
        raise ConfigError(Phrase("command.fault.unfit_encoder", fields)) from None
    worth = {name: _percent(getattr(found, name)) for name in ("tells", "precision", "recall")}
    said = Phrase("command.calibrate.done", {"model": settings.encoder_model, "count": found.pairs, **worth})
    return written(found.curves, endpoint.dimension), said


def _failure(failed: EndpointFailed, settings: Settings) -> Phrase:
    return Phrase(_SAID[failed.code], {"address": settings.encoder_url, "error": failed.detail})


def _key(settings: Settings) -> str | None:
    if settings.encoder_key_file is None:
        return settings.encoder_key.get_secret_value() if settings.encoder_key else None
    path = settings.encoder_key_file.expanduser()
    try:
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        fields = {"path": str(path), "error": type(error).__name__}
        raise ConfigError(Phrase("command.fault.unreadable_key", fields)) from None
    if not key or not key.isprintable() or " " in key:
        fault = Phrase("command.fault.bearer")
        raise ConfigError(Phrase("command.fault.of_file", {"path": str(path), "what": fault}))
    return key


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"
