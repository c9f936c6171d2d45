"""The hub's listener for devices: TLS 1.3, and nobody without a certificate of the installation."""

import asyncio
import hashlib
import ssl
from pathlib import Path

from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from edge.ports import KeysError
from edge.ui.crowd import Crowd
from edge.ui.server import PageServer

MOST_CONNECTIONS = 200
MOST_OF_ONE_ADDRESS = 40


def crowd() -> Crowd:
    """Return how many devices may be connected."""
    return Crowd(MOST_CONNECTIONS, MOST_OF_ONE_ADDRESS)


class LanServer(PageServer):
    """Serves devices; ``request.state.peer_thumbprint`` says by which certificate they came."""

    def __init__(self, app: Starlette, keys_directory: Path) -> None:
        """Read ``ca.crt hub.crt hub.key``.

        Raises:
            KeysError: One of them is missing or unusable.
        """
        super().__init__(app)
        self.config.http = _CertificateProtocol
        self.config.limit_concurrency = MOST_CONNECTIONS
        self.config.timeout_keep_alive = 75
        self.config.load()
        self.config.ssl = device_context(keys_directory)


def device_context(folder: Path) -> ssl.SSLContext:
    """Return the hub's side of a connection with a device.

    Raises:
        KeysError: A file is missing or unusable.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    # A clock that stands years off must not shut kiosks out; the registry says who is revoked.
    context.verify_flags |= ssl.VerifyFlags(_NO_CHECK_TIME)
    try:
        context.load_verify_locations(cafile=str(folder / "ca.crt"))
        context.load_cert_chain(str(folder / "hub.crt"), str(folder / "hub.key"))
    except (OSError, ssl.SSLError) as error:
        raise KeysError(f"cannot use hub.crt, hub.key and ca.crt in {folder}: {error}") from error
    return context


_NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME


class _CertificateProtocol(H11Protocol):
    """Puts the thumbprint of the peer's certificate where a request finds it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        certificate = transport.get_extra_info("ssl_object").getpeercert(binary_form=True)
        thumbprint = hashlib.sha256(certificate).digest()
        self.app_state = {**self.app_state, "peer_thumbprint": thumbprint}
