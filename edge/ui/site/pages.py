"""Draws the hub's pages for staff: Vietnamese, with English small below."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from edge.domain.staff import Staff
from edge.ui.site.words import site_words

_TEMPLATES = Path(__file__).parent / "templates"


class SitePages:
    """Draws templates of ``edge/ui/site/templates``; ``both`` and ``say`` are at hand in each."""

    def __init__(self, *, site_name: str, device: str) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        self._environment.globals |= {
            "both": both,
            "say": site_words().say,
            "site_name": site_name,
            "device": device,
        }

    def page(
        self,
        template: str,
        *,
        staff: Staff | None = None,
        status: int = 200,
        **values: Any,  # noqa: ANN401 - a template takes anything
    ) -> HTMLResponse:
        """Return a whole page, drawn for ``staff``."""
        html = self._environment.get_template(template).render(staff=staff, **values)
        return HTMLResponse(html, status_code=status)


def both(key: str, **values: object) -> Markup:
    """Return what ``key`` says in Vietnamese, and in English small below."""
    say = site_words().say
    vietnamese, english = (escape(say(key, each, **values)) for each in ("vi", "en"))
    return Markup('{}<small lang="en">{}</small>').format(vietnamese, english)
