"""The equation catalogue: each public formula is registered once, beside the function that computes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TypeVar

Function = TypeVar("Function", bound=Callable[..., object])


@dataclass(frozen=True)
class Equation:
    """A formula: what it computes, in LaTeX, with units, citation and the function that computes it."""

    id: str
    title: str
    latex: str
    units: str
    citation: str
    function: str


_CATALOGUE: dict[str, Equation] = {}


def equation(*, key: str, title: str, latex: str, units: str, citation: str) -> Callable[[Function], Function]:
    """Register the decorated function as the one that computes this formula; the function itself is unchanged."""

    def register(function: Function) -> Function:
        place = f"{function.__module__}.{function.__qualname__}"
        if key in _CATALOGUE and _CATALOGUE[key].function != place:
            raise ValueError(f"the equation {key} is registered twice: {_CATALOGUE[key].function} and {place}")
        _CATALOGUE[key] = Equation(key, title, latex, units, citation, place)
        return function

    return register


def catalogue(modules: tuple[str, ...]) -> list[Equation]:
    """Load the modules that register formulas and return the catalogue, by id."""
    for module in modules:
        import_module(module)
    return [_CATALOGUE[key] for key in sorted(_CATALOGUE)]
