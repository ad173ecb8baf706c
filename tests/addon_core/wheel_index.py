"""A package index over loopback (PEP 503) with tiny wheels: pip and uv install for real, and nothing leaves the
machine."""

from __future__ import annotations

import contextlib
import http.server
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path


def write_wheel(folder: Path, name: str, version: str, code: str = "", padding: int = 0) -> Path:
    """A wheel of one module, with so many bytes beside it that cannot be compressed away."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{name}.py", code or f"__version__ = {version!r}\n")
        wheel.writestr(f"{name}_data.bin", b"\0" * padding)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(
            f"{info}/RECORD", f"{name}.py,,\n{name}_data.bin,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n"
        )
    return path


@contextlib.contextmanager
def serve_index(root: Path) -> Iterator[tuple[str, list[str]]]:
    """The address of the folder over HTTP, and the paths that were asked for."""
    asked: list[str] = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments, **named):
            super().__init__(*arguments, directory=str(root), **named)

        def log_message(self, *_):
            asked.append(self.path)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def write_index(root: Path) -> Path:
    """PyTorch's indexes for three builds, and the general one with the rest; as the real ones, torch is in both."""
    for build in ("cpu", "cu126", "cu130"):
        for name, version in (("torch", "2.13.0"), ("torchvision", "0.28.0")):
            write_wheel(root / "whl" / build / name, name, f"{version}+{build}", f"build = {build!r}\n", 200_000)
    for name, version in (("torch", "2.13.0"), ("torchvision", "0.28.0")):
        write_wheel(root / "simple" / name, name, version, "build = 'general'\n")
    for name in ("numpy", "websockets", "safetensors"):
        write_wheel(root / "simple" / name, name, "1.0")
    return root
