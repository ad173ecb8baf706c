"""A hub on this machine: the few routes that huggingface_hub asks, and the ways in which a hub can fail.

Files of more than `LARGE` bytes are "LFS": they have a SHA-256 and are given by a redirect, as from a content network.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

PIPELINE = "stable-diffusion-v1-5/stable-diffusion-v1-5"
CONTROLNET = "lllyasviel/control_v11f1p_sd15_depth"
UNET = "unet/diffusion_pytorch_model.fp16.safetensors"
LARGE = 20_000
CHUNK_BYTES = 65_536


@dataclass
class Request:
    method: str
    path: str
    offset: int = 0
    sent: int = 0


@dataclass
class LoopbackHub:
    """Set its fields to make it fail."""

    repositories: dict[str, Path] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    url: str = ""
    refuse: tuple[int, str] | None = None
    """a status and an X-Error-Code for every request"""
    refuse_files: tuple[int, str] | None = None
    """the same for files only, as a hub refuses a gated model"""
    cut_after: dict[str, int] = field(default_factory=dict)
    """bytes of a file after which the connection breaks, once"""
    broken_after_cut: bool = False
    """whether the hub is out of order from then on"""
    corrupt: set[str] = field(default_factory=set)
    """files of which a byte is another on the way"""
    ignores_range: bool = False
    claims: dict[str, int] = field(default_factory=dict)
    """sizes of files that the listing exaggerates"""
    answer: bytes | None = None
    """instead of a listing"""
    seconds_a_piece: float = 0.0
    license: str = "openrail"
    commit_of: dict[str, str] = field(default_factory=dict)
    """instead of the hash of what is in it"""

    @property
    def content_url(self) -> str:
        """Another host, as a content network is one: there huggingface_hub looks no further for a file's hash."""
        return self.url.replace("127.0.0.1", "localhost")

    def files_asked(self, name: str) -> list[Request]:
        """The requests that gave bytes of a file."""
        digest = self._digest_by_name(name)
        return [r for r in self.requests if r.method == "GET" and (r.path.endswith(name) or r.path.endswith(digest))]

    def bytes_sent(self, name: str) -> int:
        return sum(request.sent for request in self.files_asked(name))

    def _digest_by_name(self, name: str) -> str:
        paths = [root / name for root in self.repositories.values() if (root / name).is_file()]
        return hashlib.sha256(paths[0].read_bytes()).hexdigest() if paths else "no such file"

    def commit(self, repository: str) -> str:
        root = self.repositories[repository]
        digest = hashlib.sha1(b"".join(_git(path).encode() for path in _files(root)), usedforsecurity=False)
        return self.commit_of.get(repository, digest.hexdigest())

    def listing(self, repository: str) -> dict:
        root = self.repositories[repository]
        siblings = [self._sibling(path, path.relative_to(root).as_posix()) for path in _files(root)]
        return {
            "id": repository,
            "modelId": repository,
            "sha": self.commit(repository),
            "cardData": {"license": self.license},
            "siblings": siblings,
        }

    def _sibling(self, path: Path, name: str) -> dict:
        size = self.claims.get(name, path.stat().st_size)
        about = {"rfilename": name, "size": size, "blobId": _git(path)}
        if size > LARGE:
            about["lfs"] = {"size": size, "sha256": _sha256(path), "pointerSize": 130}
        return about

    def path_of(self, repository: str, name: str) -> Path | None:
        path = self.repositories.get(repository, Path("/nowhere")) / name
        return path if path.is_file() else None

    def path_by_digest(self, digest: str) -> Path | None:
        files = (path for root in self.repositories.values() for path in _files(root))
        return next((path for path in files if path.stat().st_size > LARGE and _sha256(path) == digest), None)


@contextmanager
def serving(hub: LoopbackHub) -> Iterator[LoopbackHub]:
    """The hub on a free port of this machine until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    hub: LoopbackHub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, with_body: bool) -> None:
        path = unquote(urlsplit(self.path).path)
        request = Request(self.command, path, self._offset())
        self.hub.requests.append(request)
        is_file = not path.startswith("/api/")
        refusal = self.hub.refuse or (self.hub.refuse_files if is_file else None)
        if refusal:
            return self._refuse(*refusal)
        if path.startswith("/api/models/"):
            return self._list(path.removeprefix("/api/models/"))
        if path.startswith("/content/"):
            file = self.hub.path_by_digest(path.removeprefix("/content/"))
            return self._send(request, file) if file else self._refuse(404, "EntryNotFound")
        return self._resolve(request, path, with_body)

    def _list(self, rest: str) -> None:
        repository, _, tail = rest.partition("/revision/")
        if "/tree/" in rest:
            repository = rest.partition("/tree/")[0]
            return self._send_json(self._tree(repository))
        if repository not in self.hub.repositories or tail not in ("", "main"):
            return self._refuse(404, "RepoNotFound")
        if self.hub.answer is not None:
            return self._send_bytes(self.hub.answer)
        return self._send_json(self.hub.listing(repository))

    def _tree(self, repository: str) -> list[dict]:
        """The same as a listing, as another route of the hub words it."""
        return [
            {
                "type": "file",
                "path": file["rfilename"],
                "size": file["size"],
                "oid": file["blobId"],
                **({"lfs": {**file["lfs"], "oid": file["lfs"]["sha256"]}} if "lfs" in file else {}),
            }
            for file in self.hub.listing(repository)["siblings"]
        ]

    def _resolve(self, request: Request, path: str, with_body: bool) -> None:
        repository, _, rest = path.lstrip("/").partition("/resolve/")
        name = rest.partition("/")[2]
        file = self.hub.path_of(repository, name)
        if file is None:
            return self._refuse(404, "EntryNotFound" if repository in self.hub.repositories else "RepoNotFound")
        headers = {"X-Repo-Commit": self.hub.commit(repository), "ETag": f'"{_git(file)}"'}
        if file.stat().st_size <= LARGE:
            return self._send(request, file, headers, with_body)
        digest = _sha256(file)
        headers |= {"X-Linked-Etag": f'"{digest}"', "X-Linked-Size": str(file.stat().st_size)}
        headers |= {"Location": f"{self.hub.content_url}/content/{digest}", "Content-Length": "0"}
        return self._head(302, headers)

    def _send(
        self, request: Request, file: Path, headers: dict[str, str] | None = None, with_body: bool = True
    ) -> None:
        content = file.read_bytes()
        if any(file.as_posix().endswith(name) for name in self.hub.corrupt):
            content = content[:-1] + bytes([content[-1] ^ 1])
        offset = 0 if self.hub.ignores_range else request.offset
        status = 206 if offset else 200
        about = {"Content-Length": str(len(content) - offset), **(headers or {})}
        if offset:
            about["Content-Range"] = f"bytes {offset}-{len(content) - 1}/{len(content)}"
        self._head(status, about)
        if with_body:
            self._send_pieces(request, content[offset:], self._cut(file))

    def _cut(self, file: Path) -> int | None:
        found = next((name for name in self.hub.cut_after if file.as_posix().endswith(name)), None)
        return self.hub.cut_after.pop(found) if found else None

    def _send_pieces(self, request: Request, content: bytes, cut: int | None) -> None:
        for start in range(0, len(content[:cut]), CHUNK_BYTES):
            piece = content[:cut][start : start + CHUNK_BYTES]
            self.wfile.write(piece)
            request.sent += len(piece)
            time.sleep(self.hub.seconds_a_piece)
        if cut is not None:
            self.wfile.flush()
            self.close_connection = True
            if self.hub.broken_after_cut:
                self.hub.refuse = (503, "")

    def _send_json(self, content: object) -> None:
        self._send_bytes(json.dumps(content).encode())

    def _send_bytes(self, content: bytes) -> None:
        self._head(200, {"Content-Type": "application/json", "Content-Length": str(len(content))})
        self.wfile.write(content)

    def _refuse(self, status: int, code: str) -> None:
        self._head(status, {"Content-Length": "0"} | ({"X-Error-Code": code} if code else {}))

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _offset(self) -> int:
        asked = self.headers.get("Range", "")
        return int(asked.removeprefix("bytes=").partition("-")[0]) if asked else 0

    def log_message(self, *_: object) -> None:
        pass


def _files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _git(path: Path) -> str:
    """As `git hash-object` names it."""
    content = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
