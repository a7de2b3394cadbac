"""The level of PM2.5 at a place: natural part, and the modelled man-made part times a response found on observations.

The response is a ratio, so that parts add to the level, none exceeds it, and nothing lies below the natural part. Its
logarithm is estimated from all observations of all years and kinds at once, as a linear Gaussian model with closed form
(Rasmussen and Williams 2006, Gaussian Processes for Machine Learning, chapter 2): an offset common to all places, one
of the nation, one of the region, one of the city, a course of the nation over the years, held after its last observed
one, and beside it one of every observed region, held likewise. A course that observations move by more than others has
a wider step (`airshed.transport.courses`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from airshed.pack.arrays import Floats
from airshed.pack.equations import equation
from airshed.pack.pack import Pack
from airshed.transport.courses import Course, Courses, paced
from airshed.transport.level_ground import LEAST_PART, Ground, Seen
from airshed.transport.observation import Observation

Indices = npt.NDArray[np.intp]
MOST = 3.0
"""Response above which the relation cannot carry a level: the rest is left unexplained, as a factor on a block is."""
SWEEPS = 8
"""Times that the paces of courses are found anew; more of them move no level of the built-in pack by 1 %."""
JITTER = 1e-10
"""Share of the mean variance that keeps the covariance of the unknowns positive when it is drawn from."""
NAMES = {
    "place": "unobserved_capped",
    "annual_mean": "annual_mean",
    "weather": "weather",
    "shared": "shared_weather",
    "sites": "between_cities",
    "drift_reported": "drift_reported",
    "drift_projected": "drift_projected",
    "drift_mean": "drift_projected_mean",
    "structure": "structure",
    "common": "level_common",
    "nation": "level_nation",
    "city": "level_city",
    "course": "level_course",
    "region_course": "level_region_course",
    "course_freedom": "level_course_freedom",
}
"""Terms of the table error_terms by the width that they state."""


@dataclass(frozen=True)
class Widths:
    """Standard deviations in ln of what is not known of a level; a pack states its own in table `error_terms`.

    common, nation, place, city : of the offsets of all places, of a nation, of a region in it, of a city in its region
    course, region_course : of the course of a nation, and of a region beside it, per root of a year
    course_freedom : degrees of freedom of Student's t that the steps of a course follow; infinite: all move alike
    drift_reported, drift_projected : per year, before the first and after the last observed year, the same all along;
        drift_mean : the mean of the latter, which is a root mean square
    annual_mean : weather and measurement of one annual mean; weather : of it the weather; shared : the part of its
        variance that all places of a nation have in common in a year
    sites : between the cities of a region, over the root of their number in its mean
    structure : of the relation, on the modelled ln change
    """

    common: float = 0.5
    nation: float = 0.5
    place: float = 0.24
    city: float = 0.36
    course: float = 0.12
    region_course: float = 0.05
    course_freedom: float = np.inf
    drift_reported: float = 0.03
    drift_projected: float = 0.096
    drift_mean: float = -0.064
    annual_mean: float = 0.074
    weather: float = 0.062
    shared: float = 0.61
    sites: float = 0.224
    structure: float = 0.2

    @property
    def measurement(self) -> float:
        """The error of measurement of an annual mean whose kind states none."""
        return float(np.sqrt(max(self.annual_mean**2 - self.weather**2, 0.0)))

    def projected(self, years: Floats, score: Floats) -> Floats:
        """Return the drift of projections over years, in ln; score : standard normal; the arrays broadcast."""
        # What was measured is a root mean square, bias and spread together; the bias is taken out of it, or it would
        # count twice: once as the shift of the mean and once more in the width.
        spread = np.sqrt(max(self.drift_projected**2 - self.drift_mean**2, 0.0))
        return np.asarray(years * (self.drift_mean + spread * score))


def widths(pack: Pack) -> Widths:
    """Return the widths of the pack; what its error terms do not state is as measured in docs/method.md."""
    rows = pack.optional("error_terms").set_index("term")["value"].dropna()
    return Widths(**{name: float(rows[term]) for name, term in NAMES.items() if term in rows.index})


@equation(
    key="level",
    title="Level of PM2.5 at a place",
    latex=r"C(c,y) = C_{natural}(c) + R(c,y)\, C_{model}(c,y) + U(c,y),\quad U = \max(0, R - R_{max})\,C_{model}",
    units="ug/m3",
    citation="docs/method.md: response in ratio, found on observations; what the relation cannot carry is left over",
)
def level(natural: Floats, response: Floats, modelled: Floats) -> tuple[Floats, Floats]:
    """Return what the sources give and what is left unexplained, ug/m3; with the natural part they are the level.

    natural : of the place, ug/m3; response : ratio, > 0; modelled : the man-made part as modelled, ug/m3, >= 0

    >>> level(np.array(8.0), np.array(4.0), np.array(10.0))
    (array(30.), array(10.))
    """
    # Beyond MOST a response is no error of scale any more but something that the relation lacks. Carried on, it would
    # multiply what a measure does at that place; so it stays as a part that no measure moves.
    carried = np.minimum(response, MOST)
    return np.asarray(carried * modelled), np.asarray((response - carried) * modelled)


@equation(
    key="observed-response",
    title="Response of an observed level",
    latex=r"\ln R = \ln\frac{C_{observed} - C_{natural}}{C_{model}},\quad "
    r"s = \frac{\sqrt{(s_{obs} C_{observed})^2 + s_{nat}^2}}{C_{observed} - C_{natural}}",
    units="1",
    citation="definition; first-order propagation of the errors of the observation and of the natural part",
)
def observed_response(observed: float, natural: float, modelled: float, error: float, natural_error: float) -> Floats:
    """Return ln of the response that an observation asks for, and its standard deviation.

    observed, natural, modelled : ug/m3; error : of the observation, ln; natural_error : ug/m3

    >>> [round(float(item), 3) for item in observed_response(48.0, 8.0, 20.0, 0.1, 0.0)]
    [0.693, 0.12]
    """
    # Where a station reads less than the natural part is said to be, the natural part is wrong, not the sources gone: a
    # least part keeps the logarithm, and its width grows with the error of the natural part over it.
    part = max(observed - natural, LEAST_PART * observed)
    width = np.hypot(error * observed, natural_error) / part
    return np.array([np.log(part / modelled), width])


@dataclass(frozen=True)
class LevelFit:
    """The unknowns of ln R with what the observations leave of their spread.

    mean : (unknown); covariance : (unknown, unknown); walks : the courses among them
    used : the observations that it rests on, by place; seen : the same as arrays
    """

    ground: Ground
    widths: Widths
    mean: Floats
    covariance: Floats
    walks: Courses
    used: dict[str, list[Observation]]
    seen: Seen

    @property
    def courses(self) -> dict[int, Course]:
        """The courses by nation, as numbered in the ground."""
        return self.walks.nations

    def logs(self, year: int) -> tuple[Floats, Floats]:
        """Return ln R of every receptor in a year, and its standard deviation (receptor)."""
        rows = _rows(self.ground, self.walks, year)
        spread = ((rows @ self.covariance) * rows).sum(axis=1)
        after, before = self._beyond(year)
        beyond = (self.widths.drift_projected * after) ** 2 + (self.widths.drift_reported * before) ** 2
        return rows @ self.mean, np.sqrt(np.maximum(spread, 0.0) + beyond + self._structure(year) ** 2)

    def samples(
        self, year: int, normal: Floats, drift: Floats, structure: Floats, away: Floats | None = None
    ) -> Floats:
        """Return ln R in samples, (sample, receptor).

        normal : (sample, unknown), drift : (sample, nation), structure : (sample), standard normal; the same for all
            years
        away : (sample, receptor), of the natural part from its centre, ug/m3; where more is natural, observations
            leave less to R
        """
        rows = _rows(self.ground, self.walks, year)
        after, before = self._beyond(year)
        scores = drift[:, self.ground.nation]
        beyond = self.widths.projected(after, scores) + self.widths.drift_reported * before * scores
        beyond = beyond + structure[:, None] * self._structure(year)
        shift = 0.0 if away is None else self.shift(year, away)
        return np.asarray(rows @ self.mean + normal @ (self._root @ rows.T) + beyond + shift)

    def shift(self, year: int, away: Floats) -> Floats:
        """Return what another natural part adds to ln R, (sample, receptor); away : (sample, receptor), ug/m3."""
        moved = self.seen.shift(self.ground.natural, away)
        return np.asarray(moved @ _rows(self.ground, self.walks, year).T)

    def without(self, dropped: Collection[str], receptor: int, year: int) -> tuple[float, float]:
        """Return ln R of a receptor in an observed year and its standard deviation, by all places but the dropped ones.

        dropped : places whose observations do not count, those of the region of the receptor among them: it then has
            no course of its own

        The part of the covariance without them is inverted by the blocks P of the inverse of the whole, k kept and
        d dropped: P_kk - P_kd P_dd^-1 P_dk.
        """
        left = {place: items for place, items in self.used.items() if place not in dropped}
        if _courses(self.ground, left).nations != self.walks.nations:
            logs, spread = fit_levels(self.ground, left, self.widths).logs(year)
            return float(logs[receptor]), float(spread[receptor])
        rows, values, inverse, places, prior = self._system
        gone = np.isin(places, list(dropped))
        asked = _rows(self.ground, self.walks, year)[receptor]
        own = self.walks.regions.get(int(self.ground.region[receptor]))
        if own is not None:
            asked[own.column(year)] = 0.0
        across = np.where(gone, 0.0, rows @ (prior @ asked))
        gain = inverse @ across
        gain -= inverse[:, gone] @ np.linalg.solve(inverse[np.ix_(gone, gone)], gain[gone])
        gain[gone] = 0.0
        return float(gain @ values), float(np.sqrt(max(asked @ prior @ asked - gain @ across, 0.0)))

    def last_year(self, nation: int) -> int | None:
        """Return the last observed year of a nation; None without observations."""
        course = self.courses.get(nation)
        return course.years[-1] if course else None

    @cached_property
    def _system(self) -> tuple[Floats, Floats, Floats, npt.NDArray[np.str_], Floats]:
        """The rows of the observations, ln R, the inverse of its covariance, whose they are, and the prior covariance.

        The latter is that of the unknowns.
        """
        rows, values, noise, places = _observed(self.ground, self.walks, self.used, self.widths)
        prior = _prior(self.ground, self.walks, self.widths)
        return rows, values, np.asarray(np.linalg.inv(rows @ prior @ rows.T + noise)), np.array(places), prior

    @cached_property
    def _root(self) -> Floats:
        """A matrix whose product with its transpose, (unknown, unknown), is the covariance; transposed.

        It is made in the order of the names of the unknowns, so that the order of rows in a pack does not matter.
        """
        # A root is not unique: another order of rows gives another one, and other samples of the same law.
        order = np.argsort(_names(self.ground, self.walks))
        held = self.covariance[np.ix_(order, order)]
        jitter = JITTER * max(float(np.trace(held)) / len(held), JITTER)
        root = np.linalg.cholesky((held + held.T) / 2 + jitter * np.eye(len(held)))
        result = np.empty_like(root)
        result[:, order] = root.T
        return result

    def _beyond(self, year: int) -> tuple[Floats, Floats]:
        """Return by how many years a year lies after the last and before the first observed one, (receptor)."""
        after, before = np.zeros((2, len(self.ground.nations)))
        for nation, course in self.courses.items():
            after[nation], before[nation] = max(year - course.years[-1], 0), max(course.years[0] - year, 0)
        return after[self.ground.nation], before[self.ground.nation]

    def _structure(self, year: int) -> Floats:
        """Return what the relation may be wrong by in the change since the nearest observed year, in ln (receptor)."""
        now, found = self.ground.modelled(year), np.zeros(len(self.ground.receptors))
        for nation, course in self.courses.items():
            held = min(max(year, course.years[0]), course.years[-1])
            then = self.ground.modelled(held) if held != year else now
            here = (self.ground.nation == nation) & (now > 0) & (then > 0)
            found[here] = self.widths.structure * np.log(now[here] / then[here])
        return found


def fit_levels(ground: Ground, observations: Mapping[str, Sequence[Observation]], known: Widths) -> LevelFit:
    """Estimate ln R from all observations.

    observations : by place; those outside the years of the emissions, of places without a model, and of places to which
        nothing is given do not count
    """
    used = {place: _usable(ground, items) for place, items in observations.items() if place in ground.weights}
    used = {place: items for place, items in used.items() if items}
    walks = _courses(ground, used)
    rows, values, noise, _ = _observed(ground, walks, used, known)
    sweeps = SWEEPS if np.isfinite(known.course_freedom) and len(values) else 0
    for sweep in range(sweeps + 1):
        prior = _prior(ground, walks, known)
        spread = rows @ prior
        gain: Floats = np.zeros((walks.size, 0))
        if len(values):
            # In the space of the observations, of which there are fewer than unknowns; and solved, not inverted: two
            # series of one place are nearly the same row.
            gain = np.asarray(np.linalg.solve(spread @ rows.T + noise, spread).T)
        mean, covariance = gain @ values, prior - gain @ spread
        if sweep < sweeps:
            walks = paced(walks, mean, covariance, (known.course, known.region_course), known.course_freedom)
    return LevelFit(ground, known, mean, covariance, walks, used, _seen(ground, used, gain))


def _seen(ground: Ground, used: Mapping[str, Sequence[Observation]], gain: Floats) -> Seen:
    """Return the observations as arrays, in the order of `_observed`."""
    rows = [
        (item.value, ground.weights[place])
        for place, items in used.items()
        for item in items
        if float(ground.weights[place] @ ground.modelled(item.year)) > 0
    ]
    weights = np.array([row[1] for row in rows], dtype=np.float64).reshape(-1, len(ground.receptors))
    return Seen(np.array([row[0] for row in rows], dtype=np.float64), weights, gain)


def log_likelihood(ground: Ground, used: Mapping[str, Sequence[Observation]], known: Widths) -> float:
    """Return the logarithm of the marginal likelihood of the observations, but for a constant."""
    walks = _courses(ground, used)
    rows, values, noise, _ = _observed(ground, walks, used, known)
    covariance = rows @ _prior(ground, walks, known) @ rows.T + noise
    _, volume = np.linalg.slogdet(covariance)
    return float(-0.5 * (volume + values @ np.linalg.solve(covariance, values)))


def measurement(item: Observation, known: Widths) -> float:
    """Return the error of an observation without weather, in ln: of its kind, and of the cities that it leaves out."""
    of_kind = known.measurement if item.error is None else item.error
    return float(np.hypot(of_kind, known.sites / np.sqrt(item.sites))) if item.sites else of_kind


def _usable(ground: Ground, items: Sequence[Observation]) -> list[Observation]:
    return [item for item in items if item.year in ground.years and item.value > 0]


def _courses(ground: Ground, used: Mapping[str, Sequence[Observation]]) -> Courses:
    """Return where the courses stand, each from its first to its last observed year.

    A region has one of its own where its nation has others: a nation of one region is followed by that of the nation.
    """
    seen = [(ground.weights[place] > 0, [item.year for item in items]) for place, items in used.items()]
    size = 1 + len(ground.nations) + 2 * len(ground.receptors)
    alone = [set(ground.region[ground.nation == nation].tolist()) for nation in range(len(ground.nations))]
    parts = {region for regions in alone if len(regions) > 1 for region in regions}
    found: list[dict[int, Course]] = []
    for of, asked in ((ground.nation, range(len(ground.nations))), (ground.region, sorted(parts))):
        courses: dict[int, Course] = {}
        inside: dict[int, list[int]] = {}
        for here, those in seen:
            numbers = set(of[here].tolist())
            if len(numbers) == 1:
                inside.setdefault(numbers.pop(), []).extend(those)
        for number in asked:
            years = inside.get(number)
            if years:
                courses[number] = Course(range(min(years), max(years) + 1), size)
                size += len(courses[number].years)
        found.append(courses)
    return Courses(found[0], found[1], size)


def _prior(ground: Ground, walks: Courses, known: Widths) -> Floats:
    """Return the covariance of the unknowns before any observation; a course starts at 0 and walks at random."""
    nations, receptors = len(ground.nations), len(ground.receptors)
    ends = np.cumsum([1, nations, receptors, receptors])
    diagonal = np.zeros(walks.size)
    diagonal[: ends[0]] = known.common**2
    diagonal[ends[0] : ends[1]] = known.nation**2
    diagonal[ends[1] : ends[2]] = known.place**2
    diagonal[ends[2] : ends[3]] = known.city**2
    prior = np.diag(diagonal)
    for courses, width in ((walks.nations, known.course), (walks.regions, known.region_course)):
        for course in courses.values():
            steps = np.arange(len(course.years))
            part = course.columns
            # A random walk: what is not known of a year is that of the year before and one step. It begins at 0, since
            # the offset of the place is an unknown of its own.
            prior[part, part] = course.pace * width**2 * np.minimum.outer(steps, steps)
    return prior


def _names(ground: Ground, walks: Courses) -> list[str]:
    """Return a name for every unknown, by which two packs with the same rows in another order are drawn alike."""
    names = [""] * walks.size
    names[0] = "all"
    for number, nation in enumerate(ground.nations):
        names[1 + number] = f"nation {nation}"
    first = 1 + len(ground.nations)
    for place, code in enumerate(ground.receptors):
        names[first + len(ground.receptors) + place] = f"city {code}"
        if not ground.city[place]:
            names[first + int(ground.region[place])] = f"region {code}"
    for number, course in walks.nations.items():
        for year in course.years:
            names[course.column(year)] = f"course {ground.nations[number]} {year}"
    for number, course in walks.regions.items():
        for year in course.years:
            names[course.column(year)] = f"course {names[first + number]} {year}"
    return names


def _rows(ground: Ground, walks: Courses, year: int) -> Floats:
    """Return what every unknown adds to ln R of every receptor in a year, (receptor, unknown)."""
    receptors = np.arange(len(ground.receptors))
    rows = np.zeros((len(receptors), walks.size))
    rows[:, 0] = 1.0
    rows[receptors, 1 + ground.nation] = 1.0
    first = 1 + len(ground.nations)
    rows[receptors, first + ground.region] = 1.0
    cities = receptors[ground.city]
    rows[cities, first + len(receptors) + cities] = 1.0
    for courses, of in ((walks.nations, ground.nation), (walks.regions, ground.region)):
        for number, course in courses.items():
            rows[of == number, course.column(year)] = 1.0
    return rows


def _observed(
    ground: Ground, walks: Courses, used: Mapping[str, Sequence[Observation]], known: Widths
) -> tuple[Floats, Floats, Floats, list[str]]:
    """Return the observations as rows over the unknowns (observation, unknown), ln R, covariance of its errors, places.

    The weather of a year is that of the place, whoever measures there, and in part that of all places of a nation;
    measurement and natural part are not shared. What a break in a series changes is not known: its observations of one
    side share an offset as wide as that of a nation. A place of several receptors is the mean of their ln R by what
    they are given.
    """
    rows, values, errors, airsheds, homes = [], [], [], [], []
    sides: list[tuple[object, ...]] = []
    years = sorted({item.year for items in used.values() for item in items})
    modelled = {year: ground.modelled(year) for year in years}
    unknowns = {year: _rows(ground, walks, year) for year in modelled}
    for place, items in used.items():
        weights = ground.weights[place]
        natural, natural_error = float(weights @ ground.natural), float(weights @ ground.natural_error)
        for item in items:
            given = weights * modelled[item.year]
            if not given.sum() > 0:
                continue
            part = float(given.sum())
            measured = measurement(item, known)
            log, of_all = observed_response(item.value, natural, part, measured, natural_error)
            _, of_measurement = observed_response(item.value, natural, part, measured, 0.0)
            _, of_weather = observed_response(item.value, natural, part, known.weather, 0.0)
            rows.append(given / given.sum() @ unknowns[item.year])
            values.append(log)
            of_natural = np.sqrt(max(of_all**2 - of_measurement**2, 0.0))
            errors.append((of_weather, of_measurement, of_natural))
            nation = int(ground.nation[np.argmax(weights)])
            airsheds.append(nation * len(ground.years) + item.year - ground.years[0])
            homes.append((place, item.year))
            sides.append((place, item.kind, item.segment) if item.segment else (len(sides),))
    # Weather is shared by all that stand in it: two stations of one city do not make a year twice as well known.
    # Without this a place with many series would pull its nation's course to its own weather.
    error, airshed = np.array(errors, dtype=np.float64).reshape(-1, 3), np.array(airsheds, dtype=np.intp)
    weather = np.where(_same(homes), 1.0, known.shared * np.equal.outer(airshed, airshed))
    noise = weather * np.outer(error[:, 0], error[:, 0])
    np.fill_diagonal(noise, (error**2).sum(axis=1))
    noise += known.nation**2 * _same_side(sides)
    held = np.array(rows).reshape(-1, walks.size)
    return held, np.array(values, dtype=np.float64), noise, [place for place, _ in homes]


def _same_side(sides: Sequence[tuple[object, ...]]) -> Floats:
    """Return 1 for pairs of observations on one side of a break in one series, (observation, observation), else 0."""
    broken = np.array([len(side) > 1 for side in sides], dtype=bool)
    return np.asarray(_same(sides) & broken[:, None], dtype=np.float64)


def _same(keys: Sequence[tuple[object, ...]]) -> npt.NDArray[np.bool_]:
    """Return which pairs of keys are equal, (key, key)."""
    known = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    numbers = np.array([known[key] for key in keys], dtype=np.intp)
    return np.equal.outer(numbers, numbers)
