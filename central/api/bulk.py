"""What devices fetch by https with their own certificate: the roster of their site.

The connection proves which certificate; the registry says which device and site that is. Nothing in
a request names a site or a person, and no access is logged with more than the device.
"""

import asyncio
import hashlib
import ssl
from pathlib import Path

import structlog
from fastapi import FastAPI, HTTPException, Query, Request, Response
from uvicorn.protocols.http.h11_impl import H11Protocol

from central.api.server import Server
from central.ports import KeysError, StoreUnavailable
from central.services.roster import NotAllowed, RosterDesk
from protocol.roster import PATH, ROSTER

_MAX_WHOLE = (1 << 53) - 1

log = structlog.get_logger("bulk")


def build_bulk_app(desk: RosterDesk) -> FastAPI:
    """Return the application; it has no pages and tells nobody what it offers."""
    app = FastAPI(title="Trạm bulk", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get(PATH)
    async def roster(
        request: Request,
        since: int = Query(0, ge=0, le=_MAX_WHOLE),
        head: str = Query("", max_length=32, pattern=r"^[0-9a-f]*$"),
    ) -> Response:
        try:
            device = await asyncio.to_thread(desk.device, request.state.peer_thumbprint)
            page = await asyncio.to_thread(desk.page, device, since, head)
        except NotAllowed as error:
            log.warning("refused", reason=str(error))
            raise HTTPException(403, str(error)) from error
        except StoreUnavailable as error:
            raise HTTPException(503, "the database does not answer") from error
        return Response(page, media_type=ROSTER, headers={"cache-control": "no-store"})

    return app


class BulkServer(Server):
    """Serves over TLS 1.3 to holders of a certificate of this installation's authority only."""

    def __init__(self, app: FastAPI, keys_directory: Path) -> None:
        """Read ``ca.crt bulk.crt bulk.key``.

        Raises:
            KeysError: One of them is missing or unusable.
        """
        super().__init__(app)
        self.config.http = _CertificateProtocol
        self.config.load()
        self.config.ssl = _context(keys_directory)


def _context(folder: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    try:
        context.load_verify_locations(cafile=str(folder / "ca.crt"))
        context.load_cert_chain(str(folder / "bulk.crt"), str(folder / "bulk.key"))
    except (OSError, ssl.SSLError) as error:
        raise KeysError(f"cannot use bulk.crt, bulk.key and ca.crt in {folder}: {error}") from error
    return context


class _CertificateProtocol(H11Protocol):
    """Puts the thumbprint of the peer's certificate where a request finds it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        certificate = transport.get_extra_info("ssl_object").getpeercert(binary_form=True)
        thumbprint = hashlib.sha256(certificate).digest()
        self.app_state = {**self.app_state, "peer_thumbprint": thumbprint}
