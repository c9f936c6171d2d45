"""No voice: the settings want no speech, or only recordings."""

from edge.ports import Clip, VoiceUnavailable


class NoVoice:
    """Speaks no language."""

    def speaks(self, language: str) -> bool:  # noqa: ARG002
        return False

    def speak(self, text: str, language: str) -> Clip:  # noqa: ARG002
        raise VoiceUnavailable("no voice is configured")
