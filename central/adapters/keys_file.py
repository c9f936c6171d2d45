"""The centre's acknowledgement key from the folder that provisioning made."""

from pathlib import Path

from central.ports import KeysError
from protocol import cose, messages, roster
from protocol.certificates import lists, news, notice, revocations
from protocol.certificates.lists import Still, TrustList
from protocol.certificates.news import NewsPage
from protocol.certificates.notice import ListsNotice
from protocol.certificates.revocations import Revocations
from protocol.errors import WireError
from protocol.messages import Ack, Signer
from protocol.roster import RosterPage


class FileKeys:
    """The ports ``AckSigner``, ``RosterSigner``, ``ListSigner``, ``NoticeSigner``: one key for what devices are told."""

    def __init__(self, keys_directory: Path) -> None:
        """Read ``ack.crt`` and ``ack.key``.

        Raises:
            KeysError: A file is missing, is not what its name says, or the two do not fit.
        """
        try:
            certificate = cose.load_certificate((keys_directory / "ack.crt").read_bytes())
            key = cose.load_signing_key((keys_directory / "ack.key").read_bytes())
        except OSError as error:
            raise KeysError(f"cannot read {error.filename}: {error.strerror}") from error
        except WireError as error:
            raise KeysError(f"the acknowledgement key is not usable: {error}") from error
        if certificate.public_key() != key.public_key():
            raise KeysError("ack.key does not belong to ack.crt")
        self._signer = Signer(key, cose.thumbprint(certificate))

    def sign_ack(self, ack: Ack) -> bytes:
        return messages.encode_ack(ack, self._signer)

    def sign_roster(self, page: RosterPage) -> bytes:
        return roster.encode_page(page, self._signer)

    def sign_trust_list(self, trust_list: TrustList) -> bytes:
        return lists.encode_trust_list(trust_list, self._signer)

    def sign_revocations(self, revoked: Revocations) -> bytes:
        return revocations.encode_revocations(revoked, self._signer)

    def sign_news(self, page: NewsPage) -> bytes:
        return news.encode_news(page, self._signer)

    def sign_still(self, still: Still) -> bytes:
        return lists.encode_still(still, self._signer)

    def sign_lists_notice(self, newest: ListsNotice) -> bytes:
        return notice.encode_lists_notice(newest, self._signer)
