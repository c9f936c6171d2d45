"""What people call sites and communes: by the settings, by the signed registry, else by their ids."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from central.ports import SiteNames


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

    def site_with_id(self, site: str) -> str:
        """Return the name of a site and the id by which forms and files ask for it."""
        return _with_id(self.site(site), site)

    def commune_with_id(self, commune: str) -> str:
        """Return the name of a commune and its id."""
        return _with_id(self.commune(commune), commune)


def _with_id(name: str, its_id: str) -> str:
    return name if name == its_id else f"{name} ({its_id})"
