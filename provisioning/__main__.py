"""``tram-provision`` and ``python -m provisioning``: build, run, exit code."""

from provisioning.bootstrap import open_local_site, open_provisioner
from provisioning.cli.demo import demo_command
from provisioning.cli.main import app


def main() -> None:
    """Run the command line of this process."""
    app.command("demo")(demo_command(open_local_site))
    app(obj=open_provisioner)


if __name__ == "__main__":
    main()
