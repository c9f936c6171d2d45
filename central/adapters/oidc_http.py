"""An organisation's log-in by OpenID Connect: discovery, authorization code with PKCE, signed tokens.

Source: OpenID Connect Core 1.0, 3.1; RFC 7636 (PKCE); RFC 9207 is asked for by nobody we met.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import jwt

from central.ports.accounts import Journey
from central.ports.errors import ProviderRefused, ProviderUnavailable

# Never "none", never a shared secret: whoever can verify must not be able to sign.
_ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA")
_LEEWAY_SECONDS: Final = 60
_TIMEOUT_SECONDS: Final = 10
_DESCRIBED_SECONDS: Final = 60.0
_MOST_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """How the centre is known to the organisation.

    Attributes:
        redirect_url: Where the browser comes back to; registered with the organisation.
        secret: Empty for a public client, which PKCE alone protects.
    """

    issuer: str
    client_id: str
    secret: str
    redirect_url: str
    scope: str = "openid profile"


class HttpOidc:
    """``ports.accounts.IdentityProvider`` over https."""

    def __init__(self, settings: OidcSettings) -> None:
        self._settings = settings
        # Redirects are not followed: a token goes to the address that discovery named, or nowhere.
        self._http = httpx.Client(timeout=_TIMEOUT_SECONDS, follow_redirects=False)
        self._description: dict[str, Any] = {}
        self._described_at = 0.0

    def begin(self, entropy: Sequence[str]) -> Journey:
        state, nonce, verifier = entropy
        asked = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self._settings.redirect_url,
            "scope": self._settings.scope,
            "state": state,
            "nonce": nonce,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
        }
        address = self._endpoint("authorization_endpoint")
        joined = "&" if "?" in address else "?"
        return Journey(f"{address}{joined}{urlencode(asked)}", state, nonce, verifier)

    def finish(self, journey: Journey, code: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._settings.redirect_url,
            "code_verifier": journey.verifier,
            "client_id": self._settings.client_id,
        }
        secret = self._settings.secret
        who = (self._settings.client_id, secret) if secret else None
        answer = self._ask("POST", self._endpoint("token_endpoint"), data=form, auth=who)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise ProviderRefused("the organisation's answer holds no token")
        return self._proven(token, journey.nonce)

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def _proven(self, token: str, nonce: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key(token),
                algorithms=list(_ALGORITHMS),
                audience=self._settings.client_id,
                issuer=self._settings.issuer,
                leeway=_LEEWAY_SECONDS,
                options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
            )
        except jwt.PyJWTError as error:
            raise ProviderRefused(f"the token proves nothing: {type(error).__name__}") from error
        if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
            raise ProviderRefused("the token answers another log-in")
        authorized = claims.get("azp", self._settings.client_id)
        if authorized != self._settings.client_id:
            raise ProviderRefused("the token was made for another program")
        return claims

    def _key(self, token: str) -> jwt.PyJWK:
        wanted = jwt.get_unverified_header(token).get("kid")
        keys = jwt.PyJWKSet.from_dict(self._ask("GET", self._endpoint("jwks_uri"))).keys
        usable = [key for key in keys if key.public_key_use in {None, "sig"}]
        fitting = [key for key in usable if wanted is None or key.key_id == wanted]
        if len(fitting) != 1:
            raise ProviderRefused("the organisation has no such key")
        return fitting[0]

    def _endpoint(self, name: str) -> str:
        issuer = self._settings.issuer
        address = self._described(issuer).get(name)
        secure = isinstance(address, str) and address.startswith(("https://", _plain(issuer)))
        if not secure:
            raise ProviderUnavailable(f"the organisation's description has no usable {name}")
        return str(address)

    def _described(self, issuer: str) -> dict[str, Any]:
        """Return how the organisation describes itself, asked once a minute: anybody may begin."""
        if self._description and monotonic() - self._described_at < _DESCRIBED_SECONDS:
            return self._description
        found = self._ask("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != issuer:
            raise ProviderUnavailable("the organisation's description names another issuer")
        self._description, self._described_at = found, monotonic()
        return found

    def _ask(self, method: str, address: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - httpx's
        try:
            answer = self._http.request(method, address, **more)
        except httpx.HTTPError as error:
            raise ProviderUnavailable("the organisation's log-in does not answer") from error
        if 400 <= answer.status_code < 500 and method == "POST":
            raise ProviderRefused("the organisation takes the code for no log-in of ours")
        if answer.status_code != 200 or len(answer.content) > _MOST_BYTES:
            raise ProviderUnavailable(f"the organisation's log-in answered {answer.status_code}")
        try:
            said = answer.json()
        except ValueError as error:
            raise ProviderUnavailable("the organisation's answer is no JSON") from error
        if not isinstance(said, dict):
            raise ProviderUnavailable("the organisation's answer is no object")
        return said


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _plain(issuer: str) -> str:
    # Only where the issuer itself is plain http, which settings allow on loopback alone.
    return "http://127.0.0.1:" if issuer.startswith("http://127.0.0.1:") else "https://"
