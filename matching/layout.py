"""Where people would stand on a map of their network: those who are tied near each other, circles apart."""

from typing import Final

import numpy as np

from matching.edges import Floats, Ints
from matching.ties import Network

#: Rounds of pushing and pulling.
TURNS: Final = 50
#: The map is divided into at most so many squares a side, each about this wide; the unit is the ideal length of a tie.
SQUARES: Final = 48
WIDTH: Final = 2.0
#: How strongly a circle holds together, beside its ties; chosen on planted circles (docs/benchmarks.md).
HOLD: Final = 40.0
GOLDEN_ANGLE: Final = np.pi * (3 - np.sqrt(5))


def positions(ties: Network, own: Ints, *, seed: int) -> Floats:
    """Positions within a square from -1 to 1; shape (people, 2), no names. The same input gives the same map.

    People start around the middle of their circle, are pulled along their ties and to that middle, and pushed from the
    crowds in the squares around theirs. How far they may go shrinks with every turn.

    Args: own: the circle of each person, from 0, without gaps; see `network.circles`.
    Source: Fruchterman & Reingold, "Graph drawing by force-directed placement", Software: Practice and Experience 21,
            1991, with its grid, the people in a square taken together.
    """
    if not ties.count:
        return np.zeros((0, 2))
    _, own = np.unique(own, return_inverse=True)
    place = _start(own, np.random.default_rng(seed))
    furthest = np.sqrt(ties.count) / 10
    for turn in range(TURNS):
        force = _pushes(place) + _pulls(place, ties) + _holds(place, own)
        length = np.linalg.norm(force, axis=1) + 1e-9
        allowed = furthest * (1 - turn / TURNS)
        place = place + force * (np.minimum(length, allowed) / length)[:, None]
    place = place - place.mean(axis=0)
    return np.asarray(place / max(float(np.abs(place).max()), 1e-9))


def _start(own: Ints, chance: np.random.Generator) -> Floats:
    """Circles in a sunflower, the largest in the middle; people by chance around the middle of theirs."""
    size = np.bincount(own)
    seat = np.empty(len(size), dtype=np.int64)
    seat[np.argsort(-size, kind="stable")] = np.arange(len(size))
    angle = seat * GOLDEN_ANGLE
    distance = np.sqrt((seat + 0.5) / len(size) * len(own))
    middle = np.stack([np.cos(angle), np.sin(angle)], axis=1) * distance[:, None]
    spread = np.sqrt(size / np.pi) / 2
    return np.asarray(middle[own] + chance.normal(size=(len(own), 2)) * spread[own][:, None])


def _holds(place: Floats, own: Ints) -> Floats:
    """Towards the middle of one's circle, the further the stronger."""
    size = np.bincount(own)
    middle = np.stack([np.bincount(own, place[:, axis]) / size for axis in (0, 1)], axis=1)
    way = middle[own] - place
    return np.asarray(HOLD * way * np.linalg.norm(way, axis=1)[:, None])


def _pulls(place: Floats, ties: Network) -> Floats:
    way = place[ties.right] - place[ties.left]
    way *= np.linalg.norm(way, axis=1)[:, None]
    pulls = [
        np.bincount(ties.left, way[:, axis], ties.count) - np.bincount(ties.right, way[:, axis], ties.count)
        for axis in (0, 1)
    ]
    return np.stack(pulls, axis=1)


def _pushes(place: Floats) -> Floats:
    """Away from the people in one's own and the eight squares around, as if they stood in the middle of theirs."""
    low = place.min(axis=0)
    side = float((place.max(axis=0) - low).max()) + 1e-9
    number = int(np.clip(np.ceil(side / WIDTH), 1, SQUARES))
    row, column = np.minimum(((place - low) * (number / side)).astype(np.int64), number - 1).T
    square = (row + 1) * (number + 2) + column + 1
    size = (number + 2) ** 2
    crowd = np.bincount(square, minlength=size)
    middle = [np.bincount(square, place[:, axis], size) / np.maximum(crowd, 1) for axis in (0, 1)]
    push = np.zeros_like(place)
    for step in [a * (number + 2) + b for a in (-1, 0, 1) for b in (-1, 0, 1)]:
        there = square + step
        way = place - np.stack([middle[0][there], middle[1][there]], axis=1)
        push += way * (crowd[there] / ((way**2).sum(axis=1) + 0.5))[:, None]
    return push
