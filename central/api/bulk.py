"""What devices fetch by https with their own certificate: their site's roster, lists for certificates.

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

from central.api.bulk_certificates import add_certificates
from central.api.server import Server
from central.domain.certificate_lists import ListKind
from central.ports import KeysError, StoreError, StoreUnavailable
from central.services.certificate_lists import ListDesk
from central.services.persons_doses import NewsDesk
from central.services.roster import NotAllowed, RosterDesk
from protocol.certificates.lists import REVOCATIONS_PATH, TRUST_PATH
from protocol.roster import PATH, ROSTER

_MAX_WHOLE = (1 << 53) - 1
_NO_STORE = {"cache-control": "no-store"}

log = structlog.get_logger("bulk")


def build_bulk_app(
    desk: RosterDesk, lists: ListDesk | None = None, news: NewsDesk | None = None
) -> FastAPI:
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
        return Response(page, media_type=ROSTER, headers=_NO_STORE)

    if lists is not None:
        _add_lists(app, desk, lists)
    if news is not None:
        add_certificates(app, desk, news)
    return app


def _add_lists(app: FastAPI, desk: RosterDesk, lists: ListDesk) -> None:
    async def answer(request: Request, kind: ListKind, serial: int) -> Response:
        try:
            await asyncio.to_thread(desk.device, request.state.peer_thumbprint)
            message = await asyncio.to_thread(lists.answer, kind, serial)
        except NotAllowed as error:
            log.warning("refused", reason=str(error))
            raise HTTPException(403, str(error)) from error
        except StoreError as error:
            raise HTTPException(503, "the database does not answer") from error
        if message is None:
            raise HTTPException(404, "the centre has no such list")
        return Response(message, media_type="application/cose", headers=_NO_STORE)

    @app.get(TRUST_PATH)
    async def trust(request: Request, serial: int = Query(0, ge=0, le=_MAX_WHOLE)) -> Response:
        return await answer(request, ListKind.TRUST, serial)

    @app.get(REVOCATIONS_PATH)
    async def revocations(
        request: Request, serial: int = Query(0, ge=0, le=_MAX_WHOLE)
    ) -> Response:
        return await answer(request, ListKind.REVOCATIONS, serial)


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
