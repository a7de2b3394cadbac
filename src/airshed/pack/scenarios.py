"""Scenarios: named, documented overrides of the baseline, one YAML file each in the folder `scenarios` of a pack."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from airshed.pack.complaints import ComplaintError, complaint
from airshed.pack.contents import LARGEST_SCENARIO, is_scenario, read_bytes
from airshed.pack.documents import line_of, yaml_of
from airshed.pack.errors import AirshedError, Phrase
from airshed.pack.pack import Pack
from airshed.pack.refused import refuse_in_document, refuse_in_file
from airshed.pack.rules import Rules, Steps, Year
from airshed.pack.spelling import composed

BASELINE, OBSERVED_ANCHORED, MAXIMUM_FEASIBLE = "baseline", "observed-anchored", "maximum-feasible"
JOIN = "+"
EVERY = "*"


Codes = Annotated[tuple[str, ...], Field(min_length=1)]


class Lasting(Rules):
    """What holds in some years only, all if none are named."""

    first_year: Year | None = None
    last_year: Year | None = None

    @model_validator(mode="after")
    def in_order(self) -> Self:
        """Refuse years that are none, since the last comes before the first."""
        if self.first_year is not None and self.last_year is not None and self.last_year < self.first_year:
            raise ComplaintError("complaint-last-year-before-first")
        return self


class Override(Lasting):
    """One override of emissions: what it covers, and how the emissions change there.

    hold : emissions stay at those of this year; factor : they are multiplied; change_percent : they change by so much
    from `base_year` to `target_year`, at constant growth, and keep that ratio to the baseline afterwards
    never_above : where the override would raise the total of a pollutant in a year, that stays as it was: the policy is
    behind what happens anyway
    """

    regions: Codes = (EVERY,)
    sectors: Codes = (EVERY,)
    pollutants: Codes = (EVERY,)
    hold: Year | None = None
    factor: float | None = Field(default=None, ge=0, le=1e6, allow_inf_nan=False)
    change_percent: float | None = Field(default=None, ge=-100, le=1e6, allow_inf_nan=False)
    base_year: Year | None = None
    target_year: Year | None = None
    never_above: bool = False
    source: str
    note: str = ""

    @model_validator(mode="after")
    def one_way(self) -> Override:
        """Refuse an override that says nothing, or two things at once."""
        said = [name for name in ("hold", "factor", "change_percent") if getattr(self, name) is not None]
        if len(said) != 1:
            raise ComplaintError("complaint-give-one-of-changes")
        if self.change_percent is not None:
            if self.base_year is None or self.target_year is None:
                raise ComplaintError("complaint-change-needs-years")
            if self.base_year >= self.target_year:
                raise ComplaintError("complaint-base-year-before-target")
        return self


class Control(Lasting):
    """How far measures, or a family of them, are applied: application is the share of the sector's emission, 0 to 1.

    Where more is in place already nothing is taken away; it holds from `first_year` to `last_year`.
    """

    measures: Codes
    regions: Codes = (EVERY,)
    application: float = Field(ge=0, le=1)
    source: str
    note: str = ""


class NotTurned(Rules):
    """A statement that could not be turned into an override, and why."""

    statement: str
    reason: str
    source: str


class Scenario(Rules):
    """A scenario as its file states it.

    anchor : observed, for emissions that follow the observed PM2.5; measures : maximum, for all of them applied as far
    as they can be, on top of all overrides; controls : how far some of them are applied, instead of all
    relation : uncalibrated, for the relation as the atmospheric model gives it; response : set of responses for deaths
    target : what a plan aims at that starts from the scenario and names no target
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str
    title_ko: str = ""
    title_zh: str = ""
    description: str
    description_ko: str = ""
    description_zh: str = ""
    combines: tuple[str, ...] = ()
    anchor: Literal["", "observed"] = ""
    measures: Literal["", "maximum"] = ""
    controls: tuple[Control, ...] = ()
    relation: Literal["", "uncalibrated"] = ""
    response: str = ""
    emissions: tuple[Override, ...] = ()
    target: str | None = None
    not_turned: tuple[NotTurned, ...] = ()

    def told(self, language: str) -> tuple[str, str]:
        """Return title and description in a language, in English where it has none."""
        titles = {"ko": self.title_ko, "zh": self.title_zh}
        descriptions = {"ko": self.description_ko, "zh": self.description_zh}
        return titles.get(language) or self.title, descriptions.get(language) or self.description


OWN = (
    Scenario(
        name=BASELINE,
        title="Baseline",
        title_ko="기준 전망",
        title_zh="基准情景",
        description="the harmonised baseline of the pack, without overrides",
        description_ko="데이터 팩의 통합 기준 배출량 그대로",
        description_zh="数据包的统一口径基准排放，不作改动",
    ),
    Scenario(
        name=OBSERVED_ANCHORED,
        title="Anchored to observation",
        title_ko="관측에 맞춘 전망",
        title_zh="与观测一致的情景",
        description="national emissions follow the observed PM2.5 up to its last year, then the baseline's change",
        description_ko="국가 배출량이 관측된 초미세먼지를 마지막 해까지 따르고 그 뒤는 기준 전망의 변화를 따름",
        description_zh="各国排放随观测的PM2.5变化至其最后一年，此后随基准情景变化",
        anchor="observed",
    ),
    Scenario(
        name=MAXIMUM_FEASIBLE,
        title="Maximum feasible reduction",
        title_ko="최대 기술적 감축",
        title_zh="最大可行减排",
        description="every measure of the catalogue, applied as far as it can be from the year after the base year on",
        description_ko="기준 연도 다음 해부터 목록의 모든 대책을 가능한 데까지 적용",
        description_zh="自基准年次年起，目录中的所有措施尽可能实施",
        measures="maximum",
    ),
)
"""Scenarios of every pack; a file of the same name takes their place."""


def scenarios(pack: Pack) -> dict[str, Scenario]:
    """Return all scenarios of a pack by name; raises AirshedError for a file that cannot be read."""
    return pack.derive("scenarios", _scenarios, pinned=True)


def _scenarios(pack: Pack) -> dict[str, Scenario]:
    found, files = {item.name: item for item in OWN}, dict[str, str]()
    for path, data in pack.contents.scenarios().items():
        item = scenario_of(data, Path(path).name)
        if item.name in files:
            raise twice(item.name, files[item.name], path)
        found[item.name], files[item.name] = item, path
    for item in found.values():
        _check(pack, item, found)
    return found


def twice(name: str, first: str, other: str) -> AirshedError:
    """Return the error of two files that give scenarios of one name."""
    return AirshedError("both-give-scenario", first=first, other=other, name=name)


def _check(pack: Pack, item: Scenario, found: Mapping[str, Scenario]) -> None:
    """Raise AirshedError for a scenario that names a source or another scenario that is not there."""
    for _, error in wrong_names(set(pack.optional("sources")["key"]), item, found):
        raise error


def wrong_names(
    sources: Collection[str], item: Scenario, found: Mapping[str, Scenario]
) -> Iterator[tuple[Steps, AirshedError]]:
    """Go through the sources and other scenarios that a scenario names and that are not there: place and error."""
    for part in ("emissions", "controls", "not_turned"):
        for number, entry in enumerate(getattr(item, part)):
            if entry.source not in sources:
                yield (
                    (part, number, "source"),
                    AirshedError("scenario-names-source-not-table", name=item.name, source=entry.source),
                )
    for number, other in enumerate(item.combines):
        if other not in found:
            yield (
                ("combines", number),
                AirshedError("scenario-combines-not", name=item.name, other=other, known=", ".join(found), join=JOIN),
            )


def read_scenario(path: Path) -> Scenario:
    """Return the scenario of a YAML file; raises AirshedError with the place of what is wrong."""
    return scenario_of(read_bytes(path), path.name)


def scenario_of(data: bytes, name: str) -> Scenario:
    """Return the scenario that the bytes of a YAML file say; raises AirshedError with the place of what is wrong."""
    item, wrong = checked_scenario(data, name)
    if item is None:
        raise wrong[0][1]
    return item


def checked_scenario(data: bytes, name: str) -> tuple[Scenario | None, list[tuple[int, AirshedError]]]:
    """Return the scenario that the bytes of a YAML file say, or None and all that is wrong: line (0: not known), error.

    name : that of the file
    """
    import yaml

    if len(data) > LARGEST_SCENARIO:
        most = LARGEST_SCENARIO // 10**6
        return None, [(0, AirshedError("more-than-mb", name=name, most=most))]
    try:
        text = data.decode("utf-8-sig")
        refuse_in_file(text, name)
        raw = composed(yaml_of(text))
        refuse_in_document(raw, name)
    except AirshedError as why:
        return None, [(0, why)]
    except (UnicodeDecodeError, yaml.YAMLError) as why:
        mark = getattr(why, "problem_mark", None)
        error = AirshedError("cannot-read-mend-yaml", name=name, why=why)
        return None, [(mark.line + 1 if mark else 0, error)]
    try:
        return Scenario.model_validate_json(json.dumps(raw), strict=True), []
    except ValidationError as why:
        return None, [(line_of(text, one["loc"]), _error(name, one)) for one in why.errors()]


def _error(name: str, wrong: Mapping[str, Any]) -> AirshedError:
    place = ".".join(str(step) for step in wrong["loc"]) or Phrase("place-file")
    return AirshedError("name-place-complaint", name=name, place=place, complaint=complaint(wrong))


def combined(pack: Pack, names: str) -> list[Scenario]:
    """Return the scenarios that a name such as `frozen+mine.yaml` stands for, in the order of their overrides.

    A name that ends in .yaml or .yml is the path of a file, checked like those of the pack. The parts of a run ask for
    the same name again: it is resolved once, and anew where a file says something else by then.
    """
    beside = {path: read_bytes(path) for path in outside(names)}
    pack.contents.beside.update(beside)
    digest = hashlib.sha256(names.encode())
    for data in beside.values():
        digest.update(hashlib.sha256(data).digest())
    return list(pack.derive(f"scenario {digest.hexdigest()}", lambda pack: _resolved(pack, names, beside)))


def _resolved(pack: Pack, names: str, beside: Mapping[Path, bytes]) -> list[Scenario]:
    known = dict(scenarios(pack))
    for path, data in beside.items():
        item = scenario_of(data, path.name)
        _check(pack, item, known)
        known[str(path)] = item
    result: list[Scenario] = []

    def add(name: str, above: Sequence[str]) -> None:
        if name not in known:
            raise AirshedError("scenario-not-known", name=name, known=", ".join(known), join=JOIN)
        if name in above:
            raise AirshedError("scenario-combines-itself", name=name)
        for other in known[name].combines:
            add(other, [*above, name])
        if known[name] not in result:
            result.append(known[name])

    for name in _parts(names):
        add(str(Path(name)) if is_scenario(name) else name, [])
    return result


def outside(names: str) -> list[Path]:
    """Return the paths of the scenario files in a name."""
    return [Path(name) for name in _parts(names) if is_scenario(name)]


def inputs_hash(pack: Pack, names: str) -> str:
    """Return the SHA-256 of all that a scenario's answer is made of: the pack, and the scenario files beside it.

    Of both it is what was read, when it was read, whatever the files hold by now.
    """
    if not outside(names):
        return pack.hash()
    digest = hashlib.sha256(pack.hash().encode())
    for path in outside(names):
        beside = pack.contents.beside
        digest.update(beside[path] if path in beside else read_bytes(path))
    return digest.hexdigest()


def _parts(names: str) -> list[str]:
    return [name.strip() for name in names.split(JOIN)]
