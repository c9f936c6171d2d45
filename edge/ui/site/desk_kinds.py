"""The kinds of desks there are. A new one is a module with a ``DeskKind``, a template, and a line here."""

from collections.abc import Mapping
from typing import Final

from edge.ui.site.desk_injection import DATA_ENTRY, INJECTION
from edge.ui.site.desk_model import DeskKind
from edge.ui.site.desk_observation import OBSERVATION
from edge.ui.site.desk_reception import RECEPTION
from edge.ui.site.desk_screening import SCREENING

_ALL = (RECEPTION, SCREENING, INJECTION, DATA_ENTRY, OBSERVATION)
KINDS: Final[Mapping[str, DeskKind]] = {kind.kind: kind for kind in _ALL}
