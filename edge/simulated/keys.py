"""Keys made on the spot, with the centre's side of each, for tests and the demonstration."""

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from edge.domain.keyring import KeyRing
from protocol.identity import DeviceId
from protocol.messages import Signer


class SimulatedKeys(KeyRing):
    """See the port. The signatures and sealings are real; the keys live as long as the object.

    Attributes:
        signer: The device's own key.
        centre: Signs acknowledgements that this device believes.
        centre_seal: Opens what was sealed to the centre.
        site_seal: Opens what was sealed to the site.
    """

    def __init__(self, device: DeviceId) -> None:
        self.signer = Signer(ec.generate_private_key(ec.SECP256R1()), b"device")
        self.centre = Signer(ec.generate_private_key(ec.SECP256R1()), b"centre")
        self.centre_seal = X25519PrivateKey.generate()
        self.site_seal = X25519PrivateKey.generate()
        super().__init__(
            device,
            self.signer,
            centre_key=self.centre.key.public_key(),
            centre_kid=self.centre.kid,
            recipients=[self.centre_seal.public_key(), self.site_seal.public_key()],
            day_key=b"the simulated day's key",
            software="simulated",
        )
