"""A fleet of 31 provinces, 40 cohorts and 30 years beside a loop over its numbers."""

import numpy as np

from airshed.transition.fleet import GRAMS_PER_KT, fleet_emissions, survival, turn_over

REGIONS, AGES, YEARS, TYPES, POLLUTANTS = 31, 40, 30, 3, 4
KILOMETRES = 15_000.0


def test_fleet_against_a_brute_loop(seconds, tell):
    random = np.random.default_rng(1)
    cohorts = AGES - 1 + YEARS
    stock = 1e6 * np.cumsum(random.random((REGIONS, YEARS)) + 0.5, axis=1)
    mix = random.dirichlet(np.ones(TYPES), size=cohorts).T
    factor = random.random((TYPES, REGIONS, cohorts, POLLUTANTS))
    surviving, growth = survival(np.arange(AGES), 14.5, 4.0), np.full(REGIONS, 0.1)

    def arrays():
        return fleet_emissions(turn_over(stock, surviving, growth).vehicles, mix, factor, KILOMETRES)

    def loop():
        found = np.zeros((REGIONS, YEARS, POLLUTANTS))
        for region in range(REGIONS):
            weights = [float(np.exp(-growth[region] * age)) for age in range(AGES)]
            whole = sum(weight * float(surviving[age]) for age, weight in enumerate(weights))
            sales = [float(stock[region, 0]) * weights[age] / whole for age in reversed(range(AGES))]
            for year in range(YEARS):
                now = AGES - 1 + year
                first = max(now - AGES + 1, 0)
                if year:
                    there = sum(sales[cohort] * float(surviving[now - cohort]) for cohort in range(first, now))
                    sales.append(max(float(stock[region, year]) - there, 0.0))
                for cohort in range(first, now + 1):
                    alive = sales[cohort] * float(surviving[now - cohort])
                    for kind in range(TYPES):
                        for pollutant in range(POLLUTANTS):
                            grams = alive * mix[kind, cohort] * factor[kind, region, cohort, pollutant] * KILOMETRES
                            found[region, year, pollutant] += grams / GRAMS_PER_KT
        return found

    assert np.allclose(arrays(), loop(), rtol=1e-9)
    here, there = seconds(arrays, rounds=5), seconds(loop, rounds=1)
    tell(
        f"fleet {1e3 * here:.1f} ms, loop over its numbers {1e3 * there:.0f} ms, 1 of {there / here:.0f} (at least 40)",
        "fleet by cohort",
        f"{REGIONS} provinces x {AGES} cohorts x {YEARS} years",
        here=here,
        theirs=there,
        beside="brute loop",
    )
    assert there >= 40 * here
