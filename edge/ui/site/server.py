"""The hub's listener for browsers: https with the hub's certificate, no certificate of theirs."""

import asyncio
import ssl
from pathlib import Path

from cryptography import x509
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from edge.ports import KeysError
from edge.ui.crowd import Crowd
from edge.ui.server import PageServer

MOST_CONNECTIONS = 1500
MOST_OF_ONE_ADDRESS = 400
"""Every desk, board and phone of a site behind one access point; a quarter of what the hub holds."""


def crowd() -> Crowd:
    """Return how many browsers may be connected."""
    return Crowd(MOST_CONNECTIONS, MOST_OF_ONE_ADDRESS)


class SiteServer(PageServer):
    """Serves desks, boards and phones."""

    def __init__(self, app: Starlette, keys_directory: Path) -> None:
        """Read ``hub.crt hub.key``.

        Raises:
            KeysError: One of them is missing or unusable.
        """
        super().__init__(app)
        self.config.http = _OpenProtocol
        self.config.limit_concurrency = MOST_CONNECTIONS
        self.config.load()
        self.config.ssl = page_context(keys_directory)


class _OpenProtocol(H11Protocol):
    """Puts the connection where a stream finds it (``edge.ui.site.fanout``)."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}
        # Uvicorn ends what is idle after an answer; who never asks anything would stay for ever.
        self.timeout_keep_alive_task = self.loop.call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )


def page_context(folder: Path) -> ssl.SSLContext:
    """Return the hub's side of a connection with a browser; televisions know TLS 1.2 at least.

    Raises:
        KeysError: A file is missing or unusable.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(str(folder / "hub.crt"), str(folder / "hub.key"))
    except (OSError, ssl.SSLError) as error:
        raise KeysError(f"cannot use hub.crt and hub.key in {folder}: {error}") from error
    return context


def certificate_hosts(folder: Path) -> list[str]:
    """Return the names and addresses by which browsers may open the hub's pages.

    Raises:
        KeysError: ``hub.crt`` is missing or names nothing.
    """
    try:
        certificate = x509.load_pem_x509_certificate((folder / "hub.crt").read_bytes())
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound) as error:
        raise KeysError(f"cannot use hub.crt in {folder}; issue the hub again") from error
    return [str(each.value) for each in names]
