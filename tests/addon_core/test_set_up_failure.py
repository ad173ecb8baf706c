"""What pip, uv, venv and PyTorch print when they fail, as recorded, and the sentence that each becomes."""

from __future__ import annotations

import pytest

from addon.core.set_up_failure import CAUSES, known_cause

PIP_RETRY = (
    "WARNING: Retrying (Retry(total=0, connect=None, read=None)) after connection broken by '{}': /simple/torch/\n"
)
PIP_END = (
    "ERROR: Could not find a version that satisfies the requirement torch==2.13.0 (from versions: none)\n"
    "ERROR: No matching distribution found for torch==2.13.0"
)
UV_BEGIN = (
    "error: Failed to fetch: https://nowhere.invalid/simple/torch/\n  cause: error sending request for url\n"
    "  cause: client error (Connect)\n"
)

RECORDED = [
    (
        "pip, certificate",
        PIP_RETRY.format(
            "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: "
            "self-signed "
            "certificate (_ssl.c:1006)'))"
        )
        + PIP_END,
        "certificate is not trusted.*PIP_CERT and SSL_CERT_FILE",
    ),
    (
        "uv, certificate",
        UV_BEGIN + "  cause: invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))",
        "certificate",
    ),
    (
        "pip, proxy wants a password",
        PIP_RETRY.format(
            "ProxyError('Cannot connect to proxy.', OSError('Tunnel connection failed: 407 Proxy Authentication "
            "Required'))"
        )
        + PIP_END,
        "HTTPS_PROXY=",
    ),
    (
        "pip, proxy is not there",
        PIP_RETRY.format(
            "ProxyError('Cannot connect to proxy.', NewConnectionError(': Failed to establish a new connection: [Errno "
            "111] "
            "Connection refused'))"
        )
        + PIP_END,
        "HTTPS_PROXY=",
    ),
    ("uv, proxy", UV_BEGIN + "  cause: tunnel error: proxy authorization required", "HTTPS_PROXY="),
    (
        "pip, no network",
        PIP_RETRY.format(
            "NewConnectionError(': Failed to establish a new connection: [Errno -2] Name or service not known')"
        )
        + PIP_END,
        "cannot be reached.*what has come is not fetched twice",
    ),
    (
        "pip on Windows, no network",
        PIP_RETRY.format("NewConnectionError('[Errno 11001] getaddrinfo failed')") + PIP_END,
        "cannot be reached",
    ),
    (
        "uv, no network",
        UV_BEGIN + "  cause: dns error\n  cause: failed to lookup address information",
        "cannot be reached",
    ),
    (
        "pip, a download stops",
        "pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool(host='x', port=443): Read timed out.",
        "cannot be reached",
    ),
    ("pip, no wheel", PIP_END.replace("none", "2.9.0, 2.10.0"), "no wheel of a package for this Python and system"),
    (
        "uv, no wheel",
        "error: No solution found when resolving dependencies\n  cause: Because torch was not found in the "
        "provided package locations",
        "no wheel",
    ),
    (
        "pip, disk",
        "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
        "disk is full",
    ),
    ("uv on Windows, disk", "  cause: There is not enough space on the disk. (os error 112)", "disk is full"),
    (
        "Debian's Python",
        "The virtual environment was not created successfully because ensurepip is not\navailable.  On "
        "Debian/Ubuntu systems, you need to install the python3-venv package",
        r"sudo apt install python3\.\d+-venv",
    ),
    (
        "antivirus",
        "ERROR: Could not install packages due to an OSError: [WinError 32] The process cannot access the file "
        "because it is being used by another process: "
        "'C:\\\\dw\\\\py311\\\\Lib\\\\site-packages\\\\torch\\\\lib\\\\c10.dll'",
        "antivirus",
    ),
    ("antivirus, uv", "  cause: failed to rename file: Access is denied. (os error 5)", "antivirus"),
    (
        "long path",
        "ERROR: Could not install packages due to an OSError: [Errno 2] No such file or directory: 'C:\\\\Users'\n"
        "HINT: This error might have occurred since this system does not have Windows Long Path support enabled.",
        "DREAMWRIGHT_ENVIRONMENT to a short folder",
    ),
    (
        "no Visual C++",
        "OSError: [WinError 126] The specified module could not be found. Error loading "
        '"C:\\dw\\py311\\Lib\\site-packages\\torch\\lib\\c10.dll" or one of its dependencies.',
        "winget install Microsoft.VCRedist",
    ),
    ("broken download", "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "came broken"),
    (
        "permission",
        "ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '/opt/x'",
        "cannot be written",
    ),
    ("memory", "MemoryError", "close other programs"),
]


@pytest.mark.parametrize(("printed", "sentence"), [case[1:] for case in RECORDED], ids=[case[0] for case in RECORDED])
def test_a_known_cause_has_its_sentence(printed, sentence):
    import re

    found = known_cause(printed)
    assert re.search(sentence, found), found


def test_no_two_causes_share_a_sentence_and_each_says_what_to_do():
    sentences = [sentence for _, sentence in CAUSES]
    assert len(set(sentences)) == len(sentences) and all(": " in sentence for sentence in sentences)
    seen = {known_cause(case[1]) for case in RECORDED}
    assert seen == set(sentences), "each is seen to fire"


@pytest.mark.parametrize(
    ("status", "word"), [(-9, "memory was full"), (-4, "lacks instructions"), (0xC000001D, "lacks")]
)
def test_how_it_ended_is_a_cause_too(status, word):
    assert word in known_cause("Collecting torch", status)


@pytest.mark.parametrize("printed", ["", "Collecting torch", "Downloading x.whl (407 kB)", "error: something new"])
def test_what_is_not_known_is_not_guessed(printed):
    assert known_cause(printed) == ""
