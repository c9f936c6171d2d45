"""Slips of a paper pack as somebody keys them in."""

from factories.care_desks import COMIRNATY

from edge.domain.paper_pack import slip

SITE, PACK = "phuoc-dinh", "K7MQ2XPA"
MAU = {"how": "number", "number": "058185000123", "again": "058185000123"}
DONE = {
    "conclusion": "eligible", "vaccine": COMIRNATY, "lot": "fk0112", "dose_number": "1",
    "injector": "tiem-1", "given": "08:30",
}  # fmt: skip
OTHER = {"how": "number", "number": "058185000124", "again": "058185000124"}


def written(of: int = 12, **fields: str) -> dict[str, str]:
    """What somebody keys in of slip ``of``."""
    made = slip(SITE, PACK, of)
    usual = {"paper": f"{made.ticket} {made.check}", "pack": PACK, "day": "2026-11-22"}
    return {**usual, "came": "08:05", **MAU, **fields}
