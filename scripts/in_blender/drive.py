"""The demonstration inside Blender: enables the add-on from the checkout, presses its buttons, and pictures the result.

Started by blender_process.py. The first line of standard input is the request; "stop" asks to finish with what there
is; the end of standard input means that nobody waits for us any more. Events leave on standard output, one JSON object
a line; Blender's own chatter goes to standard error, which becomes log.txt.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import sys
import threading
import time
from typing import Any


class Events:
    """Takes over standard output, so that what Blender writes there cannot end up between our lines."""

    def __init__(self) -> None:
        self._stream = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)

    def send(self, event: str, **values: Any) -> None:
        self._stream.write(json.dumps({"event": event} | values) + "\n")
        self._stream.flush()


class Orders:
    """Reads standard input in a thread."""

    def __init__(self) -> None:
        self.first_line = sys.stdin.readline()
        self.stop_wanted = False
        threading.Thread(target=self._read, name="orders", daemon=True).start()

    def _read(self) -> None:
        for line in sys.stdin:
            self.stop_wanted = self.stop_wanted or line.strip() == "stop"
        os._exit(1)  # nobody waits for us any more; the backend ends with us


def main() -> int:
    began = time.monotonic()
    events, orders = Events(), Orders()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    try:
        report = run(orders, events, began)
    except RuntimeError as error:  # an operator that failed
        logging.exception("failed")
        events.send("failed", sentence=sentence_of(error))
        return 1
    except Exception as error:
        logging.exception("failed")
        events.send("failed", sentence=f"The demonstration itself failed ({error!r}).")
        return 1
    events.send("done", report=report)
    return 0


def run(orders: Orders, events: Events, began: float) -> dict[str, Any]:
    from ..lib.demo_request import DemoRequest
    from .demonstration import Demonstration

    request = DemoRequest.from_line(orders.first_line)
    demonstration = Demonstration(request, events.send, lambda: orders.stop_wanted)
    try:
        report = demonstration.run(blender_seconds=time.monotonic() - began)
    finally:
        demonstration.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return report | {"peak_rss_mb": {"backend": report.pop("backend_peak_rss_mb"), "blender": round(peak, 1)}}


def sentence_of(error: RuntimeError) -> str:
    """What an operator reported, without Blender's "Error: "."""
    lines = [line.strip().removeprefix("Error: ") for line in str(error).splitlines()]
    return next((line for line in lines if line), "Blender gave no reason.")


if __name__ == "__main__":
    code = main()
    logging.shutdown()
    sys.stderr.flush()
    os._exit(code)  # Blender 4.5 hangs at the interpreter's own end when a class is still registered
