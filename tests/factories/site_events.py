"""One body of each thing that a site's hub journals."""

from protocol import site_events as site

_AT_A_DESK = {"ticket": "A012", "station": "injection", "desk": "3", "staff": "lan"}
_ELSEWHERE = {"ticket": "A012", "station": "reception", "staff": "lan", "to": "screening"}


def site_bodies() -> list[site.SiteBody]:
    """Return one body of each type of version 1."""
    return [
        site.Arrived(event="e", device="kiosk-0002", hlc="019aa0000000-0000", ticket="B001"),
        site.SessionOpened(day="2026-11-22", staff="lan"),
        site.SessionClosed(day="2026-11-22", staff="lan", open_visits=2),
        site.Called(**_AT_A_DESK, chosen=True),
        site.Recalled(**_AT_A_DESK),
        site.Held(**_AT_A_DESK, reason="toilet"),
        site.Resumed(ticket="A012", station="injection", staff="lan"),
        site.Missed(**_AT_A_DESK),
        site.Transferred(**_ELSEWHERE, to_desk="2", reason="wheelchair"),
        site.SentBack(**_ELSEWHERE, reason="form_missing"),
        site.Finished(**_ELSEWHERE, desk="1"),
        site.Prioritised(ticket="A012", priority="urgent", staff="lan", reason="faint"),
        site.Screened(conclusion="eligible", staff="minh"),
        site.Vaccinated(vaccine="VX", lot="L1", dose_number=2, injector="hoa", staff="lan"),
        site.ObservationStarted(minutes=30, staff="hoa"),
        site.ReactionRecorded(severity="mild", staff="hoa"),
        site.Left(staff="hoa", reason="own_wish", early=True, certificate="pending"),
        site.VialOpened(vial="V1", vaccine="VX", lot="L1", doses=10, staff="hoa"),
        site.VialDiscarded(vial="V1", doses=2, reason="end_of_day", staff="hoa"),
        site.StaffAdded(staff="hoa", role="injection", by="lan"),
        site.StaffRemoved(staff="hoa", by="lan"),
        site.StaffSignedIn(staff="hoa", role="injection", desk="3", unlocked=True),
        site.HubPromoted(serial=2, previous="kiosk-0001"),
        site.CertificateNoted(
            event="e", device="kiosk-0002", hlc="019aa0000000-0000", verdict="valid", fit="fits"
        ),
        site.ComplaintNoted(
            event="e", device="kiosk-0002", hlc="019aa0000000-0000", subject="dose_missing",
            ticket="PB012",
        ),
    ]  # fmt: skip
