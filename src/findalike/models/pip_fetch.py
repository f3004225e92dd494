"""Fetches one archive, by its very name, through pip's own configuration. Run as a script in its own process.

    python -P pip_fetch.py PROJECT VERSION ARCHIVE TARGET

`pip download` cannot do this: for an sdist it runs the package's build backend, and it refuses wheels of other
Pythons. So pip's finder and session are used directly: indexes, find-links, proxies, certificates, credentials
and time-outs are the operator's, and nothing of the package is ever executed. Progress goes to standard output,
one line `DONE TOTAL` at a time (TOTAL 0: unknown). Exit codes: 0 fetched; 4 not found or unreachable, with a
sentence on standard error; 3 this pip's insides are not as expected (see sources.py for what happens then).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

NOT_FOUND = 4
OTHER_PIP = 3
CHUNK = 256 * 1024


def arguments(project: str, version: str, archive: str) -> list[str]:
    """The options of `pip download` under which this very archive is a candidate, whatever Python runs here."""
    chosen = ["--no-deps", "--ignore-requires-python", "--no-binary=:none:", "--only-binary=:none:", "--quiet"]
    if archive.endswith(".whl"):
        python, abi, platform = archive.removesuffix(".whl").split("-")[-3:]
        first = python.split(".")[0]
        chosen += ["--only-binary=:all:", f"--implementation={first[:2]}"]
        chosen += [f"--python-version={first[2:]}"] if first[2:].isdigit() else []
        chosen += [f"--abi={tag}" for tag in abi.split(".")]
        chosen += [f"--platform={tag}" for tag in platform.split(".")]
    return [*chosen, f"{project}=={version}"]


def main(argv: Sequence[str]) -> int:
    """Write the archive to TARGET. The caller verifies the hash."""
    project, version, archive, target = argv
    try:
        from pip._internal.cli.cmdoptions import make_target_python
        from pip._internal.commands import create_command
        from pip._internal.commands.download import DownloadCommand
        from pip._internal.exceptions import PipError
        from pip._vendor.requests.exceptions import RequestException

        command = create_command("download")
        assert isinstance(command, DownloadCommand)
        options, _ = command.parse_args(arguments(project, version, archive))
        with command.main_context():
            session = command.get_default_session(options)
            finder = command._build_package_finder(
                options, session, make_target_python(options), ignore_requires_python=True
            )
            try:
                links = [c.link for c in finder.find_all_candidates(project) if c.link.filename == archive]
                if not links:
                    print(f"{archive} is on none of pip's indexes and find-links folders.", file=sys.stderr)
                    return NOT_FOUND
                # Mirrors may answer compressed otherwise, and then the bytes would not be the archive's.
                response = session.get(
                    links[0].url_without_fragment, headers={"Accept-Encoding": "identity"}, stream=True
                )
                response.raise_for_status()
                total, done = int(response.headers.get("Content-Length") or 0), 0
                with Path(target).open("wb") as file:
                    while chunk := response.raw.read(CHUNK):
                        file.write(chunk)
                        done += len(chunk)
                        print(done, total, flush=True)
            except (PipError, RequestException, OSError) as error:
                print(f"{type(error).__name__}: {error}", file=sys.stderr)
                return NOT_FOUND
    except (ImportError, AttributeError, TypeError, AssertionError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return OTHER_PIP
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
