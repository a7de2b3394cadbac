"""Charts that are made when they are first looked at: who prints numbers never loads the library that draws them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any, ParamSpec, TypeVar

Given = ParamSpec("Given")
Made = TypeVar("Made")


class _Altair:
    """Altair, loaded when something of it is first used."""

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module("altair"), name)


alt = _Altair()


class Deferred:
    """A chart to be: it is made at the first look, and is that chart from then on."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._chart: Any = None

    @property
    def chart(self) -> Any:
        """The chart; its spec is validated in the tests, not here."""
        if self._chart is None:
            from altair.utils.schemapi import debug_mode

            with debug_mode(False):
                self._chart = self._make()
        return self._chart

    def to_dict(self, *args: Any, **named: Any) -> dict[str, Any]:
        """Return its Vega-Lite spec."""
        spec: dict[str, Any] = self.chart.to_dict(*args, **named)
        return spec

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.chart, name)

    def _repr_mimebundle_(self, *args: Any, **named: Any) -> Any:
        return self.chart._repr_mimebundle_(*args, **named)


def deferred(draw: Callable[Given, Made]) -> Callable[Given, Made]:
    """Return the function of a chart that draws it at the first look."""

    @wraps(draw)
    def later(*args: Given.args, **named: Given.kwargs) -> Any:
        return Deferred(lambda: draw(*args, **named))

    return later
