"""Composition root: the only part of `bot` that knows the adapters. Everything is made here, once, and passed down."""

from bot.bootstrap.composing import Comptoir, opened
from bot.bootstrap.houses import HOUSE
from bot.bootstrap.operating import calibrate, check, doctor, erase, export, invite, migrate, way_back
from bot.bootstrap.serving import run

__all__ = [
    "HOUSE", "Comptoir", "calibrate", "check", "doctor", "erase", "export", "invite", "migrate", "opened", "run",
    "way_back",
]  # fmt: skip
