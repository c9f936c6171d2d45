"""A kiosk without a printer: numbers are on the screen only."""

from edge.ports import PrinterStatus, PrinterUnavailable


class NoPrinter:
    """The printer of a kiosk whose configuration names none."""

    def status(self) -> PrinterStatus:
        raise PrinterUnavailable("no printer is configured")

    def send(self, data: bytes) -> None:  # noqa: ARG002 - the port's
        raise PrinterUnavailable("no printer is configured")

    def close(self) -> None:
        pass
