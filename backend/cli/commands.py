"""`python -m backend serve | generate | reconstruct | redo | pose | export | doctor | ...`: each `--help` says more.

Exit codes: 0 done; 1 something failed; 2 the command line or a setting is wrong; 130 stopped by Ctrl-C, with what there
was written. Each command imports its part of the backend when it runs, so that `--help` does not wait for torch.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from backend import config as configuration
from backend.cache import CACHE_VARIABLE, default_cache
from backend.config import JobConfig, Method, Quality
from backend.errors import ConfigError, DreamwrightError
from backend.version import version
from backend.wire.messages import DEVICE_VARIABLE, TOKEN_VARIABLE

from .exit_codes import DONE, FAILED, INTERRUPTED, USAGE_ERROR
from .models.arguments import add_models
from .options import add_options, given_settings
from .redo import add_redo
from .regions import add_region_options, given_regions
from .stored_jobs import add_jobs
from .tokens import add_clients, given_token

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None, serve: Callable[..., None] | None = None) -> int:
    """Run one command and return its exit code; errors are one sentence on standard error.

    `serve` runs a server with the settings that are its keyword arguments: `python -m backend` brings it, since this
    door does not know the other one.
    """
    typed = sys.argv[1:] if arguments is None else arguments
    parsed = make_parser().parse_args(typed)
    parsed.run_server = serve
    configuration.allow_shares(typed)
    try:
        return int(parsed.command(parsed))
    except DreamwrightError as error:
        log.debug("the cause:", exc_info=error)
        sys.stderr.write(error.sentence + "\n")
        return USAGE_ERROR if isinstance(error, ConfigError) else FAILED
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        return INTERRUPTED


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m backend", description="Dreamwright's backend.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=version())
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_serve(commands)
    _add_generate(commands)
    _add_reconstruct(commands)
    add_redo(commands, _command)
    _add_pose(commands)
    _add_export(commands)
    _add_evaluate(commands)
    _add_doctor(commands)
    _add_compile(commands)
    _add_recipes(commands)
    add_models(commands, _command)
    add_clients(commands, _command)
    add_jobs(commands, _command)
    return parser


# -- the commands


def _serve(arguments: argparse.Namespace) -> int:
    parent = os.getppid()  # before torch is read: it may end meanwhile
    if arguments.run_server is None:
        raise ConfigError("This door serves nobody: use `python -m backend serve`.")
    os.umask(0o077)  # jobs, checkpoints, grids and logs are the person's alone
    token = given_token(os.environ.pop(TOKEN_VARIABLE, ""), arguments)  # out, so that no child process inherits it
    device = arguments.device or os.environ.get(DEVICE_VARIABLE) or "auto"
    allowed, names = tuple(arguments.allow_folder), tuple(arguments.host_name)
    arguments.run_server(
        cache=arguments.cache, token=token, port=arguments.port, device=device, stay=arguments.stay,
        allowed_folders=allowed, host_names=names, parent=parent,
    )  # fmt: skip
    return DONE


def _generate(arguments: argparse.Namespace) -> int:
    wanted: dict[str, Any] = {"prompt": arguments.prompt_words}
    if arguments.picture is not None:
        wanted |= _of_picture(arguments)
    if not arguments.variations:
        return _run(arguments, Method.TEXT, wanted)
    first, out = _config(arguments, Method.TEXT, wanted).seed, arguments.out
    for seed in range(first, first + arguments.variations):
        arguments.out = out / f"seed-{seed}"
        code = _run(arguments, Method.TEXT, wanted | {"seed": seed})
        if code != DONE:
            return code
    return DONE


def _of_picture(arguments: argparse.Namespace) -> dict[str, Any]:
    """Returns what makes the object that the picture shows; says on standard error what it was taken for."""
    from backend.optimize.from_picture import job_from_picture, read_file

    if arguments.variations:
        raise ConfigError("A picture says which instance is made, so it has no variations: leave --variations out.")
    given = given_settings(arguments)
    picture, file = read_file(arguments.picture), str(arguments.picture)
    model = given.get("prior", {}).get("model") or given.get("model", "")
    if configuration.makes_shape_of_picture(model):
        return configuration.merged(given, configuration.picture_changes(file, model, arguments.prompt_words))
    found = job_from_picture(picture, arguments.prompt_words)
    sys.stderr.write(found.sentence + "\n")
    return configuration.merged(given, found.changes(file))


def _reconstruct(arguments: argparse.Namespace) -> int:
    words = getattr(arguments, "prompt", "").strip()
    method = Method.BOTH if words else Method.RECONSTRUCT
    return _run(arguments, method, {"dataset": str(arguments.dataset_folder)})


def _pose(arguments: argparse.Namespace) -> int:
    from backend.photos.pose import Stages, pose_photos, undistort_photos

    posed = pose_photos(
        arguments.photos.expanduser(), arguments.out, allow_download=arguments.allow_download,
        progress=Stages(_write_note).notify, note=_write_note,
    )  # fmt: skip
    for note in posed.notes:
        _write_note(note)
    folder = undistort_photos(posed.folder) if arguments.undistorted else posed.folder
    sys.stdout.write(f"{folder}\n")
    return DONE


def _write_note(sentence: str) -> None:
    """Writes to standard error: standard output has the folder alone."""
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


def _run(arguments: argparse.Namespace, method: Method, wanted: dict[str, Any]) -> int:
    from .local_run import run_job

    outcome = run_job(_config(arguments, method, wanted), arguments.out, resume=arguments.resume)
    sys.stdout.write(f"{outcome.folder}\n")
    return DONE if outcome.finished else INTERRUPTED


def _config(arguments: argparse.Namespace, method: Method, wanted: dict[str, Any]) -> JobConfig:
    changes = given_settings(arguments) | wanted
    quality, recipe = changes.get("quality", Quality.NORMAL), changes.get("recipe", "")
    base = configuration.initial_config(method, quality, recipe, changes.get("model", ""))
    found = configuration.with_changes(base, changes)
    there = [*configuration.to_json(found)["regions"]["items"], *given_regions(arguments, found.bounds)]
    return configuration.check_runnable(configuration.with_changes(found, {"regions": {"items": there}}))


def _export(arguments: argparse.Namespace) -> int:
    from .local_run import export_job

    sys.stdout.write(f"{export_job(arguments.cache, arguments.job, arguments.out, arguments.resolution)}\n")
    return DONE


def _evaluate(arguments: argparse.Namespace) -> int:
    from .evaluate import evaluate

    scored_by = (arguments.evaluator, arguments.candidates, arguments.device)
    asked = (arguments.jobs, arguments.cache, arguments.out, *scored_by)
    outcome = evaluate(*asked)
    sys.stdout.write(f"{outcome.page}\n")
    return DONE if outcome.whole else FAILED


def _recipes(arguments: argparse.Namespace) -> int:
    from .recipes import list_recipes

    return list_recipes(arguments)


def _doctor(arguments: argparse.Namespace) -> int:
    from .doctor import diagnose

    broken = False
    for finding in diagnose(arguments.cache):
        sys.stdout.write(("PROBLEM: " if finding.broken else "") + finding.sentence + "\n")
        broken = broken or finding.broken
    return FAILED if broken else DONE


def _print(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")


def _compile(arguments: argparse.Namespace) -> int:
    from backend.optimize.compile_renderer import compile_renderer

    compile_renderer(_print)
    return DONE


# -- their arguments


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, function: object, about: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=about, description=about, allow_abbrev=False)
    parser.set_defaults(command=function)
    return parser


def _add_serve(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    about = f"Serve the add-on on this machine; the token comes in {TOKEN_VARIABLE}."
    parser = _command(commands, "serve", _serve, about)
    _add_cache(parser)
    parser.add_argument("--port", type=int, default=0, help="0 (the default) takes a free one")
    parser.add_argument("--device", default="", help=f"of jobs that leave it open; default ${DEVICE_VARIABLE} or auto")
    parser.add_argument("--stay", action="store_true", help="go on when standard input ends; for clients elsewhere")
    given = parser.add_mutually_exclusive_group()
    given.add_argument("--token-file", type=Path, help=f"a file with the token, instead of {TOKEN_VARIABLE}")
    given.add_argument("--token-stdin", action="store_true", help="the token is the first line of standard input")
    parser.add_argument(
        "--allow-folder", type=Path, action="append", default=[], metavar="PATH",
        help="with --stay: a folder of this machine from which clients may have pictures and models read; repeat it",
    )  # fmt: skip
    parser.add_argument(
        "--host-name", action="append", default=[], metavar="NAME",
        help="a name by which clients reach it, as a proxy passes it on, beside those of this machine; repeat it",
    )  # fmt: skip


def _add_generate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "generate", _generate, "Make an object from words, without a server.")
    parser.add_argument("prompt_words", metavar="PROMPT", nargs="?", default="", help="what to make, in words")
    parser.add_argument(
        "--picture", type=Path, metavar="FILE", help="one picture of what to make; words beside it say the rest"
    )
    parser.add_argument(
        "--variations", type=int, default=0, metavar="N", help="N seeds, each into a folder seed-... of --out"
    )
    _add_run(parser, without=("method", "prompt", "dataset", "prior.picture"), method=Method.TEXT)


def _add_reconstruct(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    about = "Make a field from photographs, and from words where a --prompt is given, without a server."
    parser = _command(commands, "reconstruct", _reconstruct, about)
    parser.add_argument(
        "dataset_folder", metavar="PHOTOS", type=Path,
        help="a folder of posed pictures of any program in docs/photos.md, or of pictures alone, or a video: what has "
        "no poses is posed by COLMAP",
    )  # fmt: skip
    _add_run(parser, without=("method", "dataset", "prior.picture"), method=Method.RECONSTRUCT)


def _add_pose(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    about = (
        "Find where photographs, or frames of a video, were taken from (by COLMAP), and write them with their poses."
    )
    parser = _command(commands, "pose", _pose, about)
    parser.add_argument(
        "photos", metavar="PHOTOS", type=Path, help="a folder of pictures of one scene, or a video of it"
    )
    parser.add_argument(
        "--allow-download",
        action="store_true",
        help="install COLMAP (40 MB, BSD) where it is missing, and for a video PyAV (36 MB, BSD)",
    )
    parser.add_argument(
        "--undistorted",
        action="store_true",
        help="write them once more without distortion, as 3D Gaussian Splatting wants them, into OUT/undistorted",
    )
    _add_out(parser)


def _add_recipes(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    about = "Show the settings as published; with --model, what that model is asked with at each quality."
    parser = _command(commands, "recipes", _recipes, about)
    parser.add_argument("--model", metavar="NAME", help="as after `generate --model`")


def _add_run(parser: argparse.ArgumentParser, without: tuple[str, ...], method: Method) -> None:
    """The options of a run; what they say of defaults is what a run of this method begins with."""
    _add_out(parser)
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in the folder of --out")
    add_region_options(parser)
    add_options(parser, configuration.initial_config(method, Quality.NORMAL, "", ""), without=without)


def _add_export(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "export", _export, "Write grid, picture and report of a job in the cache folder.")
    parser.add_argument("job", metavar="JOB", help="as in the names of the folders in the cache's jobs folder")
    _add_cache(parser)
    _add_out(parser)
    parser.add_argument("--resolution", type=int, help="voxels along an axis; default the job's own")


def _add_evaluate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "evaluate", _evaluate, "Measure results: a table, lines of JSON and a page to look at.")
    parser.add_argument(
        "jobs", metavar="JOB", nargs="+", help="folder of generate or reconstruct, one full of them, or a job's name"
    )
    parser.add_argument("--evaluator", default="embedded-clip", help="the image-text model; default %(default)s")
    parser.add_argument(
        "--candidates", type=Path, help="file with a prompt on each line to choose from; default those of the jobs"
    )
    parser.add_argument("--out", type=Path, default=Path("out/evaluation"), help="folder; default %(default)s")
    parser.add_argument("--device", default="", help="where it is computed; default as each job was")
    _add_cache(parser)


def _add_doctor(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _add_cache(_command(commands, "doctor", _doctor, "Say whether this environment can work."))


def _add_compile(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _command(commands, "compile", _compile, "Compile the fast renderer for this processor now, not in the first job.")


def _add_cache(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cache", type=Path, default=default_cache(), help=f"default ${CACHE_VARIABLE} or %(default)s")


def _add_out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, required=True, help="folder for the results")
