"""How the curves of an encoder are written down, so that every replica judges alike."""

import json
from dataclasses import asdict
from hashlib import sha256

from matching.calibration import Curves, built_in_curves


def name_of(address: str, model: str) -> str:
    """Under which name the curves of a model at an address are kept."""
    return f"calibration:{sha256(f'{address} {model}'.encode()).hexdigest()[:32]}"


def written(curves: Curves, dimension: int) -> str:
    """Curves as a text, with how long the vectors are, and which evidence they weigh."""
    return json.dumps({**asdict(curves), "dimension": dimension, "beside": asdict(built_in_curves())})


def read(text: str | None) -> tuple[Curves, int] | None:
    """The curves and the length of the vectors; None where there are none, or the evidence was weighed otherwise then.

    Whoever changes a weight of the evidence fits our own curves anew: as long as those are the same, it is.
    """
    kept = json.loads(text) if text else {}
    if kept.get("beside") != asdict(built_in_curves()):
        return None
    return Curves(kept["slope"], kept["middle"]), kept["dimension"]
