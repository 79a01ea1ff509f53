"""Fits the numbers of `matching/calibration.json` again, after a weight was changed: `python -m benchmarks.calibrate`.

Reads `matching/pairs.jsonl`, which was written for this and is no evaluation set. What is printed was measured on
pairs that the curves were not fitted on, a fifth of the subjects at a time.
"""

import json
from dataclasses import asdict
from pathlib import Path

from matching.calibrating import fit
from matching.encoder import built_in

NUMBERS = Path(__file__).parents[1] / "matching" / "calibration.json"


def main() -> None:
    """Fit, write, and say what the threshold then does."""
    encoder = built_in()
    assert encoder is not None, "the built-in encoder is not installed"
    found = fit(encoder)
    NUMBERS.write_text(json.dumps(asdict(found.curves)) + "\n", encoding="utf-8")
    print(
        f"{found.pairs} pairs; an answer is stronger than none {found.tells:.1%} of the time; of what is proposed by "
        f"meaning alone {found.precision:.0%} are answers, and {found.recall:.0%} of the answers are"
    )


if __name__ == "__main__":
    main()
