"""From what a site's hub journals, and what people complain of, to the facts in it."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from central.domain import site_facts as facts
from central.domain.dose_keys import day_of_dose, lot_key, vaccine_key
from central.domain.facts import Trouble
from central.domain.told import QUIET, Told, Unseal, happened, opened, text, text_or_none, trouble
from protocol import events
from protocol import site_events as site

SomeFact = facts.SiteFact | Trouble


def site_facts_of(told: Told, body: site.SiteBody, unseal: Unseal) -> Iterator[SomeFact]:
    """Yield the facts in one thing that a hub journalled.

    What moves a number about and leaves no trace in a table (held, missed, transferred …) stays in
    the raw event.
    """
    if isinstance(body, site.StaffAdded):
        yield from _staff_joined(told, body, unseal)
        return
    make = _OF_VISITS.get(type(body))
    if make is not None:
        if not told.visit and not isinstance(body, site.Vaccinated | site.Arrived):
            yield trouble(told.stored, "visit_missing", told.event.type)
            return
        yield make(told, body)
    elif type(body) in _OF_SITES:
        yield _OF_SITES[type(body)](told, body)


def complaint(told: Told, body: events.ComplaintOpened, unseal: Unseal) -> Iterator[SomeFact]:
    """Yield a complaint; one whose seal does not open is a complaint, and a trouble."""
    who = opened(told, unseal)
    known = who if isinstance(who, events.Identity) else None
    if isinstance(who, str) and who not in QUIET:
        yield trouble(told.stored, "identity_unreadable", who)
    yield facts.Complaint(
        event=told.id,
        stamp=told.stamp,
        visit=told.visit or None,
        site=told.stored.site,
        device=told.stored.device,
        ticket=text(body.ticket, 20),
        subject=text(body.subject, 60),
        source=body.source,
        when=told.when,
        number=text_or_none(known.number, 40) if known else None,
        name=text_or_none(known.name, 200) if known else None,
        birth=text_or_none(known.birth, 10) if known else None,
        sex=known.sex if known else None,
        nationality=text(known.nationality, 3) if known else None,
        words=text_or_none(known.words, 4000) if known else None,
        problem=who if isinstance(who, str) else None,
    )


def paper(told: Told, body: events.PaperChanged) -> facts.Paper:
    """Return what a printer says of its paper."""
    return facts.Paper(
        told.stored.device,
        told.stamp,
        told.stored.site,
        body.paper,
        body.used_mm,
        body.left_mm,
        body.roll_changed,
        told.when,
    )


def _staff_joined(told: Told, body: site.StaffAdded, unseal: Unseal) -> Iterator[SomeFact]:
    who = opened(told, unseal)
    if isinstance(who, str) and who not in QUIET:
        yield trouble(told.stored, "identity_unreadable", who)
    yield facts.StaffJoined(
        member=_of_site(told, body.staff, 64),
        stamp=told.stamp,
        site=told.stored.site,
        staff=text(body.staff, 64),
        role=text(body.role, 32),
        by=text(body.by, 64),
        when=told.when,
        name=None if isinstance(who, str) else text_or_none(who.name, 200),
        problem=who if isinstance(who, str) else None,
    )


def _staff_gone(told: Told, body: site.StaffRemoved) -> facts.StaffGone:
    return facts.StaffGone(
        _of_site(told, body.staff, 64),
        told.stamp,
        told.stored.site,
        text(body.staff, 64),
        text(body.by, 64),
        told.when,
    )


def _queued(told: Told, body: site.Arrived) -> facts.Queued:
    return facts.Queued(
        event=text(body.event, 64),
        stamp=told.stamp,
        visit=told.visit or text(body.event, 64),
        site=told.stored.site,
        device=told.stored.device,
        kiosk=text(body.device, 32),
        ticket=text(body.ticket, 20),
        priority=text(body.priority, 32),
        appointment=text(body.appointment, 60),
        when=told.when,
    )


def _call(told: Told, body: site.Called) -> facts.Call:
    return facts.Call(
        _step(told, body.station),
        told.stamp,
        told.visit,
        told.stored.site,
        text(body.station, 32),
        text(body.desk, 32),
        text(body.staff, 64),
        told.when,
    )


def _finish(told: Told, body: site.Finished) -> facts.Finish:
    return facts.Finish(
        _step(told, body.station),
        told.stamp,
        told.visit,
        told.stored.site,
        text(body.station, 32),
        text(body.desk, 32),
        text(body.staff, 64),
        text(body.to, 32),
        told.when,
    )


def _departure(told: Told, body: site.Left) -> facts.Departure:
    return facts.Departure(
        told.visit,
        told.stamp,
        told.stored.site,
        text(body.staff, 64),
        text(body.reason, 60),
        body.early,
        text(body.certificate, 20),
        text(body.certificate_why, 40),
        happened(told, body.happened_at),
    )


def _screening(told: Told, body: site.Screened) -> facts.Screening:
    return facts.Screening(
        told.id,
        told.stamp,
        told.visit,
        told.stored.site,
        body.conclusion,
        text(body.staff, 64),
        text(body.replaces, 64),
        happened(told, body.happened_at),
    )


def _dose(told: Told, body: site.Vaccinated) -> facts.Dose:
    when = happened(told, body.happened_at)
    return facts.Dose(
        event=told.id,
        stamp=told.stamp,
        # A dose of a visit that nobody named was given all the same.
        visit=told.visit or told.id,
        site=told.stored.site,
        device=told.stored.device,
        vaccine=text(body.vaccine, 80),
        vaccine_key=vaccine_key(body.vaccine),
        lot=text(body.lot, 40),
        lot_key=lot_key(body.lot),
        expiry=text(body.expiry, 10),
        dose_number=body.dose_number,
        day=day_of_dose(when.occurred_at),
        injector=text(body.injector, 64),
        staff=text(body.staff, 64),
        vial=text(body.vial, 64),
        warnings=tuple(text(warning, 60) for warning in body.warnings[:20]),
        replaces=text(body.replaces, 64),
        when=when,
    )


def _observation(told: Told, body: site.ObservationStarted) -> facts.Observation:
    return facts.Observation(
        told.visit,
        told.stamp,
        told.stored.site,
        body.minutes,
        text(body.staff, 64),
        happened(told, body.happened_at),
    )


def _reaction(told: Told, body: site.ReactionRecorded) -> facts.Reaction:
    return facts.Reaction(
        told.id,
        told.stamp,
        told.visit,
        told.stored.site,
        body.severity,
        text(body.staff, 64),
        happened(told, body.happened_at),
    )


def _vial_opened(told: Told, body: site.VialOpened) -> facts.OpenedVial:
    return facts.OpenedVial(
        vial=told.id,
        stamp=told.stamp,
        site=told.stored.site,
        number=text(body.vial, 64),
        vaccine=text(body.vaccine, 80),
        lot=text(body.lot, 40),
        expiry=text(body.expiry, 10),
        doses=body.doses,
        staff=text(body.staff, 64),
        when=happened(told, body.happened_at),
    )


def _vial_discarded(told: Told, body: site.VialDiscarded) -> facts.DiscardedDoses:
    return facts.DiscardedDoses(
        told.id,
        told.stamp,
        _of_site(told, body.vial, 64),
        told.stored.site,
        body.doses,
        text(body.reason, 200),
        text(body.staff, 64),
        happened(told, body.happened_at),
    )


def _promotion(told: Told, body: site.HubPromoted) -> facts.Promotion:
    return facts.Promotion(
        told.id,
        told.stamp,
        told.stored.site,
        told.stored.device,
        body.serial,
        text(body.previous, 32),
        told.when,
    )


def _opening(told: Told, body: site.SessionOpened) -> facts.Opening:
    return facts.Opening(
        _of_site(told, body.day, 10),
        told.stamp,
        told.stored.site,
        text(body.day, 10),
        text(body.staff, 64),
        told.when,
    )


def _closing(told: Told, body: site.SessionClosed) -> facts.Closing:
    return facts.Closing(
        _of_site(told, body.day, 10),
        told.stamp,
        told.stored.site,
        text(body.day, 10),
        text(body.staff, 64),
        body.open_visits,
        told.when,
    )


def _step(told: Told, station: str) -> str:
    return f"{told.visit}/{text(station, 32)}"


def _of_site(told: Told, name: str, longest: int) -> str:
    """Return the key of something that has its name from its site alone."""
    return f"{told.stored.site}/{text(name, longest)}"


_OF_VISITS: Final[dict[type, Callable[[Told, Any], facts.SiteFact]]] = {
    site.Arrived: _queued,
    site.Called: _call,
    site.Finished: _finish,
    site.Left: _departure,
    site.Screened: _screening,
    site.Vaccinated: _dose,
    site.ObservationStarted: _observation,
    site.ReactionRecorded: _reaction,
}
_OF_SITES: Final[dict[type, Callable[[Told, Any], facts.SiteFact]]] = {
    site.StaffRemoved: _staff_gone,
    site.VialOpened: _vial_opened,
    site.VialDiscarded: _vial_discarded,
    site.HubPromoted: _promotion,
    site.SessionOpened: _opening,
    site.SessionClosed: _closing,
}
