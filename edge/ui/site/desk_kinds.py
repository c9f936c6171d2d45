"""The kinds of desks there are. A new one is a module with a ``DeskKind``, a template, and a line here."""

from collections.abc import Mapping
from typing import Final

from edge.ui.site.desk_model import DeskKind
from edge.ui.site.desk_reception import RECEPTION

KINDS: Final[Mapping[str, DeskKind]] = {kind.kind: kind for kind in (RECEPTION,)}
