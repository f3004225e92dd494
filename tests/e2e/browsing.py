"""What the tests of the page share: a browser, servers with something in them, pictures of the page."""

from __future__ import annotations

import shutil
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
]
WIDTHS = (400, 900, 1400)

FITS = "() => document.documentElement.scrollWidth <= window.innerWidth"

# Two frames, because what a new size changes may change again what is drawn; then nothing that one sees is awaited.
SETTLED = """async () => {
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
    const seen = [...document.images].filter((one) => {
        const { top, bottom, left, right } = one.getBoundingClientRect();
        return one.checkVisibility() && top < innerHeight && bottom > 0 && left < innerWidth && right > 0;
    });
    return seen.every((one) => one.complete) && !document.querySelector("[role=status][aria-label=Loading]");
}"""


def photograph(page: Page, shots: Path | None, name: str, widths: tuple[int, ...] = WIDTHS) -> None:
    """Nothing sticks out at the side in these widths; and pictures of it in all of them, light and dark, if wanted.

    What is still on its way is waited for, as are pictures that are loaded when they come into sight.
    """
    devtools = page.context.new_cdp_session(page)
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(FITS)
        if shots is None:
            continue
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            page.wait_for_function(SETTLED)
            # Playwright's own screenshot takes three times as long, to make smaller files.
            taken = devtools.send("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True})
            (shots / f"{name}-{width}-{scheme}.png").write_bytes(b64decode(taken["data"]))
    devtools.detach()


def drag(page: Page, *files: Path) -> Callable[[], None]:
    """Hold files and folders over the page, as a mouse does; what is returned lets them go."""
    devtools = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(file) for file in files], "dragOperationsMask": 1}

    def send(kind: str) -> None:
        devtools.send("Input.dispatchDragEvent", {"type": kind, "x": 300, "y": 300, "data": data})

    send("dragEnter")
    send("dragOver")
    return lambda: send("drop")
