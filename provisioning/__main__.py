"""``tram-provision`` and ``python -m provisioning``: build, run, exit code."""

from provisioning.bootstrap import open_provisioner
from provisioning.cli.main import app


def main() -> None:
    """Run the command line of this process."""
    app(obj=open_provisioner)


if __name__ == "__main__":
    main()
