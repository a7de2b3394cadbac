"""The protocol of a source-receptor relation; providers register under the entry point group `airshed.transport`."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import xarray as xr


@runtime_checkable
class SourceReceptor(Protocol):
    """From emissions (pollutant, region), kt/yr, to annual mean PM2.5 (receptor), ug/m3."""

    @property
    def receptors(self) -> list[str]:
        """Codes of the regions and cities that concentrations are answered for."""

    @property
    def regions(self) -> list[str]:
        """Codes of the source regions."""

    @property
    def pollutants(self) -> list[str]:
        """Emitted pollutants that the relation uses."""

    @property
    def species(self) -> list[str]:
        """Particle species that add up to PM2.5."""

    def concentration(self, emissions: xr.DataArray) -> xr.DataArray:
        """Return modelled PM2.5 (receptor), ug/m3, natural part included."""

    def contribution(self, emissions: xr.DataArray, by: tuple[str, ...] = ("region",)) -> xr.DataArray:
        """Return what the sources give to every receptor, ug/m3, over the dimensions of `by` and `receptor`."""

    def jacobian(self, year: int) -> xr.DataArray:
        """Return the change of PM2.5 per emission (pollutant, region, receptor), ug/m3 per kt/yr."""
