import pytest
from factories.documents import TODAY

from edge.adapters.decoder_burst import BurstDecoder, kiosk_decoder
from edge.adapters.decoder_zxing import ZxingDecoder
from edge.services.pictures import grey_frames
from edge.simulated.sample_cards import SAMPLE_CARDS
from edge.simulated.sample_payloads import CARD_2021, SECOND_PERSON
from protocol.documents.model import DocumentClass
from protocol.documents.reader import read_code

EXPECTED = {
    "cccd-2021": [DocumentClass.CCCD_2021],
    "can-cuoc-2024": [DocumentClass.CAN_CUOC_2024],
    "notice": [DocumentClass.IDENTITY_NOTICE],
    "second-person": [DocumentClass.CCCD_2021],
    "two-cards": [DocumentClass.CCCD_2021, DocumentClass.CCCD_2021],
    "personal-qr": [DocumentClass.PERSONAL_QR],
    "bhyt": [DocumentClass.HEALTH_INSURANCE],
    "certificate": [DocumentClass.VACCINATION_CERTIFICATE],
    "url": [DocumentClass.URL],
    "impossible-date": [DocumentClass.CCCD_2021],
    "blurred": [DocumentClass.CCCD_2021],
    "nothing": [],
}


@pytest.mark.parametrize("card", SAMPLE_CARDS, ids=lambda card: card.name)
def test_a_sample_card_is_read_by_the_kiosks_own_decoder(card):
    (frame,) = grey_frames(card.draw(), 4_000_000)
    # The kiosk's decoder with time enough on a busy machine.
    decoder = BurstDecoder(ZxingDecoder(budget_seconds=10), budget_seconds=10)

    codes = {code.payload for _ in range(8) for code in decoder.decode(frame)}

    found = [read_code(payload, TODAY).document for payload in codes]
    assert found == EXPECTED[card.name]


def test_the_two_cards_are_two_peoples():
    card = next(card for card in SAMPLE_CARDS if card.name == "two-cards")
    (frame,) = grey_frames(card.draw(), 4_000_000)

    payloads = {code.payload.decode() for code in kiosk_decoder().decode(frame)}

    assert payloads == {CARD_2021, SECOND_PERSON}
