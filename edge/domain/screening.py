"""The ministry's ten questions before an injection: what the answers speak for; the doctor concludes.

The words of the questions are in ``site.po``; here is only their order.
Source: 5785/QĐ-BYT, the form for people from 18 years on.
"""

from typing import Final

from protocol.site_events import Conclusion, ScreeningForm

QUESTIONS: Final = 10
FEVER_TENTHS: Final = 375
_ANAPHYLAXIS_OF_VACCINE, _ACUTELY_ILL, _PREGNANT_EARLY, _SEVERE_ANAPHYLAXIS = range(4)


def suggested(form: ScreeningForm) -> Conclusion | None:
    """Return what the answers speak for; None while some are missing, or where it takes a doctor's care."""
    if _yes(form, _ANAPHYLAXIS_OF_VACCINE):
        return "contraindicated"
    if _yes(form, _SEVERE_ANAPHYLAXIS):
        return "to_hospital"
    if _yes(form, _ACUTELY_ILL) or _yes(form, _PREGNANT_EARLY) or _fever(form):
        return "deferred"
    return "eligible" if not any(form.answers) and _complete(form) else None


def doubts(form: ScreeningForm, conclusion: Conclusion) -> tuple[str, ...]:
    """Return the codes of what speaks against letting a person be vaccinated here, in their order.

    Whoever is not to be vaccinated now needs no complete form: one reason is enough.
    """
    if conclusion != "eligible":
        return ()
    found = {
        "screening_bars": suggested(form) not in ("eligible", None),
        "screening_care": suggested(form) is None and any(form.answers),
        "screening_incomplete": not _complete(form),
    }
    return tuple(code for code, doubtful in found.items() if doubtful)


def _yes(form: ScreeningForm, place: int) -> bool:
    return len(form.answers) > place and form.answers[place] is True


def _fever(form: ScreeningForm) -> bool:
    return form.celsius_tenths is not None and form.celsius_tenths >= FEVER_TENTHS


def _complete(form: ScreeningForm) -> bool:
    asked = len(form.answers) == QUESTIONS and None not in form.answers
    return asked and form.celsius_tenths is not None
