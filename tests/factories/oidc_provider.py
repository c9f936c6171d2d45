"""A small OpenID Connect provider on a real socket: real keys, real signatures, PKCE checked by itself.

It is written from the standard and shares no code with the centre's client.
"""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def b64_number(number: int) -> str:
    return b64(number.to_bytes((number.bit_length() + 7) // 8, "big"))


@dataclass
class Provider:
    """What it says of whoever logs in, and how it lies when a test wants it to.

    Attributes:
        claims: Added to the token, or instead of what stands there.
        forged: Sign with a key that is not published.
        algorithm: What the token's head says.
    """

    url: str = ""
    client_id: str = "tram"
    secret: str = "bi-mat-cua-tram"
    claims: dict[str, Any] = field(default_factory=dict)
    forged: bool = False
    algorithm: str = "RS256"
    said_issuer: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens_given: int = 0

    def __post_init__(self) -> None:
        self.key, self.other = _key("its own"), _key("somebody else's")

    def description(self) -> dict[str, Any]:
        return {
            "issuer": self.said_issuer or self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
        }

    def keys(self) -> dict[str, Any]:
        public = self.key.public_key().public_numbers()
        one = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "k1"}
        return {"keys": [one | {"n": b64_number(public.n), "e": b64_number(public.e)}]}

    def authorize(self, asked: dict[str, str]) -> str:
        """Return where the browser goes: everybody who comes is logged in here."""
        assert asked["response_type"] == "code"
        assert asked["client_id"] == self.client_id
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Return status and answer of the token endpoint."""
        basic = base64.b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or authorization != f"Basic {basic}":
            return 400, {"error": "invalid_grant"}
        challenge = b64(hashlib.sha256(form["code_verifier"].encode()).digest())
        same_way_back = form["redirect_uri"] == asked["redirect_uri"]
        if challenge != asked["code_challenge"] or not same_way_back:
            return 400, {"error": "invalid_grant"}
        self.tokens_given += 1
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": self._token(asked)}

    def _token(self, asked: dict[str, str]) -> str:
        now = int(time.time())  # noqa: TID251 - the provider's own clock
        said = {
            "iss": self.url, "sub": "u-17", "aud": self.client_id, "iat": now, "exp": now + 300,
            "nonce": asked["nonce"], "name": "Đổng Thị Tỉnh",
        } | self.claims  # fmt: skip
        said = {name: value for name, value in said.items() if value is not None}
        head = {"alg": self.algorithm, "typ": "JWT", "kid": "k1"}
        signed = f"{b64(json.dumps(head).encode())}.{b64(json.dumps(said).encode())}"
        if self.algorithm == "none":
            return f"{signed}."
        key = self.other if self.forged else self.key
        signature = key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{b64(signature)}"


@cache
def _key(_whose: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@contextmanager
def running_provider() -> Iterator[Provider]:
    """Serve a provider on a port of its own."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            match parts.path:
                case "/.well-known/openid-configuration":
                    self._json(200, provider.description())
                case "/keys":
                    self._json(200, provider.keys())
                case "/authorize":
                    asked = {name: each[0] for name, each in parse_qs(parts.query).items()}
                    self.send_response(302)
                    self.send_header("location", provider.authorize(asked))
                    self.end_headers()
                case _:
                    self.send_error(404)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: each[0] for name, each in parse_qs(body).items()}
            self._json(*provider.token(form, self.headers.get("authorization", "")))

        def _json(self, status: int, said: dict[str, Any]) -> None:
            data = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()
