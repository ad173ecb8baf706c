#!/usr/bin/env python3
"""Makes an object out of a sentence, or out of posed pictures, and writes it to out/<name>/.

    python3 scripts/demo.py "a red cube"
    python3 scripts/demo.py --reconstruct             a small scene that is built and photographed in Blender
    python3 scripts/demo.py --reconstruct FOLDER      photographs, posed or not, or a video (docs/photos.md)
    python3 scripts/demo.py "a red cube" --reconstruct FOLDER      both at once

Writes result.blend, result.glb, preview.png, turntable.gif and report.json. Ctrl-C stops and keeps the last good
result; a second Ctrl-C ends at once. Exit code: 0 done, 1 failed, 2 wrong command line, 130 stopped.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from lib import environments
from lib.blender_process import BlenderProcess
from lib.demo_request import DemoRequest, refusal
from lib.environments import ROOT, Environment, SetupError
from lib.interpreter import require_fitting_python
from lib.interruption import Interruption
from lib.progress_line import ProgressLine, time_left
from lib.publication import PublicationError, publish, publish_log, staging_folder

INTERRUPTED = 130  # as a shell says it: 128 + SIGINT

line = ProgressLine(sys.stderr)


class DemoError(Exception):
    """It did not work. `str(error)` is the sentence a person reads."""


class Interrupted(Exception):
    """A person pressed Ctrl-C, and there is nothing to keep."""


def main() -> int:
    require_fitting_python()
    request, out = parse(sys.argv[1:])
    try:
        return demonstrate(request, out)
    except (DemoError, SetupError, PublicationError) as error:
        line.print_line(str(error))
        return 1
    except (Interrupted, KeyboardInterrupt):
        line.print_line("Stopped; there is nothing to keep.")
        return INTERRUPTED


def parse(arguments: list[str]) -> tuple[DemoRequest, Path]:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("prompt", nargs="?", metavar="PROMPT", help="what to make, in words")
    parser.add_argument("--reconstruct", nargs="?", const="", metavar="DATASET", help="work from posed pictures")
    parser.add_argument("--quality", choices=("instant", "draft", "normal", "high"), default="normal", help="(normal)")
    parser.add_argument("--steps", type=_natural, default=0, help="optimization steps (the quality's)")
    parser.add_argument("--resolution", type=_natural, default=0, help="voxels along an axis (the quality's)")
    parser.add_argument("--seed", type=int, default=0, help="of every random number (0)")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto", help="(auto)")
    parser.add_argument("--model", default=None, help="'embedded', an open_clip name or the path of a checkpoint")
    parser.add_argument("--recipe", default="", help="published settings instead of a quality's, as dream-fields-lq")
    parser.add_argument("--allow-download", action="store_true", help="a model that is not here may be fetched")
    parser.add_argument("--negative", default="", metavar="WORDS", help="what must not be seen")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        type=_setting,
        metavar="GROUP.NAME=VALUE",
        help="any setting of backend/config, for example dream_fields.weight=2; may be repeated",
    )
    parser.add_argument("--out", type=Path, default=ROOT / "out", help="the folder that gets the result's folder (out)")
    given = parser.parse_args(arguments)
    if given.prompt is None and given.reconstruct is None:
        parser.error("give a PROMPT, --reconstruct, or both")
    if given.prompt is None and given.model is not None:
        parser.error("--model is for prompts: a reconstruction without words needs none")
    request = _request(given)
    sentence = refusal(request)
    if sentence:
        parser.error(sentence)
    return request, given.out.expanduser().absolute() / request.slug


def demonstrate(request: DemoRequest, destination: Path) -> int:
    began = time.monotonic()
    backend = environments.ensure(environments.backend(), line.print_line)
    blender = environments.ensure(environments.fitting_blender(), line.print_line)
    setup_seconds = time.monotonic() - began
    with staging_folder(destination) as folder:
        report, stopped = run_in_blender(replace(request, folder=str(folder)), backend, blender, destination)
        if (folder / "frames").is_dir():
            line.show("assembling")
            assemble(backend, folder)
        finish_report(folder, report, setup_seconds, time.monotonic() - began)
        (folder / "log.txt").unlink()
        files = publish(folder, destination)
    line.clear()
    print_report(report, files, stopped)
    return INTERRUPTED if stopped else 0


def run_in_blender(
    request: DemoRequest, backend: Environment, blender: Environment, destination: Path
) -> tuple[dict[str, Any], bool]:
    """The report of what was made, and whether a person stopped it."""
    environ = {"DREAMWRIGHT_BACKEND_PYTHON": str(backend.interpreter), "DREAMWRIGHT_CACHE": str(cache_of(request))}
    log = Path(request.folder) / "log.txt"
    line.show("starting Blender")
    process = BlenderProcess(blender.interpreter, request.to_line(), log, environ)
    try:
        with Interruption(process.ask_to_stop) as interruption:
            last = _follow(process, interruption)
        code = process.wait()
    finally:
        process.kill()
    if last.get("event") == "done":
        return last["report"], interruption.wanted
    if interruption.wanted:
        raise Interrupted
    publish_log(log.parent, destination)
    sentence = last.get("sentence") or f"Blender ended in the middle (exit status {code})."
    raise DemoError(f"{sentence}\n(What was said on the way is in {destination / 'log.txt'}.)")


def cache_of(request: DemoRequest) -> Path:
    """Where the backend keeps the job. A backend has its cache to itself, so that two prompts can be made at once."""
    return Path(os.environ.get("DREAMWRIGHT_CACHE") or ROOT / ".cache" / "demo").absolute() / request.slug


def _follow(process: BlenderProcess, interruption: Interruption) -> dict[str, Any]:
    """Shows what Blender says as it comes; gives the last of it."""
    last: dict[str, Any] = {}
    announced = False
    for last in process.events():
        if interruption.wanted and not announced:
            line.print_line("Stopping; what is good so far is kept. (Ctrl-C again ends at once.)")
            announced = True
        _show(last)
    return last


def _show(event: dict[str, Any]) -> None:
    if event["event"] != "progress":
        return
    note = f"{event['step']}/{event['steps']}" if event.get("steps") else ""
    line.show(event["stage"], event.get("fraction"), f"{note}  {time_left(event.get('seconds_left'))}")


def assemble(backend: Environment, folder: Path) -> None:
    command = [str(backend.interpreter), "-m", "scripts.lib.turntable", str(folder / "frames")]
    done = subprocess.run([*command, str(folder / "turntable.gif")], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise DemoError(f"The turntable could not be assembled: {done.stderr.strip().splitlines()[-1]}")


def finish_report(folder: Path, report: dict[str, Any], setup_seconds: float, total: float) -> None:
    report["seconds"] = {"setup": round(setup_seconds, 3)} | report["seconds"] | {"total": round(total, 3)}
    (folder / "report.json").write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def print_report(report: dict[str, Any], files: list[Path], stopped: bool) -> None:
    """What a person wants to know first; the rest is in the report."""
    seconds, memory = report["seconds"], report["peak_rss_mb"]
    if stopped:
        print(f"Stopped at step {report['step']} of {report['steps']}; this is what was good so far.")
    print(f"{report['vertices']} vertices, {report['faces']} faces in {seconds['total']:.0f} s "
          f"({seconds['optimize']:.0f} s optimizing {report['step']} steps on {report['device']})")  # fmt: skip
    evaluation = report.get("evaluation") or {}
    if evaluation.get("psnr") is not None:
        print(f"held-out views: PSNR {evaluation['psnr']:.2f} dB, SSIM {evaluation['ssim']:.4f}")
    print(f"peak memory: backend {memory['backend']:.0f} MB, Blender {memory['blender']:.0f} MB")
    for warning in report["warnings"]:
        print(warning)
    for path in files:
        print(f"  {path}")


def _request(given: argparse.Namespace) -> DemoRequest:
    return DemoRequest(
        prompt=given.prompt or "",
        reconstruct=given.reconstruct is not None,
        dataset=str(Path(given.reconstruct).expanduser().absolute()) if given.reconstruct else "",
        quality=given.quality,
        model=given.model or "",
        device=given.device,
        seed=given.seed,
        steps=given.steps,
        resolution=given.resolution,
        settings=json.dumps(_settings(given)),
    )


def _settings(given: argparse.Namespace) -> dict[str, Any]:
    """Everything of --set, --negative and --allow-download as one tree."""
    tree: dict[str, Any] = {"prompt_options": {"negative": given.negative}} if given.negative else {}
    if given.allow_download:
        tree["allow_download"] = True
    if given.recipe:
        tree["recipe"] = given.recipe
    for path, value in given.set:
        inner = tree
        for group in path[:-1]:
            inner = inner.setdefault(group, {})
        inner[path[-1]] = value
    return tree


def _setting(text: str) -> tuple[list[str], Any]:
    """GROUP.NAME=VALUE; a value that is not JSON is text."""
    path, equals, value = text.partition("=")
    if not equals or not path:
        raise argparse.ArgumentTypeError(f"{text!r} is not GROUP.NAME=VALUE")
    try:
        return path.split("."), json.loads(value)
    except json.JSONDecodeError:
        return path.split("."), value


def _natural(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not a whole number above 0")
    return number


if __name__ == "__main__":
    sys.exit(main())
