"""Browsers of a day's desks and boards: lean, patient while the hub is away, with their cookies."""

import http.client
import re
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode

_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
PATIENCE_SECONDS = 60
_MOST_REDIRECTS = 5
FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Page:
    """What the hub answered, a redirect followed."""

    status: int
    text: str

    def has(self, action: str) -> bool:
        return f'data-action="{action}"' in self.text

    def form(self, action: str) -> dict[str, str]:
        """Return the hidden fields of the form that does ``action``."""
        inside = self.text.partition(f'data-action="{action}">')[2].partition("</form>")[0]
        assert inside, f"no form that does {action} ({self.status})"
        return {name: unescape(text) for name, text in _HIDDEN.findall(inside)}

    def first(self, pattern: str) -> str:
        found = re.search(pattern, self.text, re.DOTALL)
        return unescape(found[1]) if found else ""


@dataclass
class Browser:
    """One browser of the site. Whatever the network does, it asks again, as its pages do."""

    host: str
    port: int
    trust: ssl.SSLContext
    took: Callable[[str, float], None] = lambda _what, _seconds: None
    cookies: dict[str, str] = field(default_factory=dict)
    _line: http.client.HTTPSConnection | None = None

    def get(self, path: str) -> Page:
        return self._follow("GET", path, {})

    def post(self, path: str, form: Mapping[str, str]) -> Page:
        """Send a form; one whose answer was lost is sent again as it was."""
        return self._follow("POST", path, form)

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def connect(self) -> http.client.HTTPSConnection:
        line = http.client.HTTPSConnection(self.host, self.port, context=self.trust, timeout=10)
        try:
            line.connect()
        except OSError:
            line.close()
            raise
        return line

    def headers(self) -> dict[str, str]:
        sent = {"Origin": f"https://{self.host}:{self.port}"}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return sent

    def _follow(self, method: str, path: str, form: Mapping[str, str]) -> Page:
        status, text, location = self._patient(method, path, form)
        for _ in range(_MOST_REDIRECTS):
            if status != 303:
                break
            status, text, location = self._patient("GET", location, {})
        return Page(status, text)

    def _patient(self, method: str, path: str, form: Mapping[str, str]) -> tuple[int, str, str]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        first = True
        while True:
            began = time.perf_counter()
            try:
                answer = self._ask(method, path, form)
            except (OSError, http.client.HTTPException):
                self.close()
                first = False
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
                continue
            if first:
                self.took(method, time.perf_counter() - began)
            return answer

    def _ask(self, method: str, path: str, form: Mapping[str, str]) -> tuple[int, str, str]:
        if self._line is None:
            self._line = self.connect()
        body = urlencode(form) if method == "POST" else None
        typed = {"Content-Type": FORM_TYPE} if body is not None else {}
        self._line.request(method, path, body, {**self.headers(), **typed})
        answer = self._line.getresponse()
        for cookie in answer.headers.get_all("set-cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.read().decode(), answer.headers.get("location", "")


class BoardScreen:
    """A television: listens to the board's stream, and comes back by itself."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._over = threading.Event()
        self.heard: list[tuple[float, bytes]] = []
        self.opened = 0

    def run(self) -> None:
        while not self._over.is_set():
            try:
                self._listen()
            except (OSError, http.client.HTTPException):
                time.sleep(0.3)

    def stop(self) -> None:
        self._over.set()

    def _listen(self) -> None:
        line = self._browser.connect()
        try:
            line.request("GET", "/board/events", headers=self._browser.headers())
            answer = line.getresponse()
            with closing(answer):
                assert answer.status == 200, answer.status
                self.opened += 1
                self._read(answer)
        finally:
            line.close()

    def _read(self, answer: http.client.HTTPResponse) -> None:
        while not self._over.is_set():
            told = answer.readline()
            if not told:
                return
            if told != b"\n":
                self.heard.append((time.time(), told))  # noqa: TID251 - compared with the hub's own
