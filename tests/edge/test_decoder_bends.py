"""Codes that lie on something bent."""

import cv2
import numpy as np
from factories import frames

from edge.adapters.decoder_burst import thorough_decoder
from edge.adapters.decoder_zxing import ZxingDecoder


def test_a_code_on_bent_cloth_is_read_though_the_engine_alone_cannot() -> None:
    text = "001090012345|123456789|Nguyễn Thị Mơ|01011990|Nữ|12 Trần Phú|01012021"
    cells = np.pad(frames.modules(text), 6, constant_values=255)
    flat = cv2.resize(cells, None, fx=6, fy=6, interpolation=cv2.INTER_AREA)
    height, width = flat.shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    across = columns / width * 2 - 1
    bow = rows - (1 - across * across) * np.float32(0.042 * height)
    bent = cv2.remap(flat, columns, bow, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    assert not ZxingDecoder().read(bent).codes
    payloads = [code.payload.decode() for code in thorough_decoder().decode(bent)]
    assert payloads == [text]
