"""The sentences that only the add-on can say, in the tree of backend/errors.py.

DreamwrightError
├── BackendError
│   ├── BackendNotSetUpError    the backend has no Python environment yet
│   ├── BackendStartError       the backend's process ended or said nothing
│   │   └── CacheBusyError      another backend works in the same cache folder
│   ├── BackendLostError        it was there, and is gone; the job can be resumed
│   └── AddressError            where a running backend is said to be cannot be used
├── SetUpError                  the environment could not be made
│   ├── OfflineError            a download is needed and Blender is offline
│   └── SetUpCancelledError     the user stopped it
├── SceneError                  the scene lacks what was asked for (a camera, an object of ours, a Cycles)
│   └── EmptyMeshError          the density crosses the threshold nowhere
├── BusyError                   something is running already, or nothing is
└── StoppedError                stopped before there was anything to keep
"""

from __future__ import annotations

from .wire import DiskError, DreamwrightError


class BackendError(DreamwrightError):
    code = -32100


class BackendNotSetUpError(BackendError):
    code = -32101


class BackendStartError(BackendError):
    code = -32102


class CacheBusyError(BackendStartError):
    code = -32105


class BackendLostError(BackendError):
    code = -32103


class AddressError(BackendError):
    code = -32104


class SetUpError(DreamwrightError):
    code = -32110


class OfflineError(SetUpError):
    code = -32111


class SetUpCancelledError(SetUpError):
    code = -32112


class SceneError(DreamwrightError):
    code = -32120


class EmptyMeshError(SceneError):
    code = -32121


class BusyError(DreamwrightError):
    code = -32130


class StoppedError(DreamwrightError):
    code = -32131


__all__ = [
    "AddressError",
    "BackendError",
    "BackendLostError",
    "BackendNotSetUpError",
    "BackendStartError",
    "BusyError",
    "CacheBusyError",
    "DiskError",
    "DreamwrightError",
    "EmptyMeshError",
    "OfflineError",
    "SceneError",
    "SetUpCancelledError",
    "SetUpError",
    "StoppedError",
]
