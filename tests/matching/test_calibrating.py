"""Curves for another encoder. The built-in one, taken for another, gets the curves that it has."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.calibrating import LEAST, Unfit, fit, logistic
from matching.calibration import Curves, built_in_curves, calibrated
from matching.encoder import built_in
from matching.wording import LABEL, NOTICE, SENTENCE
from tests.matching.encoders import TinyEncoder


def test_the_built_in_encoder_gets_its_own_curves_again() -> None:
    encoder = built_in()
    assert encoder is not None

    found = fit(encoder)

    for put in (LABEL, NOTICE, SENTENCE):
        assert found.curves.slope[put] == pytest.approx(built_in_curves().slope[put], rel=0.02)
        assert found.curves.middle[put] == pytest.approx(built_in_curves().middle[put], abs=0.005)
    assert found.tells > 0.8
    assert found.precision > 0.75
    assert 0.1 < found.recall < 0.9


def test_an_encoder_that_knows_words_alone_is_not_fit() -> None:
    with pytest.raises(Unfit) as unfit:
        fit(TinyEncoder())

    assert 0.4 < unfit.value.tells < LEAST


@given(slope=st.floats(2, 30), middle=st.floats(0.1, 0.7))
def test_a_curve_is_found_again_from_what_it_says(slope: float, middle: float) -> None:
    strengths = np.linspace(-0.2, 1, 200)
    shares = 1 / (1 + np.exp(-slope * (strengths - middle)))

    steep, start = logistic(strengths, shares)

    assert steep == pytest.approx(slope, rel=0.05)
    assert -start / steep == pytest.approx(middle, abs=0.01)


def test_a_strength_is_judged_by_the_curves_given() -> None:
    strength = np.full(1, 0.9, np.float32)

    assert calibrated(NOTICE, strength, Curves({NOTICE: 1.0}, {NOTICE: 0.9}))[0] == pytest.approx(0.5)
    assert calibrated(NOTICE, strength)[0] > 0.9
