"""Stands in for the display library that picamera2 imports for a preview; a kiosk starts none."""


class _Formats:
    def __getattr__(self, name: str) -> str:
        return name


PixelFormat = _Formats()
