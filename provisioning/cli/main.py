"""The command line of provisioning: reads options, calls the provisioner, says what was made.

How a provisioner is opened comes in as the context's object: only bootstrap knows the classes.
"""

import sys
from typing import Annotated, Any

import typer

from protocol.staff import Role
from protocol.vault_keys import NewMember
from provisioning.cli.device import device_app
from provisioning.cli.hub import hub_app
from provisioning.cli.options import DEFAULT_DIRECTORY, Directory, opened, report
from provisioning.cli.staff import PasswordFile, read_password, staff_app
from provisioning.domain.installation import Installation

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Make the authority, keys, certificates and settings of an installation of Trạm.\n\n"
    "First 'init', then 'site add' for every site, then 'device issue' for every kiosk. "
    "Directories are only added to: no private key is ever overwritten.",
)
site_app = typer.Typer(no_args_is_help=True, help="Vaccination sites.")
app.add_typer(site_app, name="site")
app.add_typer(device_app, name="device")
app.add_typer(staff_app, name="staff")
app.add_typer(hub_app, name="hub")

_NEXT = "tram-provision site add SITE --name NAME"


@app.command()
def init(
    context: typer.Context,
    directory: Directory = DEFAULT_DIRECTORY,
    broker_host: Annotated[
        list[str] | None,
        typer.Option(help="Name or address of the broker; repeat for more. Kiosks use the first."),
    ] = None,
    broker_port: Annotated[int, typer.Option(help="Port of the broker.")] = 8883,
    broker_bind: Annotated[
        str | None, typer.Option(help="Address that the broker listens on; all if left out.")
    ] = None,
    broker_worker_port: Annotated[
        int | None,
        typer.Option(help="Port for the centre's workers, if several run; keep devices from it."),
    ] = None,
    broker_user: Annotated[
        str | None, typer.Option(help="Account that the broker runs as when root starts it.")
    ] = None,
    broker_store: Annotated[
        str | None, typer.Option(help="Directory for the broker's sessions; none if left out.")
    ] = None,
    api_host: Annotated[str, typer.Option(help="Address of the centre's web pages.")] = "127.0.0.1",
    api_port: Annotated[int, typer.Option(help="Port of the centre's web pages.")] = 8070,
    platform_url: Annotated[
        str, typer.Option(help="FHIR address of the national Platform.")
    ] = "http://127.0.0.1:8090/fhir",
    database_url: Annotated[
        str, typer.Option(help="The centre's database: sqlite:///FILE or postgresql+psycopg://…")
    ] = "sqlite:///central.db",
    centre_data: Annotated[
        str | None, typer.Option(help="Directory for the centre's data, on the centre's machine.")
    ] = None,
    centre_host: Annotated[
        list[str] | None,
        typer.Option(help="Name or address of the centre's bulk https; the broker's if left out."),
    ] = None,
    bulk_port: Annotated[int, typer.Option(help="Port of the centre's bulk https.")] = 8443,
    bulk_bind: Annotated[
        str, typer.Option(help="Address that the bulk https listens on; 0.0.0.0 is all.")
    ] = "0.0.0.0",  # noqa: S104 - as in Installation
    installed_at: Annotated[
        str | None,
        typer.Option(
            help="Where broker/ and centre/ will lie on their machines, such as /etc/tram; "
            "leave it out when they run from this directory."
        ),
    ] = None,
) -> None:
    """Make the authority and everything for broker and centre; a second time changes nothing."""
    with opened(context, directory) as provisioner:
        chosen: dict[str, Any] = {"broker_hosts": tuple(broker_host)} if broker_host else {}
        installation = Installation(
            **chosen,
            broker_port=broker_port,
            broker_bind=broker_bind,
            broker_worker_port=broker_worker_port,
            broker_user=broker_user,
            broker_store=broker_store,
            api_host=api_host,
            api_port=api_port,
            platform_url=platform_url,
            database_url=database_url,
            centre_data=centre_data,
            installed_at=installed_at,
            centre_hosts=tuple(centre_host or ()),
            bulk_bind=bulk_bind,
            bulk_port=bulk_port,
        )
        written = provisioner.init(installation)
        if not written:
            typer.echo("everything is there already; nothing was changed")
        report(provisioner, written, _NEXT)
        for name, expires_at in provisioner.certificates().items():
            typer.echo(f"valid until {expires_at:%Y-%m-%d}  {name}")


@site_app.command("add")
def site_add(
    context: typer.Context,
    site: Annotated[str, typer.Argument(help="Id of the site: a-z, 0-9 and inner dashes.")],
    name: Annotated[str, typer.Option(help="Name as it stands on slips and screens.")],
    directory: Directory = DEFAULT_DIRECTORY,
    time_zone: Annotated[
        str, typer.Option(help="Time zone of the site's day.")
    ] = "Asia/Ho_Chi_Minh",
    head: Annotated[
        str | None,
        typer.Option(
            help="Log-in name of the head of the site, who may log in at its hub first; "
            "asked for at a terminal."
        ),
    ] = None,
    head_name: Annotated[str | None, typer.Option(help="Their name as colleagues read it.")] = None,
    password_file: PasswordFile = None,
) -> None:
    """Add a site and make the key to which its people's identities are sealed."""
    with opened(context, directory) as provisioner:
        if head is None and sys.stdin.isatty():
            head = typer.prompt("log-in name of the head of the site (empty: later)", default="")
        first = None
        if head:
            password = read_password(password_file)
            first = NewMember(head, Role.HEAD, head_name or head, password)
        written = provisioner.add_site(site, name, time_zone, first)
        report(provisioner, written, f"tram-provision device issue DEVICE --site {site}")
