import json

import pytest

from adapters.encoders.calibrations import name_of, read, written
from matching.calibration import Curves
from matching.wording import LABEL, NOTICE, SENTENCE

CURVES = Curves({LABEL: 9.0, NOTICE: 8.5, SENTENCE: 8.5}, {LABEL: 0.4, NOTICE: 0.3, SENTENCE: 0.3})


def test_what_is_written_is_read() -> None:
    assert read(written(CURVES, 384)) == (CURVES, 384)


@pytest.mark.parametrize("text", [None, ""])
def test_nothing_kept_is_nothing_read(text: str | None) -> None:
    assert read(text) is None


def test_curves_of_evidence_that_was_weighed_otherwise_are_not_used() -> None:
    kept = json.loads(written(CURVES, 384))
    kept["beside"]["slope"][NOTICE] += 1

    assert read(json.dumps(kept)) is None


def test_each_model_at_each_address_has_a_name_of_its_own_that_fits_the_column() -> None:
    names = {name_of(address, model) for address in ("http://a/v1", "http://b/v1") for model in ("one", "two" * 99)}

    assert len(names) == 4
    assert max(map(len, names)) <= 64
