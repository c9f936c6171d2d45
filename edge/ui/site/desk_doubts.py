"""Doubts that a desk tells before anything is written, on the page that the queue's own doubts have."""

from collections.abc import Sequence

from edge.ui.site.desk_model import Show, Work
from edge.ui.site.desk_pages import word_or
from edge.ui.site.desk_sight import person_of


def ask_first(work: Work, action: str, codes: Sequence[str], fields: Sequence[str]) -> Show:
    """Return the page that tells ``codes``; sent again from there, the form names them as seen."""
    seen = dict.fromkeys((*work.seen, *codes))
    return Show(
        "desk_confirm.html",
        {
            "action": f"{work.place.path}/{action}",
            "form": work.form,
            "seen": ",".join(seen),
            "warnings": [word_or(work.t, f"warning.{code}", code) for code in codes],
            "typed": typed_fields(work, fields),
            "before": person_of(work.site, work.visit) if work.visit else None,
        },
    )


def typed_fields(work: Work, fields: Sequence[str]) -> list[tuple[str, str]]:
    """Return what was typed and chosen, in the words of the page."""
    return [
        (
            word_or(work.t, f"field.{name}", name),
            word_or(work.t, f"value.{_kind_of(name)}.{work.form[name]}", work.form[name]),
        )
        for name in fields
        if work.form.get(name)
    ]


def _kind_of(field: str) -> str:
    """Return what values a field has: those of ``answer_7`` are those of every answer."""
    return field.rstrip("_0123456789")
