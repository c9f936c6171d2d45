"""A complaint of the person before a desk; the centre has 48 hours to settle it."""

from edge.domain.answers import Subject
from edge.ports import JournalError
from edge.ui.site.desk_model import Go, Problem, Work
from edge.ui.site.desk_sight import claim_of


async def complain(work: Work) -> Go:
    """Open a complaint of the person before the desk."""
    visit = work.must_visit
    claim = claim_of(work.site.people.identity(visit))
    subject = work.need("subject", "complaint.which")
    if claim is None:
        raise Problem("complaint.who")
    if work.site.complain is None or subject not in set(Subject):
        raise Problem("refused.bad_value")
    person = (
        work.site.site_keys.person(
            claim.number, work.site.clock.now().astimezone(work.site.zone).date()
        )
        or visit.person
        or ""
    )
    try:
        number = await work.site.complain(Subject(subject), claim, person)
    except JournalError as error:
        raise Problem("complaint.not_stored") from error
    return Go(to=f"{work.place.path}/complaint/{number}")
