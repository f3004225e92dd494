"""What `findalike doctor` looks at: one function a check. None changes anything but a file it removes again."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from findalike.errors import FindalikeError
from findalike.ports import is_free
from findalike.settings import Settings
from findalike.terminal import size

State = Literal["ok", "warning", "broken"]

_LEAST_DISK, _GOOD_DISK = 500_000_000, 5_000_000_000
_STATIC = ("swagger-ui.css", "swagger-ui-bundle.js", "swagger-start.js", "redoc.standalone.js", "favicon.svg")


@dataclass(frozen=True)
class Check:
    """What was looked at, how it is, and what to do if it is not well. Only "broken" keeps findalike from working."""

    name: str
    state: State
    detail: str
    remedy: str = ""


def run(settings: Settings, online: bool) -> Iterator[Check]:
    """All checks, one after the other; a check that fails by itself is a finding too."""
    checks: list[Callable[[Settings], Iterator[Check]]] = [
        _python,
        _data_folder,
        _disk,
        _catalog,
        _port,
        _milvus,
        _applications,
        _models,
        *([_index] if online else []),
        _formats,
        _documentation,
    ]
    for check in checks:
        try:
            yield from check(settings)
        except FindalikeError as error:
            yield Check(check.__name__.strip("_"), "broken", error.detail)
        except Exception as error:
            yield Check(check.__name__.strip("_"), "broken", f"{type(error).__name__}: {error}")


def _python(_: Settings) -> Iterator[Check]:
    found = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    if sys.maxsize > 2**32:
        yield Check("Python", "ok", found)
    else:
        yield Check("Python", "broken", f"{found}, of 32 bits.", "Install a Python of 64 bits: Milvus Lite needs it.")


def _data_folder(settings: Settings) -> Iterator[Check]:
    folder = settings.data_dir
    try:
        with tempfile.TemporaryFile(dir=_existing(folder)):
            pass
    except OSError as error:
        remedy = "Make it writable, or choose another with FINDALIKE_DATA_DIR."
        yield Check("data folder", "broken", f"{folder} cannot be written to ({error.strerror}).", remedy)
    else:
        yield Check("data folder", "ok", f"{folder} is writable.")


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there, which is where it would be made."""
    folder = folder.absolute()
    return next(one for one in (folder, *folder.parents) if one.exists())


def _disk(settings: Settings) -> Iterator[Check]:
    free = shutil.disk_usage(_existing(settings.data_dir)).free
    detail = f"{size(free)} are free for {settings.data_dir}."
    if free >= _GOOD_DISK:
        yield Check("disk", "ok", detail)
    else:
        state: State = "warning" if free >= _LEAST_DISK else "broken"
        yield Check("disk", state, detail, "Make room, or choose another disk with FINDALIKE_DATA_DIR.")


def _catalog(settings: Settings) -> Iterator[Check]:
    if not (settings.data_dir / "catalog.sqlite").exists():
        yield Check("catalog", "ok", "There is none yet; the server makes it.")
        return
    from findalike.catalog import Catalog

    catalog = Catalog(settings.catalog_url)
    try:
        count = len(catalog.collections.all())
    finally:
        catalog.close()
    yield Check("catalog", "ok", f"{count} collections.")


def _port(settings: Settings) -> Iterator[Check]:
    from findalike.cli.running import running_server

    if url := running_server(settings):
        yield Check("server", "ok", f"It runs at {url}.")
    elif settings.port == 0 or is_free(settings.host, settings.port):
        yield Check("server", "ok", f"None runs; {settings.host}:{settings.port} is free for it.")
    else:
        detail = f"None runs on this data folder, and {settings.host}:{settings.port} is taken or not ours."
        yield Check("server", "warning", detail, "Choose another port: `findalike serve --port 8001`.")


def _milvus(settings: Settings) -> Iterator[Check]:
    if settings.milvus_uri is None:
        try:
            import_module("milvus_lite")
        except ImportError as error:
            yield Check("Milvus Lite", "broken", f"It cannot be imported ({error}).", "pip install milvus-lite")
        else:
            yield Check("Milvus Lite", "ok", "It can be imported; the server starts it.")
        return
    from findalike.vectors.milvus import MilvusStore

    token = settings.milvus_token.get_secret_value() if settings.milvus_token else ""
    try:
        store = MilvusStore(settings.milvus_uri, token, min(settings.milvus_timeout, 10.0))
        try:
            store.ping()
        finally:
            store.close()
    except FindalikeError as error:
        yield Check("Milvus", "broken", error.detail, "Start it, or correct FINDALIKE_MILVUS_URI.")
    else:
        yield Check("Milvus", "ok", f"{settings.milvus_uri} answers.")


def _applications(_: Settings) -> Iterator[Check]:
    from findalike.applications.registry import Applications

    applications = Applications.load()
    yield Check("applications", "ok", f"Here: {', '.join(one.name for one in applications)}.")
    for name, wanted in applications.lacking.items():
        yield Check(name, "warning", "It is not offered: its libraries are missing.", f"pip install '{wanted}'")


def _models(settings: Settings) -> Iterator[Check]:
    from findalike.applications.registry import Applications
    from findalike.models.cache import ModelCache
    from findalike.models.registry import Registry

    cards, cache = Registry(settings.models), ModelCache(settings.cache_dir)
    for application in Applications.load().configured(settings):
        made = {one.model for one in application.vectors.values() if one.model}
        names = sorted(made | set(application.detectors.values()))
        missing = [name for name in names if not cache.fetched(cards.get(name))]
        if missing:
            remedy = f"They are fetched when first needed; to do it now: `findalike models fetch {' '.join(missing)}`."
            yield Check(f"models of {application.name}", "warning", f"Not here yet: {', '.join(missing)}.", remedy)
        else:
            yield Check(f"models of {application.name}", "ok", f"Here: {', '.join(names) or 'it needs none'}.")


def _index(_: Settings) -> Iterator[Check]:
    """Asks for the list of versions of one small package, and fetches nothing."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--retries", "0", "--timeout", "10"]
    try:
        answer = subprocess.run([*command, "index", "versions", "pip"], capture_output=True, text=True, timeout=30)
    except subprocess.TimeoutExpired:
        reached = False
    else:
        reached = answer.returncode == 0
    if reached:
        yield Check("package index", "ok", "pip reaches it, so models and samples can be fetched.")
    else:
        remedy = "Without it only what is here already works; set up pip's index-url or proxy (`pip config`)."
        yield Check("package index", "warning", "pip does not reach one.", remedy)


def _formats(_: Settings) -> Iterator[Check]:
    from PIL import features

    known = {"JPEG": "jpg", "PNG": "zlib", "WebP": "webp", "AVIF": "avif"}
    there = [name for name, feature in known.items() if features.check(feature)]
    missing = [name for name in known if name not in there]
    (there if find_spec("pillow_heif") else missing).append("HEIC")
    if missing:
        remedy = "pip install --force-reinstall pillow pillow-heif"
        yield Check("file formats", "warning", f"Not readable: {', '.join(missing)}.", remedy)
    else:
        yield Check("file formats", "ok", f"{', '.join(there)} and what else Pillow reads.")


def _documentation(_: Settings) -> Iterator[Check]:
    spec = find_spec("findalike.server")
    folder = Path(spec.origin).parent / "static" if spec and spec.origin else Path()
    missing = [name for name in _STATIC if not (folder / name).is_file()]
    if missing:
        remedy = "Install findalike again (`pip install .` builds them)."
        yield Check("API documentation", "warning", f"{folder} lacks {', '.join(missing)}.", remedy)
    else:
        yield Check("API documentation", "ok", "Its files are here, so /docs and /redoc work without internet.")
