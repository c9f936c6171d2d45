"""python-escpos's network, USB and serial printers with the time-outs that a kiosk needs.

Each opens with a time-out for reading and for writing, answers a status query with the bytes that
are there instead of waiting for sixteen, and drops what is stale before it is asked again. The time-out
for writing holds for ``chunk_bytes`` at a time: a slow printer may take long, a dead one may not.
Their errors are foreign ones; ``printer_escpos`` wraps them.
"""

import select
import socket

import usb.core
import usb.util

from edge.adapters.printer_library import Network, Serial, Usb

WIDEST_ANSWER = 64
"""Bytes: an answer of one byte may be preceded by automatic status of four each."""


class NetworkTransport(Network):  # type: ignore[misc]  # python-escpos ships no types
    """A printer on TCP port 9100, by name or address, IPv4 or IPv6."""

    chunk_bytes = 4096

    def __init__(self, host: str, port: int, timeout_seconds: float) -> None:
        super().__init__(host, port=port, timeout=timeout_seconds)

    def open(self, raise_not_found: bool = True) -> None:  # noqa: ARG002, FBT001, FBT002 - theirs
        """Connect; the library's own leaves the socket open when it fails."""
        self.close()
        connection = socket.create_connection((self.host, self.port), timeout=self.timeout)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._device = connection

    def freshen(self) -> None:
        """Drop late answers; drop a connection that the printer has closed meanwhile."""
        connection = self._device
        try:
            while select.select([connection], [], [], 0)[0]:
                if not connection.recv(WIDEST_ANSWER):
                    self.close()
                    return
        except ConnectionResetError:
            self.close()

    def _read(self) -> bytes:
        return bytes(self.device.recv(WIDEST_ANSWER))


class UsbTransport(Usb):  # type: ignore[misc]
    """A printer on USB; its end points are read from the device, for cheap printers differ."""

    chunk_bytes = 4096

    def __init__(self, vendor_id: int, product_id: int, timeout_seconds: float) -> None:
        self._milliseconds = int(timeout_seconds * 1000)
        super().__init__(vendor_id, product_id, usb_args={}, timeout=self._milliseconds)

    def open(self, raise_not_found: bool = True) -> None:  # noqa: ARG002, FBT001, FBT002 - theirs
        """Find the device, claim it, and learn its bulk end points."""
        super().open()
        # Reading takes no time-out in the library; this one counts for it too.
        self._device.default_timeout = self._milliseconds
        interface = self._device.get_active_configuration()[(0, 0)]
        for end_point in interface:
            if usb.util.endpoint_type(end_point.bmAttributes) != usb.util.ENDPOINT_TYPE_BULK:
                continue
            address = end_point.bEndpointAddress
            if usb.util.endpoint_direction(address) == usb.util.ENDPOINT_IN:
                self.in_ep = address
            else:
                self.out_ep = address

    def freshen(self) -> None:
        """Nothing to drop: a USB printer that went away says so at the next transfer."""

    def _read(self) -> bytes:
        try:
            return bytes(self.device.read(self.in_ep, WIDEST_ANSWER))
        except usb.core.USBTimeoutError:
            return b""


class SerialTransport(Serial):  # type: ignore[misc]
    """A printer on a serial line, 8 N 1.

    Flow control is off: the low slip fits any printer's buffer, and a line without the wires for
    DTR would hang on it.
    """

    chunk_bytes = 128

    def __init__(self, device: str, baud_rate: int, timeout_seconds: float) -> None:
        super().__init__(device, baudrate=baud_rate, timeout=timeout_seconds, dsrdtr=False)

    def open(self, raise_not_found: bool = True) -> None:  # noqa: ARG002, FBT001, FBT002 - theirs
        """Open the line; the library sets no time-out for writing."""
        super().open()
        self._device.write_timeout = self.timeout

    def freshen(self) -> None:
        """Drop late answers."""
        if self._device:
            self._device.reset_input_buffer()

    def close(self) -> None:
        """Close without waiting for bytes that a dead printer will never take."""
        if self._device and self._device.is_open:
            self._device.reset_output_buffer()
        super().close()

    def _read(self) -> bytes:
        first = self.device.read(1)
        return bytes(first + self.device.read(self.device.in_waiting))
