"""A person's way through a site, as its hub journals it."""

from factories.facts import event, visit_id
from factories.wire import CENTRE_SEAL, SITE_SEAL

from protocol import events, sealing
from protocol import site_events as site


def at_desk(seq: int, body: site.SiteBody, visit: int | None = 1, **changes: object):
    """Return what a desk journalled about a visit."""
    named = {} if visit is None else {"visit": visit_id(visit)}
    return event(seq, body, **(named | changes))


def dose(seq: int, visit: int | None = 1, **changes: object) -> events.Event:
    """Return the fact that a dose was given; ``changes`` are the body's, but for ``event``."""
    of_event = changes.pop("event", {})
    fields = {
        "vaccine": "VX Một",
        "lot": "AB-12",
        "dose_number": 2,
        "injector": "hoa",
        "staff": "lan",
        "expiry": "2027-01-31",
    }
    body = site.Vaccinated(**(fields | changes))
    return at_desk(seq, body, visit, **of_event)


def sealed(made: events.Event, identity: events.Identity) -> events.Event:
    """Return an event with an identity sealed to the centre and the site."""
    fields = {name: getattr(made, name) for name in made.__struct_fields__}
    recipients = (CENTRE_SEAL.public_key(), SITE_SEAL.public_key())
    seal = sealing.seal(events.encode_identity(identity), made.id, recipients)
    return events.Event(**(fields | {"sealed": seal}))
