"""Known causes of a set-up that fails, each by what the installer prints, as a sentence with the step that helps."""

from __future__ import annotations

import re
import sys

_VENV = (
    f"This Python cannot make environments: install its venv module (on Debian and Ubuntu: sudo apt install "
    f"python{sys.version_info.major}.{sys.version_info.minor}-venv), or uv from docs.astral.sh/uv, and set up again."
)
_RUNTIME = (
    "PyTorch's libraries cannot be loaded: install Microsoft's Visual C++ runtime "
    "(winget install Microsoft.VCRedist.2015+.x64) and set up again."
)

CAUSES: tuple[tuple[str, str], ...] = (
    (r"ensurepip is not\s+available|No module named '?(venv|ensurepip)", _VENV),
    (
        r"Errno 28|No space left on device|not enough space on the disk|os error (28|112)\b|WinError 112",
        "The disk is full: make room where the backend goes, and set up again.",
    ),
    (
        r"\b407 Proxy|ProxyError|Cannot connect to proxy|Tunnel connection failed|tunnel error|proxy auth",
        "A proxy stands in the way: set HTTPS_PROXY=http://NAME:PASSWORD@HOST:PORT as the network wants it, for "
        "Blender "
        "(start it from a terminal that has it), and set up again.",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|certificate verify failed|invalid peer "
        r"certificate|UnknownIssuer|SSLCertVerification",
        "The server's certificate is not trusted, as where a company reads its network: set PIP_CERT and "
        "SSL_CERT_FILE to "
        "the company's certificate file for Blender, and set up again.",
    ),
    (
        r"Long Path support|WinError 206|filename or extension is too long|File name too long",
        "A path is too long for Windows: switch on long paths (LongPathsEnabled, see aka.ms/longpaths), or set "
        "DREAMWRIGHT_ENVIRONMENT to a short folder such as C:\\dw, and set up again.",
    ),
    (
        r"WinError (32|5)\b|Access is denied|being used by another process|os error (32|5)\b",
        "Another program holds a file of the environment, mostly an antivirus: close other Blenders, let the antivirus "
        "leave the backend's folder alone, and set up again.",
    ),
    (r"c10\.dll|WinError (126|1114|193)\b|DLL load failed", _RUNTIME),
    (
        r"DO NOT MATCH THE HASHES|hash mismatch|BadZipFile|invalid distribution|IncompleteRead|"
        r"not enough bytes were received",
        "A download came broken: set up again; if it stays so, a proxy on the way changes files.",
    ),
    (
        r"getaddrinfo failed|Name or service not known|Temporary failure in name resolution|nodename nor servname|"
        r"NewConnectionError|NameResolutionError|dns error|Connection (refused|reset)|timed? ?out|Network is "
        r"unreachable|"
        r"error sending request|tcp connect error",
        "The package server cannot be reached: look at the network, then set up again (what has come is not fetched "
        "twice), or use a folder of wheels.",
    ),
    (
        r"No matching distribution found|Could not find a version|No solution found|no wheels? with a matching|"
        r"not a supported wheel on this platform",
        "There is no wheel of a package for this Python and system: use the Blender that the extension names (4.5 or "
        "5.2), "
        "or a folder of wheels made for it.",
    ),
    (r"Errno 13|Permission denied|os error 13", "The backend's folder cannot be written: change its permissions."),
    (r"MemoryError|Cannot allocate memory|os error 12\b", "The memory is not enough: close other programs."),
)  # fmt: skip
"""In this order: pip ends a network that is not there with "no matching distribution", and wraps a proxy's or a
certificate's error in one of the connection."""

NETWORK_SENTENCE = next(sentence for pattern, sentence in CAUSES if "getaddrinfo" in pattern)
_SIGNALS = {
    -9: "The installer was killed, mostly because the memory was full: close other programs and set up again.",
    -4: "This processor lacks instructions that PyTorch is built with: use a remote backend on another machine.",
}
_NO_INSTRUCTION_ON_WINDOWS = 0xC000001D


def known_cause(output: str, status: int = 1) -> str:
    """Return the sentence for what an installer printed and how it ended; empty where the cause is none that is
    known."""
    if status == _NO_INSTRUCTION_ON_WINDOWS:
        return _SIGNALS[-4]
    if status in _SIGNALS:
        return _SIGNALS[status]
    return next((sentence for pattern, sentence in CAUSES if re.search(pattern, output, re.IGNORECASE)), "")
