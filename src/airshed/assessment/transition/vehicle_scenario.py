"""What a path of vehicle sales changes as a scenario: overrides of the emissions of the road, year by year."""

from __future__ import annotations

from airshed.assessment.transition.vehicle_inputs import CO2
from airshed.assessment.transition.vehicles import Fleet, held_places
from airshed.assessment.workbench.files import source_of
from airshed.emissions.baseline import baseline_cube
from airshed.pack.codes import emitters, refuse_overlap
from airshed.pack.errors import AirshedError
from airshed.pack.pack import Pack
from airshed.pack.scenarios import Override, Scenario

ROAD = "road"
"""The sector of vehicles on the road in every pack."""
LEAST = 1e-9
"""Share of the road's emission below which a change is none."""


def road_factors(pack: Pack, fleet: Fleet, codes: tuple[str, ...] = ()) -> list[tuple[str, str, int, float]]:
    """Return by how much the emissions of the road are multiplied: region, pollutant, year, factor.

    The change of the fleets is taken over what the baseline has for the road: where the baseline has less than the
    change nothing is left. Years are those after the last recorded one that the baseline reaches. Raises AirshedError
    for codes that hold the same region twice.
    """
    refuse_overlap(pack, codes)
    cube = baseline_cube(pack)["value"]
    held = {str(code) for code in cube["region"].to_numpy()}
    years = [int(year) for year in fleet.years if fleet.observed < year <= int(cube["year"].max())]
    known = [str(code) for code in cube["pollutant"].to_numpy()]
    found = []
    for code, inside in held_places(pack, fleet, codes).items():
        regions = [one for one in emitters(pack, code) if one in held]
        for place, pollutant in enumerate(fleet.factors.pollutants):
            if pollutant not in known:
                continue
            road = cube.sel(region=regions, sector=ROAD, pollutant=pollutant, year=years).sum("region").to_numpy()
            for year, whole in zip(years, road, strict=True):
                at = (inside, fleet.at(year), place)
                change = float((fleet.emitted["value"][at] - fleet.base_emitted["value"][at]).sum())
                if whole > 0 and abs(change) > LEAST * whole:
                    found.append((code, pollutant, year, max(0.0, 1.0 + change / float(whole))))
    return found


def scenario_of(pack: Pack, fleet: Fleet, codes: tuple[str, ...], titles: tuple[str, str, str]) -> Scenario:
    """Return the scenario of a path; titles : English, Korean, Chinese.

    Raises AirshedError where the path changes nothing in the years of the baseline.
    """
    found = road_factors(pack, fleet, codes)
    if not found:
        raise AirshedError("path-changes-nothing")
    source = source_of(pack)
    return Scenario(
        name="vehicles",
        title=titles[0],
        title_ko=titles[1],
        title_zh=titles[2],
        description=(
            "road emissions times what the change of the fleets leaves of them; factors are limit values, "
            f"{CO2} at the tailpipe"
        ),
        emissions=tuple(
            Override(
                regions=(code,),
                sectors=(ROAD,),
                pollutants=(pollutant,),
                factor=round(factor, 6),
                first_year=year,
                last_year=year,
                source=source,
            )
            for code, pollutant, year, factor in found
        ),
    )
