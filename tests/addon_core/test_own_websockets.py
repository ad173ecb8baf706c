"""A Python in which another add-on has an older `websockets`: ours is found beside it, and it keeps its own."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest
import websockets

ROOT = Path(__file__).resolve().parents[2]
OURS = Path(websockets.__file__).parent


def old_copy(folder: Path) -> Path:
    """As version 12 looks from outside, and 10 without the module that we use."""
    package = folder / "websockets"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "version.py").write_text('released = True\ntag = version = commit = "12.0"\n')
    return folder


def run(code: str, *path: Path) -> str:
    """In a fresh Python with `path` before its own."""
    setup = f"import sys; sys.path[:0] = {[str(each) for each in (*path, ROOT)]!r}\n"
    done = subprocess.run(
        [sys.executable, "-c", setup + textwrap.dedent(code)], capture_output=True, text=True, timeout=60, cwd=ROOT
    )
    return done.stdout + done.stderr


LOADS = """
    import inspect
    from addon.core import sockets
    print("proxy" in inspect.getsource(sockets.connect), sockets.connect.__module__, "websockets" in sys.modules)
    """


def test_where_there_is_one_copy_it_is_taken():
    assert run(LOADS).split() == ["True", "websockets.sync.client", "True"]


@pytest.mark.parametrize("loaded", [True, False])
def test_an_older_one_that_comes_first_is_left_to_who_brought_it(tmp_path, loaded):
    theirs = "import websockets\nmine = websockets\n" if loaded else ""
    told = run(theirs + textwrap.dedent(LOADS), old_copy(tmp_path))
    assert told.split() == ["True", "dreamwright_websockets.sync.client", str(loaded)]


def test_ours_is_taken_out_of_the_wheel_where_only_the_old_one_is_installed(tmp_path, monkeypatch):
    (tmp_path / "wheels").mkdir()
    with zipfile.ZipFile(tmp_path / "wheels" / "websockets-99-py3-none-any.whl", "w") as wheel:
        for file in OURS.rglob("*.py"):
            wheel.write(file, Path("websockets") / file.relative_to(OURS))
    code = f"""
        from pathlib import Path
        from addon.core import own_websockets
        sys.path[:] = [each for each in sys.path if not (Path(each) / "websockets").is_dir()]
        sys.path.append({str(tmp_path / "old")!r})
        own_websockets.ROOT = Path({str(tmp_path)!r})
        from addon.core import sockets
        print(sockets.connect.__module__, "dreamwright-wheel-" in sys.modules["dreamwright_websockets"].__file__)
        """
    old_copy(tmp_path / "old")
    assert run(code).split() == ["dreamwright_websockets.sync.client", "True"]


def test_without_any_that_is_new_enough_is_one_sentence(tmp_path):
    code = f"""
        from pathlib import Path
        from addon.core import own_websockets
        sys.path[:] = [each for each in sys.path if not (Path(each) / "websockets").is_dir()] + [{str(tmp_path)!r}]
        own_websockets.ROOT = Path({str(tmp_path)!r})
        try:
            from addon.core import sockets
        except own_websockets.BackendStartError as error:
            print(error.sentence, OWN in sys.modules)
        """
    told = run(code.replace("OWN in", "'dreamwright_websockets' in"), old_copy(tmp_path))
    assert "install Dreamwright again. False" in told


def test_it_speaks_with_a_server(tmp_path):
    """The copy of our own name works to its end: a greeting, its echo, and the close."""
    code = """
        import threading
        from addon.core import sockets
        sys.path.pop(0); sys.modules.pop("websockets", None)
        for name in [each for each in sys.modules if each.startswith("websockets.")]:
            del sys.modules[name]
        from websockets.sync.server import serve
        def echo(connection):
            for message in connection:
                connection.send(message)
        server = serve(echo, "127.0.0.1", 0, compression=None)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.socket.getsockname()[1]
        with sockets.connect(f"ws://127.0.0.1:{port}", compression=None, proxy=None) as one:
            one.send("hello"); print(one.recv())
        server.shutdown()
        """
    assert run(code, old_copy(tmp_path)).split() == ["hello"]
