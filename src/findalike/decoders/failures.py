"""What may become of a file in a decoder process, as errors whose sentences a user reads."""

from __future__ import annotations

from findalike.errors import Unavailable, UndecodableMedia

_MIB = 1024 * 1024


class DecoderCrashed(UndecodableMedia):
    """The process that worked on a file died. Whoever wants to be sure that it is the file tries once more."""


def could_not_start() -> Unavailable:
    return Unavailable("The decoder processes could not be started: look at the server's log.", retry_after=5)


def crashed() -> DecoderCrashed:
    return DecoderCrashed(
        "The file crashed its decoder: it is damaged or made to do harm. "
        "Open it in another program, save it again, and send that."
    )


def too_slow(timeout: float) -> UndecodableMedia:
    return UndecodableMedia(
        f"Decoding took longer than {timeout:g} seconds and was given up: send a smaller or simpler file."
    )


def too_hungry(memory: int) -> UndecodableMedia:
    return UndecodableMedia(
        f"Decoding needs more than the {memory // _MIB} MiB of memory it may have: send a smaller file."
    )
