"""What every decoder process needs, imported once by the fork server, which only knows this module by its name.

Never import it elsewhere: it sets environment variables, and those must not leak into the server.
"""

from importlib import import_module

from findalike.decoders.worker import quiet_libraries

# Before numpy is imported, because BLAS starts its threads then, and a fork would not take them along.
quiet_libraries()

for _name in (
    "concurrent.futures",
    "numpy",
    "PIL.BmpImagePlugin",
    "PIL.GifImagePlugin",
    "PIL.ImageCms",
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    "pydantic",
    "findalike.domain",
    "findalike.decoders.image",
):
    import_module(_name)
