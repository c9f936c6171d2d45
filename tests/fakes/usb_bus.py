"""A USB bus with one printer on it, below pyusb: everything above is the real library."""

# ruff: noqa: ARG002 - the arguments are pyusb's
import threading
from array import array
from types import SimpleNamespace

import usb.backend
import usb.core

from edge.simulated.printer.machine import Connection, VirtualPrinter

VENDOR, PRODUCT = 0x0416, 0x5011
IN, OUT = 0x81, 0x03
"""Not those that python-escpos assumes: cheap printers differ."""


class UsbBus(usb.backend.IBackend):
    """Carries bulk transfers to a virtual printer."""

    def __init__(self, machine: VirtualPrinter) -> None:
        self.plugged_in = True
        self.held_by_another = False
        self._machine = machine
        self._answers = bytearray()
        self._answered = threading.Condition()
        self._connection = Connection(answer=self._answer, drop=self.pull_out)
        machine.attach(self._connection)

    def pull_out(self) -> None:
        self.plugged_in = False

    def plug_in(self) -> None:
        self.plugged_in = True
        self._connection = Connection(answer=self._answer, drop=self.pull_out)
        self._machine.attach(self._connection)

    def enumerate_devices(self):
        return iter([self] if self.plugged_in else [])

    def get_device_descriptor(self, dev):
        return _descriptor(
            18, 1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0, bDeviceProtocol=0,
            bMaxPacketSize0=64, idVendor=VENDOR, idProduct=PRODUCT, bcdDevice=0x100, iManufacturer=0,
            iProduct=0, iSerialNumber=0, bNumConfigurations=1, address=2, bus=1, port_number=1,
            port_numbers=(1,), speed=3,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev, config):
        if config:
            raise IndexError
        return _descriptor(
            9, 2, wTotalLength=32, bNumInterfaces=1, bConfigurationValue=1, iConfiguration=0,
            bmAttributes=0xC0, bMaxPower=1,
        )  # fmt: skip

    def get_interface_descriptor(self, dev, intf, alt, config):
        if intf or alt or config:
            raise IndexError
        return _descriptor(
            9, 4, bInterfaceNumber=0, bAlternateSetting=0, bNumEndpoints=3, bInterfaceClass=7,
            bInterfaceSubClass=1, bInterfaceProtocol=2, iInterface=0,
        )  # fmt: skip

    def get_endpoint_descriptor(self, dev, ep, intf, alt, config):
        address, kind = [(0x82, 3), (IN, 2), (OUT, 2)][ep]  # the first is an interrupt end point
        return _descriptor(
            7, 5, bEndpointAddress=address, bmAttributes=kind, wMaxPacketSize=64, bInterval=0,
            bRefresh=0, bSynchAddress=0,
        )  # fmt: skip

    def open_device(self, dev):
        return self

    def close_device(self, dev_handle):
        pass

    def set_configuration(self, dev_handle, config_value):
        self._check()

    def get_configuration(self, dev_handle):
        return 1

    def claim_interface(self, dev_handle, intf):
        if self.held_by_another:
            raise usb.core.USBError("Resource busy", errno=16)
        self._check()

    def release_interface(self, dev_handle, intf):
        pass

    def reset_device(self, dev_handle):
        self._answers.clear()

    def is_kernel_driver_active(self, dev_handle, intf):
        return False

    def bulk_write(self, dev_handle, ep, intf, data: array, timeout):
        self._check()
        assert ep == OUT
        assert timeout > 0
        self._machine.receive(self._connection, data.tobytes())
        self._check()
        return len(data)

    def bulk_read(self, dev_handle, ep, intf, buff: array, timeout):
        self._check()
        assert ep == IN
        with self._answered:
            if not self._answered.wait_for(lambda: self._answers, timeout / 1000):
                raise usb.core.USBTimeoutError("timed out", errno=110)
            taken = bytes(self._answers[: len(buff)])
            del self._answers[: len(taken)]
        buff[: len(taken)] = array("B", taken)
        return len(taken)

    def _answer(self, data: bytes) -> None:
        with self._answered:
            self._answers += data
            self._answered.notify()

    def _check(self) -> None:
        if not self.plugged_in:
            raise usb.core.USBError("no such device", errno=19)


def _descriptor(length: int, kind: int, **fields) -> SimpleNamespace:
    return SimpleNamespace(bLength=length, bDescriptorType=kind, extra_descriptors=[], **fields)
