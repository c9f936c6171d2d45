"""The commands about a site's staff: whom the hub lets in before its head adds others there."""

from pathlib import Path
from typing import Annotated

import typer

from protocol.staff import Role, role
from protocol.vault_keys import NewMember
from provisioning.cli.options import DEFAULT_DIRECTORY, Directory, opened, report

staff_app = typer.Typer(no_args_is_help=True, help="Staff of a site: who may log in at its hub.")

Login = Annotated[str, typer.Argument(help="Log-in name: a-z, 0-9, inner dots and dashes.")]
AtSite = Annotated[str, typer.Option("--site", help="Site at which they work.")]
PasswordFile = Annotated[
    Path | None,
    typer.Option(
        "--password-file", help="File whose first line is the password; asked for if left out."
    ),
]


@staff_app.command()
def add(
    context: typer.Context,
    login: Login,
    site: AtSite,
    directory: Directory = DEFAULT_DIRECTORY,
    name: Annotated[
        str | None, typer.Option(help="Name that colleagues read; the log-in name if left out.")
    ] = None,
    staff_role: Annotated[
        str, typer.Option("--role", help="One of " + ", ".join(Role) + ".")
    ] = Role.HEAD.value,
    password_file: PasswordFile = None,
) -> None:
    """Let somebody log in at the hub of a site, or give them a new password."""
    with opened(context, directory) as provisioner:
        known = provisioner.site(site)
        new = NewMember(login, role(staff_role), name or login, read_password(password_file))
        written = provisioner.add_staff(site, new)
        report(provisioner, written, _next(known.hub_device))


@staff_app.command()
def remove(
    context: typer.Context, login: Login, site: AtSite, directory: Directory = DEFAULT_DIRECTORY
) -> None:
    """Take somebody off the list of a site."""
    with opened(context, directory) as provisioner:
        written = provisioner.remove_staff(site, login)
        report(provisioner, written, _next(provisioner.site(site).hub_device))


@staff_app.command("list")
def list_staff(
    context: typer.Context, site: AtSite, directory: Directory = DEFAULT_DIRECTORY
) -> None:
    """List whom provisioning put on the list: log-in name, role, name."""
    with opened(context, directory) as provisioner:
        for login, their_role, name in provisioner.staff(site):
            typer.echo(f"{login}\t{their_role}\t{name}")


def read_password(file: Path | None) -> str:
    """Return the password in a file's first line, or the one that is typed twice, unseen."""
    if file is None:
        return str(typer.prompt("password", hide_input=True, confirmation_prompt=True))
    try:
        return file.read_text(encoding="utf-8").split("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"cannot read {file}") from error


def _next(hub: str) -> str:
    if hub:
        return f"copy devices/{hub}/vault.json to the hub; it counts from the next start on"
    return "tram-provision device issue DEVICE --hub --hub-address ADDRESS"
