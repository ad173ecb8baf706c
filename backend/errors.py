"""Every sentence that a person can be shown, as one tree of exceptions.

    DreamwrightError
    ├── ConfigError             a setting is unknown, of the wrong type or out of bounds
    │   └── EmptyPromptError    nothing was asked for
    ├── WireError               the two processes do not understand each other
    │   ├── VersionError        one side is older: says which to update
    │   ├── ProtocolError       a message that breaks the protocol
    │   │   ├── ParseError      it is not JSON
    │   │   ├── RequestError    it is JSON, but no JSON-RPC 2.0 message
    │   │   └── ParamsError     a call with parameters that its method does not take
    │   ├── AuthorizationError  the token is missing, wrong or too short, or the call is not for this client
    │   └── UnknownMethodError  a call that the backend does not know
    ├── JobError
    │   ├── UnknownJobError     no such job in the cache folder
    │   ├── BrokenJobError      its record cannot be read
    │   ├── JobStateError       the command does not fit the job's state
    │   └── CheckpointError     a checkpoint is missing, broken or of another version
    ├── ModelError              a model is unknown, broken or cannot be reached
    │   └── RemoteCodeError     a model's folder wants code of its own to run
    ├── ShareError              a file or a message names a path on another machine
    ├── DatasetError            posed pictures that cannot be read
    ├── DeviceError             the device asked for is not on this machine
    ├── NotFiniteError          the optimization ran into NaN or infinity
    ├── EmptyFieldError         nothing solid came out
    ├── DiskError               the disk is full, or a folder cannot be written
    │   └── CacheInUseError     another backend works in the same cache folder
    ├── PortError               the port asked for is taken
    ├── MemoryShortError        not enough memory for the request
    └── InternalError           a fault of Dreamwright's own: says where the log is

Each leaf has a `code` (JSON-RPC error code, so that the class crosses the wire and is raised again on the other side)
and holds the one sentence a person reads: what happened, and what to do. The cause is kept (`raise ... from cause`) for
the log.
"""

from __future__ import annotations

SENTENCE_LIMIT = 1000
"""Characters: a sentence is read by a person, written into logs and records, and sent to every client."""


class DreamwrightError(Exception):
    """Root of the tree. `str(error)` is the sentence."""

    code = -32000

    def __init__(self, sentence: str) -> None:
        self.sentence = bounded(sentence)
        super().__init__(self.sentence)


def bounded(sentence: str, limit: int = SENTENCE_LIMIT) -> str:
    """The sentence, or its beginning and end where it repeats a value that has no end."""
    if len(sentence) <= limit:
        return sentence
    return f"{sentence[: limit // 2]} ... {sentence[-(limit // 2 - 5) :]}"


class ConfigError(DreamwrightError):
    code = -32010


class EmptyPromptError(ConfigError):
    code = -32011


class WireError(DreamwrightError):
    code = -32020


class VersionError(WireError):
    code = -32021


class ProtocolError(WireError):
    code = -32022


class ParseError(ProtocolError):
    code = -32700  # this and the next two: JSON-RPC 2.0, section 5.1


class RequestError(ProtocolError):
    code = -32600


class ParamsError(ProtocolError):
    code = -32602


class AuthorizationError(WireError):
    code = -32023


class UnknownMethodError(WireError):
    code = -32601  # JSON-RPC 2.0, section 5.1


class JobError(DreamwrightError):
    code = -32030


class UnknownJobError(JobError):
    code = -32031


class BrokenJobError(JobError):
    code = -32034


class JobStateError(JobError):
    code = -32032


class CheckpointError(JobError):
    code = -32033


class ModelError(DreamwrightError):
    code = -32040


class RemoteCodeError(ModelError):
    code = -32041


class ShareError(DreamwrightError):
    code = -32083


class DatasetError(DreamwrightError):
    code = -32050


class DeviceError(DreamwrightError):
    code = -32060


class NotFiniteError(DreamwrightError):
    code = -32070


class EmptyFieldError(DreamwrightError):
    code = -32071


class DiskError(DreamwrightError):
    code = -32080


class CacheInUseError(DiskError):
    code = -32081


class PortError(DreamwrightError):
    code = -32082


class MemoryShortError(DreamwrightError):
    code = -32090


class InternalError(DreamwrightError):
    code = -32603  # JSON-RPC 2.0, section 5.1


def leaves(root: type[DreamwrightError] = DreamwrightError) -> dict[int, type[DreamwrightError]]:
    """Every class of the tree by its code, `root` included."""
    found = {root.code: root}
    for child in root.__subclasses__():
        found |= leaves(child)
    return found


def from_code(code: int, sentence: str) -> DreamwrightError:
    """The error that crossed the wire, as the class it was; an unknown code becomes the root class."""
    return leaves().get(code, DreamwrightError)(sentence)


LINE_LIMIT = 4000
"""Characters of one message."""


def one_line(text: str, limit: int = LINE_LIMIT) -> str:
    """The text as a part of one line: what would end it, or move a terminal's cursor, is written out."""
    shown = bounded(text, limit)
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in shown)
