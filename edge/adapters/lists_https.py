"""The centre's lists for certificates by https, with the device's own certificate."""

from urllib.parse import urlencode

from edge.adapters.centre_https import CentreHttps, NotThere
from edge.ports import ListName, ListsUnavailable, RosterError
from protocol.certificates.lists import MAX_TRUST_LIST_BYTES, REVOCATIONS_PATH, TRUST_PATH
from protocol.certificates.revocations import MAX_BYTES

_PATHS = {"trust": TRUST_PATH, "revocations": REVOCATIONS_PATH}
_MOST = {"trust": MAX_TRUST_LIST_BYTES, "revocations": MAX_BYTES}


class HttpsLists:
    """The port ``ListSource``."""

    def __init__(self, centre: CentreHttps) -> None:
        self._centre = centre

    def fetch(self, name: ListName, serial: int) -> bytes | None:
        try:
            return self._centre.get(f"{_PATHS[name]}?{urlencode({'serial': serial})}", _MOST[name])
        except NotThere:
            return None
        except RosterError as error:
            raise ListsUnavailable(str(error)) from error

    def close(self) -> None:
        self._centre.close()
