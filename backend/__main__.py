"""`python -m backend ...`: brings together the command line and the server, which do not know each other."""

import sys
from typing import Any

from . import runtime_settings

runtime_settings.apply()  # before torch is imported

from .cli.commands import main  # noqa: E402


def serve(**settings: Any) -> None:
    """Run a server until it ends; see `backend.server.serving.serve_forever`."""
    from .server.serving import ServerSettings, serve_forever

    serve_forever(ServerSettings(**settings))


if __name__ == "__main__":
    sys.exit(main(serve=serve))
