"""Joined clips, listened to by measurement."""

from itertools import pairwise

import numpy as np
import pytest
from factories.sounds import hum, hum_clip, listen

from edge.adapters.clip_sound import level_db
from edge.adapters.splicer_numpy import NumpySplicer
from edge.domain.tone import wav
from edge.ports import Clip, ClipUnreadable


def test_all_parts_are_there_in_their_order_a_tenth_of_a_second_apart():
    tones = (300.0, 500.0, 800.0, 300.0)
    parts = [hum_clip(hertz=hertz, before=0.5, after=0.8) for hertz in tones]

    joined = listen(NumpySplicer().join(parts).data)

    stretches = joined.stretches()
    assert len(stretches) == 4
    for hertz, (first, last) in zip(tones, stretches, strict=True):
        piece = joined.samples[int(first * 22050) : int(last * 22050)]
        loudest = np.argmax(np.abs(np.fft.rfft(piece))) * 22050 / len(piece)
        assert loudest == pytest.approx(hertz, abs=10)
        assert last - first == pytest.approx(0.4, abs=0.03)
    gaps = [b[0] - a[1] for a, b in pairwise(stretches)]
    assert all(0.08 <= gap <= 0.12 for gap in gaps)
    assert joined.seconds == pytest.approx(4 * 0.4 + 3 * 0.1, abs=0.12)


def test_it_is_mono_at_our_rate_and_never_clipped():
    joined = NumpySplicer().join([hum_clip(level=1.0), hum_clip(level=0.01)])

    heard = listen(joined.data)
    assert joined.media_type == "audio/wav"
    assert (heard.channels, heard.rate_hz, heard.bits) == (1, 22_050, 16)
    assert heard.peak < 0.81


def test_speech_is_brought_to_one_level_and_a_bang_is_not_cut_off_for_it():
    even = hum_clip(level=0.05)
    samples = listen(even.data).samples.copy()
    samples[4000:4010] = 0.9
    bang = Clip(wav((samples * 32767).astype("<i2").tobytes(), 22_050), "audio/wav")

    assert level_db(listen(NumpySplicer().join([even]).data).samples) == pytest.approx(-18, abs=1)
    heard = listen(NumpySplicer().join([bang]).data)
    assert heard.peak == pytest.approx(0.8, abs=0.02)
    assert (np.abs(heard.samples) > 0.75).sum() <= 10


def test_a_loud_and_a_quiet_speaker_are_heard_alike():
    joined = listen(NumpySplicer().join([hum_clip(level=0.9), hum_clip(level=0.02)]).data)

    (a, b), (c, d) = joined.stretches()
    loud, quiet = (joined.samples[int(x * 22050) : int(y * 22050)] for x, y in ((a, b), (c, d)))
    assert np.abs(loud).max() == pytest.approx(np.abs(quiet).max(), rel=0.1)


@pytest.mark.parametrize("kind", ["WAV", "MP3", "OGG"])
@pytest.mark.parametrize("rate_hz", [16_000, 44_100, 48_000])
def test_recordings_of_any_kind_and_rate_keep_their_pitch_and_length(kind, rate_hz):
    part = Clip(hum(hertz=600, rate_hz=rate_hz, kind=kind, channels=2), "audio/any")

    heard = listen(NumpySplicer().join([part]).data)

    assert heard.seconds == pytest.approx(0.46, abs=0.05)
    loudest = np.argmax(np.abs(np.fft.rfft(heard.samples))) / heard.seconds
    assert loudest == pytest.approx(600, abs=5)


@pytest.mark.parametrize("parts", [[], [b"no sound"], [hum(level=0.0)], [hum(seconds=0.0)]])
def test_what_cannot_be_heard_cannot_be_joined(parts):
    with pytest.raises(ClipUnreadable):
        NumpySplicer().join([Clip(part, "audio/wav") for part in parts])
