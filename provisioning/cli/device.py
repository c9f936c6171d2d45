"""The commands about single devices: issue, list, revoke."""

from enum import StrEnum
from typing import Annotated

import typer

from provisioning.cli.options import DEFAULT_DIRECTORY, Directory, opened, report
from provisioning.domain.installation import Camera, Hub, Kiosk, Printer, Scanner

device_app = typer.Typer(no_args_is_help=True, help="Kiosks.")

Device = Annotated[str, typer.Argument(help="Id of the device: a-z, 0-9 and inner dashes.")]


class CameraDriver(StrEnum):
    """Cameras that a kiosk can drive."""

    PICAMERA2 = "picamera2"
    OPENCV = "opencv"
    FILES = "files"
    SIMULATED = "simulated"
    NONE = "none"


class ScannerDriver(StrEnum):
    """Ways in which a scan engine can be plugged in."""

    HID = "hid"
    SERIAL = "serial"
    NONE = "none"


class PrinterDriver(StrEnum):
    """Ways in which a kiosk can reach a printer."""

    USB = "usb"
    NETWORK = "network"
    SERIAL = "serial"
    NONE = "none"


@device_app.command()
def issue(
    context: typer.Context,
    device: Device,
    site: Annotated[str, typer.Option(help="Site that the device stands at.")],
    directory: Directory = DEFAULT_DIRECTORY,
    prefix: Annotated[
        str | None,
        typer.Option(help="Letter before its ticket numbers; the next free if left out."),
    ] = None,
    first_stage: Annotated[
        str | None, typer.Option(help="Where the slip sends people first; reception if left out.")
    ] = None,
    camera: Annotated[CameraDriver, typer.Option(help="Camera.")] = CameraDriver.PICAMERA2,
    camera_device: Annotated[
        str | None, typer.Option(help="Number or device file of the USB camera.")
    ] = None,
    camera_path: Annotated[
        str | None, typer.Option(help="Folder of pictures, for the camera 'files'.")
    ] = None,
    camera_width: Annotated[int | None, typer.Option(help="Width of a frame in pixels.")] = None,
    camera_height: Annotated[int | None, typer.Option(help="Height of a frame in pixels.")] = None,
    frames_per_second: Annotated[int | None, typer.Option(help="Frames read in a second.")] = None,
    scanner: Annotated[
        ScannerDriver, typer.Option(help="Scan engine beside the camera, or instead of it.")
    ] = ScannerDriver.NONE,
    scanner_device: Annotated[
        str | None, typer.Option(help="Device file of the scan engine.")
    ] = None,
    printer: Annotated[PrinterDriver, typer.Option(help="Printer.")] = PrinterDriver.USB,
    printer_host: Annotated[str | None, typer.Option(help="Address of a network printer.")] = None,
    printer_port: Annotated[int | None, typer.Option(help="Port of a network printer.")] = None,
    printer_vendor: Annotated[
        str | None, typer.Option(help="USB vendor id, such as 0x04b8.")
    ] = None,
    printer_product: Annotated[
        str | None, typer.Option(help="USB product id, such as 0x0202.")
    ] = None,
    printer_device: Annotated[
        str | None, typer.Option(help="Device file of a serial printer.")
    ] = None,
    baud_rate: Annotated[int | None, typer.Option(help="Speed of a serial printer.")] = None,
    paper_width_mm: Annotated[int, typer.Option(help="Width of the paper: 80 or 58.")] = 80,
    ui_host: Annotated[str, typer.Option(help="Address of the kiosk's pages.")] = "127.0.0.1",
    ui_port: Annotated[int, typer.Option(help="Port of the kiosk's pages.")] = 8080,
    broker_host: Annotated[
        str | None, typer.Option(help="Broker as seen from here; its first name if left out.")
    ] = None,
    broker_port: Annotated[
        int | None, typer.Option(help="Broker's port as seen from here.")
    ] = None,
    centre_host: Annotated[
        str | None,
        typer.Option(help="Centre's https as seen from here; its first name if left out."),
    ] = None,
    centre_port: Annotated[
        int | None, typer.Option(help="Port of the centre's https as seen from here.")
    ] = None,
    data_directory: Annotated[
        str | None, typer.Option(help="Directory for the journal, on the device.")
    ] = None,
    hub: Annotated[bool, typer.Option("--hub", help="This Pi is the hub of its site.")] = False,
    standby: Annotated[
        bool,
        typer.Option("--standby", help="This Pi stands by to become the hub by 'hub promote'."),
    ] = False,
    hub_address: Annotated[
        list[str] | None,
        typer.Option(help="Fixed address or name of the hub at its site; repeat for more."),
    ] = None,
    hub_device_port: Annotated[int, typer.Option(help="Port of the hub for kiosks.")] = 8445,
    hub_page_port: Annotated[int, typer.Option(help="Port of the hub for browsers.")] = 8446,
) -> None:
    """Make all files that one Pi needs, in devices/DEVICE, and add it to the signed registry."""
    if hub and standby:
        raise typer.BadParameter("a device is the hub or stands by: give --hub or --standby")
    with opened(context, directory) as provisioner:
        kiosk = Kiosk(
            device=device,
            site=site,
            prefix=prefix,
            first_stage=first_stage,
            camera=Camera(
                driver=camera.value,
                device=_number_or_file(camera_device),
                path=camera_path,
                width=camera_width,
                height=camera_height,
                frames_per_second=frames_per_second,
            ),
            scanner=Scanner(driver=scanner.value, device=scanner_device),
            printer=Printer(
                driver=printer.value,
                host=printer_host,
                port=printer_port,
                vendor_id=_number(printer_vendor),
                product_id=_number(printer_product),
                device=printer_device,
                baud_rate=baud_rate,
                paper_width_mm=paper_width_mm,
            ),
            ui_host=ui_host,
            ui_port=ui_port,
            broker_host=broker_host,
            broker_port=broker_port,
            centre_host=centre_host,
            centre_port=centre_port,
            data_directory=data_directory,
            hub=_hub(hub_address, hub_device_port, hub_page_port) if hub or standby else None,
            standby=standby,
        )
        written = provisioner.issue_device(kiosk)
        following = f"copy devices/{device} to the Pi, and centre/registry.cose to the centre"
        if standby:
            following += (
                "; bring edge.toml and registry.crt of the site's other devices to them too"
            )
        report(provisioner, written, following)


@device_app.command("list")
def list_devices(context: typer.Context, directory: Directory = DEFAULT_DIRECTORY) -> None:
    """List every device: id, site, status, last day of its certificate."""
    with opened(context, directory) as provisioner:
        provisioner.installation()
        for entry in provisioner.devices():
            typer.echo(f"{entry.device}\t{entry.site}\t{entry.status}\t{entry.expires_at:%Y-%m-%d}")


@device_app.command()
def revoke(
    context: typer.Context,
    device: Device,
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Take every right from a device whose machine or key is lost. It can't be undone."""
    with opened(context, directory) as provisioner:
        written = provisioner.revoke_device(device)
        following = (
            "copy centre/registry.cose to the centre and broker/acl to the broker, "
            "and reload the broker (SIGHUP)"
        )
        report(provisioner, written, following)


def _hub(addresses: list[str] | None, device_port: int, page_port: int) -> Hub:
    return Hub(addresses=tuple(addresses or ()), device_port=device_port, page_port=page_port)


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return int(text, 0)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no number such as 0x04b8 or 1208") from error


def _number_or_file(text: str | None) -> int | str | None:
    return int(text) if text is not None and text.isdecimal() else text
