"""The catalogue of control measures of a pack: what each removes, what it costs, what excludes what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from airshed.pack.pack import Pack

EMISSION, EXPOSURE, SUBSTITUTION = "emission", "exposure", "substitution"
"""Kinds: a device or a clean fuel, what keeps people from the air, and what takes its subject out of use."""
AT = "@"
"""Between the codes of a measure and of the one that it replaces, in the code of the replacement."""
REPLACING = "{new}, for {old}"
"""Name of a replacement."""
REPLACING_KO = "{new}({old} 대체)"
REPLACING_ZH = "{new}（替代{old}）"
CAVEAT = "caveat: "
"""What a part of a note begins with that a plan says where it uses the measure."""


@dataclass(frozen=True)
class Interval:
    """A number with its ends; NaN where nothing was published."""

    low: float
    value: float
    high: float

    @property
    def known(self) -> bool:
        """Say whether there is a number."""
        return bool(np.isfinite(self.value))


UNKNOWN = Interval(np.nan, np.nan, np.nan)


@dataclass(frozen=True)
class Cost:
    """A cost as published, in units of `currency`.

    amount : a year and tonne removed; for an investment without its annual share, which the interest rate decides
    investment, running : for the form investment: per tonne a year, and yearly operation less savings; else NaN and 0
    price_year, price_year_to : first and last year that the prices may be of; 0 where the source does not say
    """

    form: str
    pollutant: str
    amount: Interval
    investment: float
    lifetime: float
    running: tuple[float, float, float]
    currency: str
    price_year: int
    price_year_to: int
    region: str
    anchor: bool
    source: str
    note: str


@dataclass(frozen=True)
class Measure:
    """A measure of the catalogue.

    efficiency : removal efficiency by pollutant, share of the emission that the measure is applied to
    factor : emission without the measure by pollutant, per unit of one activity, where printed
    family : variants of one device, which statistics count together; empty: counted on its own
    exposure_factor : exposure with the measure over that without, for measures of the kind exposure
    applicability : least and greatest share of the emission of the sector it can work on; NaN where not known
    swap : of a replacement: what is new, and what it stands in for; saved : the share of the old one's yearly cost that
        is no longer paid
    """

    code: str
    name: str
    name_ko: str
    name_zh: str
    sector: str
    kind: str
    group: str
    family: str
    indivisible: bool
    applicability: tuple[float, float]
    efficiency: Mapping[str, Interval]
    factor: Mapping[str, float]
    exposure_factor: Interval
    costs: tuple[Cost, ...]
    confidence: str
    source: str
    note: str
    swap: tuple[Measure, Measure] | None = None
    saved: Interval = UNKNOWN

    def named(self, language: str) -> str:
        """Return the name in a language; the English one where it has none in it."""
        return {"ko": self.name_ko, "zh": self.name_zh}.get(language, self.name)

    @cached_property
    def cost(self) -> Cost | None:
        """The cost that the measure is reckoned by, once; None where none was published."""
        return next((cost for cost in self.costs if cost.anchor), None)

    @cached_property
    def caveats(self) -> tuple[str, ...]:
        """What its rows say of it that a plan with it says too; of a replacement what those of the new one say."""
        if self.swap is not None:
            return self.swap[0].caveats
        notes = [self.note, "" if self.cost is None else self.cost.note]
        parts = [part for note in notes for part in note.split("; ") if part.startswith(CAVEAT)]
        return tuple(dict.fromkeys(part.removeprefix(CAVEAT) for part in parts))


def catalogue(pack: Pack) -> list[Measure]:
    """Return the measures of the pack in its order, then its replacements.

    Raises MissingTableError if it holds none.
    """
    return pack.derive("measures", lambda opened: [*(found := _catalogue(opened)), *_replacements(opened, found)])


def single(pack: Pack) -> list[Measure]:
    """Return the measures of the pack that are no replacements of others."""
    return [measure for measure in catalogue(pack) if measure.swap is None]


def _replacements(pack: Pack, measures: list[Measure]) -> list[Measure]:
    """Return the new measure in the place of the old one, of every row of the table supersedes."""
    known = {measure.code: measure for measure in measures}
    found = []
    for _, row in pack.optional("supersedes").iterrows():
        pair = known.get(str(row["measure"])), known.get(str(row["replaces"]))
        if pair[0] is None or pair[1] is None:
            continue
        new, old = pair[0], pair[1]
        found.append(
            replace(
                new,
                code=f"{new.code}{AT}{old.code}",
                name=REPLACING.format(new=new.name, old=old.name),
                name_ko=REPLACING_KO.format(new=new.name_ko, old=old.name_ko),
                name_zh=REPLACING_ZH.format(new=new.name_zh, old=old.name_zh),
                group=f"{new.group}{AT}{old.code}",
                family="",
                efficiency=_beyond(new, old),
                source=" ".join(dict.fromkeys([*new.source.split(), *old.source.split(), *str(row["source"]).split()])),
                note=str(row["note"]),
                swap=(new, old),
                saved=_ends(float(row["saved"]), float(row["low"]), float(row["high"])),
            )
        )
    return found


def _beyond(new: Measure, old: Measure) -> dict[str, Interval]:
    """Return what a measure removes beyond another one."""
    nothing = Interval(0.0, 0.0, 0.0)
    pairs = {
        code: (new.efficiency.get(code, nothing), old.efficiency.get(code, nothing))
        for code in dict.fromkeys([*new.efficiency, *old.efficiency])
    }
    return {
        code: Interval(one.low - other.high, one.value - other.value, one.high - other.low)
        for code, (one, other) in pairs.items()
    }


def _catalogue(pack: Pack) -> list[Measure]:
    effects = _by_measure(pack.optional("measure_effects"))
    costs = _by_measure(pack.optional("measure_costs"))
    return [
        Measure(
            code=row["code"],
            name=row["name_en"],
            name_ko=row["name_ko"] or row["name_en"],
            name_zh=row["name_zh"] or row["name_en"],
            sector=row["sector"],
            kind=row["kind"],
            group=row["group"],
            family=row["family"],
            indivisible=row["indivisible"] == "yes",
            applicability=(float(row["applicability_low"]), float(row["applicability_high"])),
            efficiency={
                str(effect["pollutant"]): _interval(effect, "removal_efficiency")
                for effect in effects.get(row["code"], [])
                if np.isfinite(effect["removal_efficiency"])
            },
            factor={
                str(effect["pollutant"]): float(effect["unabated_factor"])
                for effect in effects.get(row["code"], [])
                if effect["unabated_factor"] > 0
            },
            exposure_factor=next(
                (
                    _interval(effect, "exposure_factor")
                    for effect in effects.get(row["code"], [])
                    if np.isfinite(effect["exposure_factor"])
                ),
                UNKNOWN,
            ),
            costs=tuple(_cost(cost) for cost in costs.get(row["code"], [])),
            confidence=row["confidence"],
            source=row["source"],
            note=row["note"],
        )
        for _, row in pack.table("measures").iterrows()
    ]


def _by_measure(rows: pd.DataFrame) -> dict[str, list[pd.Series]]:
    found: dict[str, list[pd.Series]] = {}
    for _, row in rows.iterrows():
        found.setdefault(str(row["measure"]), []).append(row)
    return found


def _interval(row: pd.Series, column: str) -> Interval:
    """Return a value with its ends; without ends it is its own, without a value the geometric mean of its ends."""
    return _ends(*(float(row[name]) for name in (column, "low", "high")))


def _ends(value: float, low: float, high: float) -> Interval:
    if np.isnan(value) and low > 0:
        value = float(np.sqrt(low * high))
    low, high = (value if np.isnan(end) else end for end in (low, high))
    return Interval(low, value, high)


def _cost(row: pd.Series) -> Cost:
    currency = str(row["currency"])
    parts = {name: float(row[name]) for name in ("investment", "fixed_om", "variable_om", "savings")}
    fixed, variable, savings = (np.nan_to_num(parts[name]) for name in ("fixed_om", "variable_om", "savings"))
    first = int(row["price_year"] or 0)
    return Cost(
        form=str(row["form"]),
        pollutant=str(row["pollutant"]),
        amount=_interval(row, "value"),
        investment=parts["investment"],
        lifetime=float(row["lifetime"]),
        running=(float(fixed), float(variable), float(savings)),
        currency=currency,
        price_year=first,
        price_year_to=int(row["price_year_to"] or first),
        region=str(row["region"]),
        anchor=row["anchor"] == "yes",
        source=str(row["source"]),
        note=str(row["note"]),
    )
