"""From commands to paper."""

from edge.simulated.printer.canvas import LINE_DOTS, Canvas
from edge.simulated.printer.commands import (
    Align,
    AskSensors,
    AutomaticStatus,
    Columns,
    Command,
    Cut,
    Emphasise,
    EndLine,
    FeedDots,
    FeedLines,
    Initialise,
    LineSpacing,
    QrCode,
    Raster,
    Scale,
    Text,
)


def draw(canvas: Canvas, command: Command) -> None:  # noqa: C901 - a table, one line a command
    """Do on paper what ``command`` asks for."""
    style = canvas.style
    match command:
        case Initialise():
            canvas.initialise()
        case Text(data):
            canvas.text(data)
        case EndLine():
            canvas.end_line(style.line_dots)
        case FeedLines(lines):
            canvas.end_line(lines * style.line_dots)
        case FeedDots(dots):
            canvas.end_line(dots)
        case LineSpacing(dots):
            style.line_dots = LINE_DOTS if dots is None else dots
        case Align(to):
            style.align = to
        case Emphasise(on):
            style.emphasised = on
        case Scale(width, height):
            style.times_wide, style.times_high = width, height
        case Raster():
            canvas.raster(command)
        case Columns():
            canvas.columns(command)
        case QrCode():
            canvas.qr(command)
        case Cut() | AskSensors() | AutomaticStatus():
            pass
