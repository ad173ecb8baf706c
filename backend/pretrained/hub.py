"""The hub, as far as we speak to it: what a repository holds, and one file of it from where it stopped.

It is huggingface_hub's own client (HF_ENDPOINT, HF_HUB_OFFLINE, HF_TOKEN are honored). Its `hf_hub_download` begins a
file anew after every stop since version 1.3, so we hold its `http_get` by the hand, which goes on from an offset.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.errors import ModelError

from .hub_cache import Entry, size_of
from .offline import online
from .registry import find_known

# Before huggingface_hub is imported: no service but the hub is spoken to, and nothing is told about this machine.
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("HF_HUB_DISABLE_XET", "1")
os.environ.setdefault("DO_NOT_TRACK", "1")

CHUNK_BYTES = 2**20
"""Bytes that are written, and counted, at once: a stop loses at most so many. huggingface_hub's own are 10 MB."""

_HEXADECIMAL = re.compile(r"[0-9a-f]{40,64}")


@dataclass(frozen=True)
class Listing:
    """What a repository holds at a commit."""

    repository: str
    commit: str
    license: str
    files: dict[str, Entry]


class Meter:
    """Stands where huggingface_hub draws a bar, and hands the bytes on; a negative count takes some back."""

    def __init__(self, count: Callable[[int], None]) -> None:
        self.update = count

    def __enter__(self) -> Meter:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def endpoint() -> str:
    from huggingface_hub import constants

    return constants.ENDPOINT


def fetch_info(repository: str) -> Listing:
    """Asks the hub for the files and the commit of a repository.

    Raises:
        ModelError: the hub cannot be reached or does not give it; one sentence for each reason.
    """
    from huggingface_hub import HfApi

    with hub_errors(repository), online():
        info = HfApi().model_info(repository, revision="main", files_metadata=True)
        files = {file.rfilename: _entry(file) for file in info.siblings or []}
        return Listing(repository, _hexadecimal(info.sha), _license(info), files)


def fetch_file(listing: Listing, name: str, partial: Path, count: Callable[[int], None]) -> None:
    """Appends to `partial` what it still lacks of a file; what has come stays there, whatever happens.

    Raises:
        ModelError: as `fetch_info`.
        OSError: the disk refuses.
    """
    from huggingface_hub import constants, hf_hub_url
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]  # documented, yet not in __all__

    constants.DOWNLOAD_CHUNK_SIZE = CHUNK_BYTES
    entry = listing.files[name]
    if size_of(partial) > entry.size:
        partial.unlink()
    url = hf_hub_url(listing.repository, name, revision=listing.commit, endpoint=endpoint())
    meter: Any = lambda **_: Meter(count)  # noqa: E731  (its type asks for a class of tqdm)
    with hub_errors(listing.repository), online(), open(partial, "ab") as file:
        http_get(
            url,
            file,
            resume_size=file.tell(),
            headers=build_hf_headers(),
            expected_size=entry.size,
            tqdm_class=meter,
        )


@contextmanager
def hub_errors(repository: str) -> Iterator[None]:
    """Turns what huggingface_hub raises into one sentence that says what to do."""
    import httpx2
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, OfflineModeIsEnabled

    try:
        yield
    except OfflineModeIsEnabled as cause:
        raise ModelError(
            f"{_described(repository)} is not on this machine, and HF_HUB_OFFLINE forbids to ask the hub: unset it, "
            "or bring the model's folder here and give its path."
        ) from cause
    except HfHubHTTPError as cause:
        raise ModelError(_refusal(repository, cause)) from cause
    except HFValidationError as cause:
        raise ModelError(f"'{repository}' is no name of a repository: write it as OWNER/NAME.") from cause
    except (httpx2.HTTPError, httpx2.InvalidURL) as cause:
        raise ModelError(_unreachable(repository, cause)) from cause
    except (ValueError, TypeError, KeyError) as cause:
        raise ModelError(
            f"What {endpoint()} answered about {repository} is not what a hub answers: check HF_ENDPOINT."
        ) from cause


def _described(repository: str) -> str:
    """Names a repository with size and license, where the registry knows them."""
    model = find_known(repository)
    return f"{repository} ({model.size}, license {model.license})" if model else repository


def _unreachable(repository: str, cause: Exception) -> str:
    return (
        f"The hub at {endpoint()} could not be reached for {_described(repository)}, by {type(cause).__name__}: check "
        "the connection and run this again (what has arrived is kept), or bring the model's folder here and give its "
        "path."
    )


def _refusal(repository: str, cause: Any) -> str:
    from huggingface_hub.errors import EntryNotFoundError, GatedRepoError, RepositoryNotFoundError

    status = cause.response.status_code
    if isinstance(cause, GatedRepoError) or (status in (401, 403) and not isinstance(cause, RepositoryNotFoundError)):
        return (
            f"{_described(repository)} is given only to those who accept its license: accept it at "
            f"{endpoint()}/{repository}, then log in with `hf auth login` (or set HF_TOKEN) and run this again."
        )
    if isinstance(cause, (RepositoryNotFoundError, EntryNotFoundError)) or status in (401, 404):
        return (
            f"The hub at {endpoint()} has no model {repository} (or it is private): check the name, "
            "or log in with `hf auth login`."
        )
    return f"The hub at {endpoint()} refuses {repository} for now (it says {status}): run this again later."


def _entry(file: Any) -> Entry:
    if file.lfs is not None:
        return Entry(file.lfs.size, "sha256:" + _hexadecimal(file.lfs.sha256))
    return Entry(int(file.size), "git:" + _hexadecimal(file.blob_id))


def _hexadecimal(text: str | None) -> str:
    """These become names of files, so they are looked at."""
    if not _HEXADECIMAL.fullmatch(text or ""):
        raise ValueError(f"{text!r} is no hash")
    return text or ""


def _license(info: Any) -> str:
    card = info.card_data.to_dict() if info.card_data else {}
    name = card.get("license_name") if card.get("license") == "other" else card.get("license")
    return str(name or "unknown")
