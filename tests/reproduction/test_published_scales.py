"""Published scales of contributions: what bodies printed comes out again from the shares that they printed."""

from decimal import Decimal

import pytest

from airshed.cooperation.contributions import largest_remainder

EMEP_1984 = {
    "Austria": "1.59",
    "Bulgaria": "0.35",
    "Byelorussian SSR": "0.71",
    "Czechoslovakia": "1.54",
    "Finland": "1.07",
    "German Democratic Republic": "2.74",
    "Holy See": "0.02",
    "Hungary": "0.45",
    "Iceland": "0.06",
    "Liechtenstein": "0.02",
    "Norway": "1.13",
    "Poland": "1.42",
    "Portugal": "0.30",
    "Romania": "0.37",
    "San Marino": "0.02",
    "Spain": "3.54",
    "Sweden": "2.66",
    "Switzerland": "2.26",
    "Turkey": "0.60",
    "Ukrainian SSR": "2.60",
    "USSR": "20.78",
    "Yugoslavia": "0.60",
    "Belgium": "2.36",
    "Denmark": "1.38",
    "France": "11.99",
    "Federal Republic of Germany": "15.73",
    "Greece": "1.00",
    "Ireland": "0.50",
    "Italy": "6.89",
    "Luxembourg": "0.10",
    "Netherlands": "3.28",
    "United Kingdom": "8.61",
    "European Economic Community": "3.33",
}
"""Percent of the mandatory contributions to EMEP: annex to the protocol on its long-term financing, Geneva 1984, as
Austrian federal law prints it (gesetzefinden.at/bundesrecht/vertraege/10010546/anl-1)."""

OZONE_2011 = {
    "Algeria": ("0.128", 5465),
    "Argentina": ("0.287", 12255),
    "Australia": ("1.933", 82537),
    "Austria": ("0.851", 36337),
    "Belgium": ("1.075", 45901),
    "Brazil": ("1.611", 68788),
}
"""Percent of the United Nations scale for 2010-2012 and contributions to the trust fund of the Montreal Protocol in
2011, USD: the first rows above zero of annex II of its twenty-second meeting (ozone.unep.org)."""


def test_the_scale_of_emep_is_whole_and_comes_out_again():
    scale = {party: Decimal(percent) for party, percent in EMEP_1984.items()}
    assert len(scale) == 33 and sum(scale.values()) == 100
    printed = {party: int(percent * 100) for party, percent in scale.items()}
    assert largest_remainder(100_00, scale) == printed


@pytest.mark.parametrize("budget", [1_234_567_89, 1, 99_99])
def test_the_scale_of_emep_adds_up_to_any_budget(budget):
    scale = {party: Decimal(percent) for party, percent in EMEP_1984.items()}
    found = largest_remainder(budget, scale)
    assert sum(found.values()) == budget
    assert all(abs(found[party] - budget * percent / 100) < 1 for party, percent in scale.items())


def test_contributions_to_the_ozone_trust_fund_come_out_again():
    """In whole dollars, as printed; the sum of these six is what they share."""
    printed = {party: dollars for party, (_, dollars) in OZONE_2011.items()}
    scale = {party: Decimal(percent) for party, (percent, _) in OZONE_2011.items()}
    assert largest_remainder(sum(printed.values()), scale) == printed
