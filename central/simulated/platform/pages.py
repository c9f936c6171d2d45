"""Searches by page: ``_count``, ``_offset``, ``_lastUpdated=ge…`` and ``=lt…``, ``_include``, the next page.

Source: FHIR R4, search.html, "Paging", "_lastUpdated", "_include".
"""

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from central.simulated.platform import bundle
from central.simulated.platform.outcome import Refusal, Resource
from central.simulated.platform.pages_asked import Asked
from central.simulated.platform.store import ResourceStore

_INCLUDE = "Immunization:patient"
_PAGE = ("_count", "_offset", "_lastUpdated", "_sort", "_include")


def asked(parameters: list[tuple[str, str]]) -> Asked:
    """Return what a request's parameters ask for.

    Raises:
        Refusal: 400 for what the sandbox cannot search by.
    """
    page = {name: value for name, value in parameters if name in _PAGE}
    changed = [value for name, value in parameters if name == "_lastUpdated"]
    criteria = tuple((name, value) for name, value in parameters if name not in _PAGE)
    for name, _ in criteria:
        bundle.searchable(name)
    by_change = "_lastUpdated" in page or "_sort" in page
    if by_change and criteria:
        raise Refusal(400, "not-supported", "_lastUpdated and _sort stand alone here")
    if page.get("_sort", "_lastUpdated") != "_lastUpdated":
        raise Refusal(400, "not-supported", "only _sort=_lastUpdated is known here")
    if page.get("_include", _INCLUDE) != _INCLUDE:
        raise Refusal(400, "not-supported", f"only _include={_INCLUDE} is known here")
    return Asked(
        criteria,
        min(_whole("_count", page.get("_count", "100")), 1000),
        _whole("_offset", page.get("_offset", "0")),
        _bound(changed, "ge") if by_change else None,
        _bound(changed, "lt"),
        "_include" in page,
    )


def included(store: ResourceStore, asked: Asked, found: list[Resource]) -> list[Resource]:
    """Return the persons of the doses that were found, each once, if they were asked for."""
    if not asked.include:
        return []
    references = {one.get("patient", {}).get("reference", "") for one in found}
    ids = sorted(reference.rpartition("/")[2] for reference in references)
    return [person for one in ids for person in store.search("Patient", [("_id", one)], 1)]


def searchset(
    matches: list[Resource], others: list[Resource], asked: Asked, url: str | None
) -> Resource:
    """Return the answer to a search, with the address of the next page where there may be one.

    Args:
        url: Where it was asked; None where criteria stood in the body, and no address may hold them.
    """
    answer: Resource = {
        "resourceType": "Bundle",
        "type": "searchset",
        "entry": [
            *(_entry(resource, "match") for resource in matches),
            *(_entry(resource, "include") for resource in others),
        ],
    }
    if len(matches) < asked.limit:
        # The last page: only now, and only of one page, is the number of all known.
        return answer if asked.offset else {**answer, "total": len(matches)}
    if url is None:
        return answer
    split = urlsplit(url)
    same = [(name, value) for name, value in parse_qsl(split.query) if name != "_offset"]
    query = [*same, ("_offset", str(asked.offset + asked.limit))]
    following = split._replace(query=urlencode(query)).geturl()
    return {**answer, "link": [{"relation": "next", "url": following}]}


def _entry(resource: Resource, mode: str) -> Resource:
    return {
        "fullUrl": f"{resource['resourceType']}/{resource['id']}",
        "resource": resource,
        "search": {"mode": mode},
    }


def _whole(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise Refusal(400, "invalid", f"{name} must be a whole number")
    return min(int(text[:9]), 100_000_000)


def _bound(changed: list[str], comparator: str) -> str:
    """Return the instant that ``comparator`` stands before, as it is stored; empty for none."""
    for text in changed:
        try:
            instant = datetime.fromisoformat(text[2:]).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise _no_bound() from error
        if text[:2] not in ("ge", "lt"):
            raise _no_bound()
        if text[:2] == comparator:
            return instant.isoformat(timespec="milliseconds")
    return ""


def _no_bound() -> Refusal:
    return Refusal(400, "invalid", "_lastUpdated must be ge or lt and an instant")
