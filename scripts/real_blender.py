#!/usr/bin/env python3
"""A real Blender with a window, in a Debian root folder of its own, for the tests that the bpy module cannot run.

    python3 scripts/real_blender.py make            once: about 3 minutes and 1.2 GB in .cache/real-blender
    python3 scripts/real_blender.py gui SCRIPT.py   Blender under Xvfb with a software OpenGL, running a Python script

Timers, modal operators, panels and drawing live only in a Blender with a window. Debian's own package is a whole
Blender; it is unpacked with debootstrap and entered with chroot, so nothing is installed on the machine itself. That
needs root and Linux: `why_not()` says in a sentence what is missing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".cache" / "real-blender"
READY = "dreamwright-ready"
SUITE = "sid"  # the Debian suite whose Blender is one of those we support
PACKAGES = (  # noqa: SIM905  (a list of twenty strings reads worse)
    "blender xvfb xauth libgl1-mesa-dri libglx-mesa0 libegl-mesa0 libegl1 libgl1 x11-utils xdotool imagemagick "
    "python3-numpy python3-requests python3-cattr python3-zstandard python3-openvdb"
).split()
SCREEN = (1600, 1000)

# What runs inside a private mount namespace: the mounts are gone when it ends, however it ends.
_ENTER = """
set -e
root=$1; shift
cp -L /etc/resolv.conf /etc/hosts "$root/etc/" 2>/dev/null || true
mkdir -p "$root/dev/pts" "$root/dev/shm" "$root/tmp/.X11-unix"; chmod 1777 "$root/tmp" "$root/tmp/.X11-unix"
mount -t proc proc "$root/proc"
mount -t devpts devpts "$root/dev/pts" -o newinstance,ptmxmode=0666
mount -t tmpfs tmpfs "$root/dev/shm"
while [ "$1" != -- ]; do mkdir -p "$root$1"; mount --bind "$1" "$root$1"; shift; done
shift
exec chroot "$root" "$@"
"""


def why_not() -> str | None:
    """Why no real Blender can be made or run here, or None."""
    if sys.platform != "linux":
        return "a real Blender in a root folder needs Linux"
    if os.geteuid() != 0:
        return "a real Blender in a root folder needs root (chroot and mounts)"
    if is_ready():
        return None
    if not shutil.which("apt-get"):
        return "a real Blender in a root folder needs Debian or Ubuntu (apt-get)"
    if shutil.disk_usage(ROOT).free < 3e9:
        return "a real Blender in a root folder needs 3 GB of free disk"
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode:
        return "this machine does not allow private mounts (unshare --mount)"
    return None


def is_ready() -> bool:
    return (FOLDER / READY).exists()


def make() -> None:
    """Makes the root folder unless it is there. Raises RuntimeError with the end of the failing step's output."""
    if is_ready():
        return
    if not shutil.which("debootstrap", path="/usr/sbin:/usr/bin"):
        _step(["apt-get", "update", "-qq"])
        _step(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "debootstrap"])
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    # Debian's testing and unstable suites share one debootstrap script, which older releases may not link by name.
    recipe = Path("/usr/share/debootstrap/scripts/sid")
    includes = "--include=ca-certificates"
    _step(["debootstrap", "--variant=minbase", includes, SUITE, str(FOLDER), mirror(), str(recipe)])
    _prepare_apt()
    install = f"apt-get update -qq && apt-get install -y -qq --no-install-recommends {' '.join(PACKAGES)}"
    _step(entered(["sh", "-c", f"export DEBIAN_FRONTEND=noninteractive; {install} && apt-get clean"], []))
    (FOLDER / READY).touch()


def _prepare_apt() -> None:
    """The machine's own apt settings, no manuals, and no services started by packages."""
    for settings in Path("/etc/apt/apt.conf.d").glob("99*"):
        shutil.copy(settings, FOLDER / "etc/apt/apt.conf.d")
    slim = "path-exclude=/usr/share/doc/*\npath-exclude=/usr/share/man/*\npath-exclude=/usr/share/locale/*\n"
    (FOLDER / "etc/dpkg/dpkg.cfg.d/slim").write_text(slim)
    policy = FOLDER / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)


def mirror() -> str:
    """The Debian mirror that this machine already uses. Raises RuntimeError where there is none."""
    for source in sorted(Path("/etc/apt/sources.list.d").glob("*.sources")):
        for line in source.read_text().splitlines():
            if line.startswith("URIs:"):
                return line.split()[1].rstrip("/")
    old_list = Path("/etc/apt/sources.list")
    for line in old_list.read_text().splitlines() if old_list.exists() else []:
        words = [word for word in line.split() if not word.startswith("[")]
        if words[:1] == ["deb"]:
            return words[1].rstrip("/")
    raise RuntimeError("No Debian mirror is set up on this machine: a real Blender cannot be fetched.")


def entered(command: list[str], shared: list[Path], environment: dict[str, str] | None = None) -> list[str]:
    """The command line that runs `command` inside the root folder, where `shared` folders keep their paths."""
    inside = {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "LC_ALL": "C.UTF-8",
        "XDG_RUNTIME_DIR": "/tmp",
        "LIBGL_ALWAYS_SOFTWARE": "1",
        **(environment or {}),
    }
    variables = [f"{name}={value}" for name, value in inside.items()]
    mounts = [str(folder) for folder in shared]
    namespace = ["unshare", "--mount", "--propagation", "private", "sh", "-c", _ENTER, "enter", str(FOLDER)]
    return [*namespace, *mounts, "--", "/usr/bin/env", "-i", *variables, *command]


def gui(arguments: list[str], shared: list[Path], environment: dict[str, str] | None = None) -> list[str]:
    """The command line of a Blender with a window of the whole screen."""
    width, height = SCREEN
    display = ["xvfb-run", "-a", "-s", f"-screen 0 {width}x{height}x24 -nolisten tcp"]
    window = ["blender", "--window-geometry", "0", "0", str(width), str(height)]
    return entered([*display, *window, *arguments], shared, environment)


def _step(command: list[str]) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: " + "\n".join(done.stdout.splitlines()[-5:]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("make", "gui"))
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="a script and further arguments for Blender")
    options = parser.parse_args()
    reason = why_not()
    if reason:
        print(f"No real Blender here: {reason}.", file=sys.stderr)
        return 1
    make()
    if options.command == "gui":
        command = gui(["--factory-startup", "--python", *options.arguments], [ROOT])
        return subprocess.run(command).returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
