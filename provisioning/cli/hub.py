"""The command about the hub of a site: which device is it from now on."""

from typing import Annotated

import typer

from provisioning.cli.options import DEFAULT_DIRECTORY, Directory, opened, report

hub_app = typer.Typer(no_args_is_help=True, help="Which device is the hub of a site.")


@hub_app.callback()
def hub() -> None:
    """Which device is the hub of a site."""


@hub_app.command()
def promote(
    context: typer.Context,
    site: Annotated[str, typer.Option(help="Site whose hub changes.")],
    device: Annotated[str, typer.Option(help="Device that is the hub from now on.")],
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Sign the command that makes a standby the hub of its site, or the former hub again."""
    with opened(context, directory) as provisioner:
        written = provisioner.promote_hub(site, device)
        following = (
            f"bring sites/{site}/hub-command.cose to {device}: on its page, as head of the site, "
            "or there: python -m edge promote hub-command.cose"
        )
        report(provisioner, written, following)
