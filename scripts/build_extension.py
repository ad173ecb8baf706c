#!/usr/bin/env python3
"""Builds dist/dreamwright-<version>.zip, and beside it the index that makes the folder a repository for Blender.

The zip is checked by Blender's own command, and by rules of ours for what that misses. The folder, or a copy of it on a
web server, is added in Blender under Preferences > Get Extensions > Repositories, by the address of its index.json.

python3 scripts/build_extension.py
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from lib import environments, extension_rules
from lib.console import log
from lib.environments import ROOT, Environment, SetupError
from lib.interpreter import require_fitting_python

INDEX = "index.json"
"""What Blender asks a repository for, by the address of the folder."""
EPOCH = 1_577_836_800
"""2020-01-01. Every file in the zip has this time, so the same sources give the same bytes."""


class BuildError(Exception):
    """The extension could not be built. `str(error)` is the sentence a person reads."""


def main() -> int:
    require_fitting_python()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="folder of the zip (dist)")
    try:
        archive = build(parser.parse_args().out)
        write_index(archive.parent)
        print(archive)
    except (BuildError, SetupError) as error:
        log(str(error))
        return 1
    return 0


def build(out: Path) -> Path:
    """Stages what belongs into the extension, zips it and checks the zip. Raises BuildError, SetupError."""
    blender = environments.ensure(environments.fitting_blender(), log)
    manifest = read_manifest()
    for wheel in manifest["wheels"]:
        fetch_wheel(blender, ROOT / wheel)
    out.mkdir(parents=True, exist_ok=True)
    archive = out.absolute() / f"{manifest['id']}-{manifest['version']}.zip"
    with tempfile.TemporaryDirectory(prefix="dreamwright-build-") as folder:
        unchecked = Path(folder) / archive.name
        stage(Path(folder) / "stage")
        pack(blender, Path(folder) / "stage", unchecked)
        refuse_offenses(manifest, unchecked)
        shutil.copyfile(unchecked, archive.with_suffix(".part"))
    os.replace(archive.with_suffix(".part"), archive)
    return archive


def read_manifest() -> dict[str, Any]:
    import tomllib  # Python 3.11: an older Python that only wants to log so must be able to import this file

    return tomllib.loads((ROOT / "blender_manifest.toml").read_text(encoding="utf-8"))


def fetch_wheel(environment: Environment, wheel: Path) -> None:
    """Downloads the pure-Python wheel of this file name unless it is there. Raises BuildError."""
    if wheel.exists():
        return
    package, version = wheel.name.split("-")[:2]
    log(f"fetching {wheel.name}")
    _run([
        str(environment.interpreter), "-m", "pip", "download", f"{package}=={version}", "--no-deps", "--no-cache-dir",
        "--only-binary=:all:", "--platform=any", "--abi=none", "--implementation=py", f"--dest={wheel.parent}",
    ])  # fmt: skip
    if not wheel.exists():
        raise BuildError(f"The package index has no file {wheel.name}: correct `wheels` in blender_manifest.toml.")


def stage(folder: Path) -> None:
    """Copies what belongs into the extension, and nothing else."""
    for source in sorted(_sources()):
        copy = folder / source.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, copy)
        copy.chmod(0o644)
        os.utime(copy, (EPOCH, EPOCH))


def pack(blender: Environment, folder: Path, archive: Path) -> None:
    """Builds and validates with the command line that Blender itself has for extensions."""
    scripts = _blender_scripts(blender)
    command = [str(blender.interpreter), str(_extension_command(blender))]
    tags = f"--valid-tags={scripts / 'modules' / '_bpy_internal' / 'extensions' / 'tags.py'}"
    _run([*command, "build", f"--source-dir={folder}", f"--output-filepath={archive}", tags])
    put_in_order(archive)
    _run([*command, "validate", str(archive), tags])


def write_index(folder: Path) -> Path:
    """Writes index.json beside the zip: what Blender reads of a repository, be it this folder or a copy elsewhere."""
    blender = environments.ensure(environments.fitting_blender(), log)
    index = folder / INDEX
    index.unlink(missing_ok=True)  # what is listed must be there
    _run([str(blender.interpreter), str(_extension_command(blender)), "server-generate", f"--repo-dir={folder}"])
    return index


def put_in_order(archive: Path) -> None:
    """Blender's command packs files as the disk lists them; by name, the same sources give the same bytes anywhere."""
    ordered = archive.with_suffix(".ordered")
    with zipfile.ZipFile(archive) as packed, zipfile.ZipFile(ordered, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in sorted(packed.infolist(), key=lambda each: each.filename):
            made.writestr(entry, packed.read(entry))
    ordered.replace(archive)


def refuse_offenses(manifest: dict[str, Any], archive: Path) -> None:
    found = extension_rules.offenses(manifest, archive)
    if found:
        raise BuildError("The extension breaks the rules:\n  " + "\n  ".join(found))


def _sources() -> list[Path]:
    wheels = [ROOT / wheel for wheel in read_manifest()["wheels"]]  # not those of an earlier version
    top = [path for path in ROOT.iterdir() if path.is_file()]
    below = [path for name in ("addon", "backend") for path in (ROOT / name).rglob("*") if path.is_file()]
    return [*wheels, *(path for path in top + below if extension_rules.belongs(path.relative_to(ROOT).as_posix()))]


def _extension_command(blender: Environment) -> Path:
    """Blender's own program for extensions."""
    return _blender_scripts(blender) / "addons_core" / "bl_pkg" / "cli" / "blender_ext.py"


def _blender_scripts(blender: Environment) -> Path:
    found = next(iter(blender.folder.glob("lib/python*/site-packages/bpy/*/scripts")), None)
    if found is None:
        raise BuildError(f"There is no bpy module in {blender.folder}: delete that folder and run this again.")
    return found


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise BuildError(f"`{' '.join(command[1:4])} …` failed: {(done.stdout + done.stderr).strip()}")


if __name__ == "__main__":
    sys.exit(main())
