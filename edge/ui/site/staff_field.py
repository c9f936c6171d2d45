"""A field that names a member of staff: what stands there travels unsealed, so it is a log-in name."""

from edge.ui.site.desk_model import Problem, Work
from protocol.errors import WireError
from protocol.staff import login_name


def staff_named(work: Work, field: str, missing: str) -> str:
    """Return the log-in name of whom a field names; the name that colleagues read is understood.

    Raises:
        Problem: Nothing was typed (``missing``), or nobody who works at this site.
    """
    typed = work.need(field, missing, 80)
    known = work.site.staff_names()
    named = [login for login, name in known.items() if typed in (login, name)]
    if len(named) == 1:
        return named[0]
    # While the site is locked the hub knows no names; then any log-in name is taken.
    if known or not _is_login(typed):
        raise Problem("problem.not_staff", field=field)
    return typed


def _is_login(text: str) -> bool:
    try:
        return login_name(text) == text
    except WireError:
        return False
