"""The code of a certificate on an A4 page, and what draws it."""

from dataclasses import dataclass, field
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class SheetCode:
    """A code as one path of square modules, read back from that very path.

    Attributes:
        side: Modules of one side, with the white margin.
        module_mm: Side of one module on paper.
        path: SVG path data in modules, of rectangles one module high.
    """

    side: int
    module_mm: float
    level: Literal["Q", "M"]
    path: str = field(repr=False)

    @property
    def side_mm(self) -> float:
        """Return the side on paper, with the white margin."""
        return self.side * self.module_mm


class DrawSheetCode(Protocol):
    """Draws the code of a certificate for a page."""

    def __call__(self, text: str) -> SheetCode:
        """Return the code of ``text``, by the measures of the specification.

        Raises:
            SlipUnreadable: It does not fit them, or cannot be read back.
        """
        ...
