"""What people call sites and communes: by the settings, by the signed registry, else by their ids."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from central.domain.accounts import Sites
from central.domain.levels import Level
from central.domain.place_order import PlaceKey, place_key
from central.ports import SiteNames

_MOST_OFFERED: Final = 500
"""More places nobody reads through to choose one."""


class NoNames:
    """``ports.SiteNames`` where nobody told a name."""

    def site_name(self, site: str) -> str:
        """Return nothing."""
        del site
        return ""

    def site_ids(self) -> frozenset[str]:
        """Return nothing."""
        return frozenset()


@dataclass(frozen=True, slots=True)
class PlaceNames:
    """The settings go before the registry: a name may be mended at the centre alone."""

    registry: SiteNames = field(default_factory=NoNames)
    sites: Mapping[str, str] = field(default_factory=dict)
    communes: Mapping[str, str] = field(default_factory=dict)

    def site(self, site: str) -> str:
        """Return the name of a site; its id where none is known."""
        return self.sites.get(site) or self.registry.site_name(site) or site

    def commune(self, commune: str) -> str:
        """Return the name of a commune; its id where none is known."""
        return self.communes.get(commune) or commune

    def has_site(self, site: str) -> bool:
        """Return whether there is such a site; of any where nobody told which there are."""
        known = self.registry.site_ids()
        return not known or site in known or site in self.sites

    def below(self, level: Level, place: str) -> str:
        """Return the name of a place one level below: of a province a commune, of a commune a site."""
        return self.commune(place) if level is Level.PROVINCE else self.site(place)

    def order(self, site: str) -> tuple[PlaceKey, str]:
        """Return by what lists of sites are sorted: as people look for their names."""
        return place_key(self.site(site)), site

    def in_order(self, sites: Iterable[str]) -> list[str]:
        """Return each site once, sorted by its name."""
        return sorted(set(sites), key=self.order)

    def offered(self, sites: Sites, shown: Iterable[str] = ()) -> list[str]:
        """Return the sites to choose from in a form.

        Args:
            sites: Those that somebody may see; None: any, and all are offered while they are few.
            shown: Those that the page speaks of.
        """
        known = (self.registry.site_ids() | set(self.sites)) if sites is None else sites
        return self.in_order([*(known if len(known) <= _MOST_OFFERED else ()), *shown])

    def site_with_id(self, site: str) -> str:
        """Return the name of a site and the id by which forms and files ask for it."""
        return _with_id(self.site(site), site)

    def commune_with_id(self, commune: str) -> str:
        """Return the name of a commune and its id."""
        return _with_id(self.commune(commune), commune)


def _with_id(name: str, its_id: str) -> str:
    return name if name == its_id else f"{name} ({its_id})"
