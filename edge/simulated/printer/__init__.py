"""A thermal printer without the printer: takes ESC/POS bytes, draws what a real one would print.

It follows a real printer where that matters to a kiosk: real-time status is answered at once, even in
the midst of a raster; without paper, with the cover open or off line it prints nothing, holds what it
was sent, and prints it when it is ready again; its buffer is finite.
"""
