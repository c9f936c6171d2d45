"""Sites' lists from a browser: who brings which, and what lists there are."""

from collections.abc import Callable, Sequence

from central.domain.accounts import Sites, Visitor
from central.ports import PeopleList
from central.ports.roster import RosterBook, SiteList
from central.services.audit import Audit
from central.services.roster_import import Imported, RosterImport
from protocol.identity import SiteId


class NotASite(ValueError):  # noqa: N818 - what is wrong with the wish
    """There is no such site."""


class SiteLists:
    """Blocking."""

    def __init__(
        self,
        book: RosterBook,
        importing: RosterImport,
        audit: Audit,
        has_site: Callable[[str], bool] = bool,
    ) -> None:
        """Args: ``has_site`` says whether there is a site; without it any id may be one."""
        self._book = book
        self._importing = importing
        self._audit = audit
        self._has_site = has_site

    def lists(self, sites: Sites) -> Sequence[SiteList]:
        """Return the lists that these sites have.

        Raises:
            StoreUnavailable: No answer now.
        """
        return self._book.lists(sites)

    def take_in(
        self, visitor: Visitor, site: SiteId, people: PeopleList, *, source: str, replace: bool
    ) -> Imported:
        """Bring a site's list to what ``people`` says; wrong rows are named, the others go in.

        Args:
            source: Name of the file, kept with the change.
            replace: Also take whoever is not in it off the list.

        Raises:
            NotASite: Nothing was changed.
            ListUnreadable: It is no list; nothing was changed.
            StoreError: Nothing was changed; StoreUnavailable: try again.
        """
        if not self._has_site(site):
            raise NotASite(site)
        # Written down first: what cannot be is not done.
        self._audit.write(visitor, "roster_imported", f"roster:{site}", route="page")
        return self._importing.run(people, site, source=source, replace=replace)
