"""Let the real picamera2 run on libcamera's virtual cameras, which play picture files.

The virtual pipeline gives no raw stream, wants one buffer plane for each plane of NV12, has no
dma-heap to take memory from, and finishes a request the moment it is queued.
"""

import mmap
import os
import time

import libcamera
import picamera2
import picamera2.picamera2
from picamera2.allocators import Allocator

FRAME_SECONDS = 1 / 30


class Mapped:
    """What picamera2 enters to look into a buffer; ordinary memory needs no synchronising."""

    def __init__(self, allocator, buffer, _write):
        self._map = allocator.maps[buffer]

    def __enter__(self):
        return self._map

    def __exit__(self, *_error):
        return None

    def get_buffer(self):
        return self._map


class MemoryAllocator(Allocator):
    """Frame buffers in ordinary memory: brightness and colour as two planes of one file."""

    def __init__(self):
        super().__init__()
        self.maps, self._buffers, self._files = {}, {}, []
        self.sync = Mapped

    def allocate(self, libcamera_config, _use_case):
        self.close()
        for stream in libcamera_config:
            made = [self._buffer(stream) for _ in range(stream.buffer_count)]
            self._buffers[stream.stream] = made

    def _buffer(self, stream):
        bright = stream.stride * stream.size.height
        file = os.memfd_create("frame")
        os.ftruncate(file, stream.frame_size)
        planes = [libcamera.FrameBuffer.Plane(), libcamera.FrameBuffer.Plane()]
        for plane, offset, length in zip(planes, (0, bright), (bright, bright // 2), strict=True):
            plane.fd, plane.offset, plane.length = file, offset, length
        buffer = libcamera.FrameBuffer(planes)
        self._files.append(file)
        self.maps[buffer] = mmap.mmap(file, stream.frame_size)
        return buffer

    def buffers(self, stream):
        return self._buffers[stream]

    def close(self):
        for file in self._files:
            os.close(file)
        self.maps, self._buffers, self._files = {}, {}, []


class VirtualPicamera2(picamera2.Picamera2):
    """The real one, asking the virtual camera only for what it has, at a camera's pace."""

    def _get_raw_modes(self):
        role = libcamera.StreamRole.VideoRecording
        formats = self.camera.generate_configuration([role]).at(0).formats
        return [
            {"format": str(pixels), "size": (size.width, size.height)}
            for pixels in formats.pixel_formats
            for size in formats.sizes(pixels)
        ]

    def process_requests(self, display):
        time.sleep(FRAME_SECONDS)
        return super().process_requests(display)


def install():
    """Make ``from picamera2 import Picamera2`` give the virtual one."""
    picamera2.picamera2.DmaAllocator = MemoryAllocator
    picamera2.Picamera2 = VirtualPicamera2
