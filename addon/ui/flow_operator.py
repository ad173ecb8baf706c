"""How an operator runs a flow: to its end in background mode, else a step at each tick of a timer.

It hears no key: the Esc that closes a menu or cancels a move reaches every modal operator, and Stop is a button.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import bpy

from .. import flows, headless
from ..core.errors import DreamwrightError, SetUpCancelledError, StoppedError

TICK_SECONDS = 0.1
ERROR_REPORT = "ERROR" if bpy.app.background else "WARNING"
"""With a window the panel tells what is wrong, with the button that helps: a popup would lie over that button."""

log = logging.getLogger(__name__)


class FlowOperator:
    """Mix into an Operator that defines `flow(context)` and `sentence(result)`."""

    if TYPE_CHECKING:  # Blender reads the annotations of a class as it registers it, and would load what they name
        _flow: flows.Flow[Any] | None
        _timer: bpy.types.Timer | None
    else:
        _flow = _timer = None

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        raise NotImplementedError

    def sentence(self, result: Any) -> str:
        raise NotImplementedError

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            flow = self.flow(context)
            return self._succeeded(headless.run(flow)) if bpy.app.background else self._begin(context, flow)
        except Exception as error:  # the boundary to Blender: whatever it is, a person reads one sentence
            return report_failure(self, error)

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        return self._step(context) if event.type == "TIMER" else {"PASS_THROUGH"}

    def cancel(self, context: bpy.types.Context) -> None:
        """Blender itself ends the operator: another file is opened, or Blender closes."""
        self._end(context)

    def _begin(self, context: bpy.types.Context, flow: flows.Flow[Any]) -> set[str]:
        try:
            next(flow)  # what is wrong from the start is said at once
        except StopIteration as end:  # there was nothing to wait for
            return self._succeeded(end.value)
        self._flow = flow
        self._timer = context.window_manager.event_timer_add(TICK_SECONDS, window=context.window)
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def _step(self, context: bpy.types.Context) -> set[str]:
        flows.APP.session.drain()
        try:
            next(self._flow)
            return {"PASS_THROUGH"}
        except StopIteration as end:
            self._end(context)
            return self._succeeded(end.value)
        except Exception as error:  # as in execute
            self._end(context)
            return report_failure(self, error)

    def _end(self, context: bpy.types.Context) -> None:
        if self._timer:
            context.window_manager.event_timer_remove(self._timer)
        if self._flow:
            self._flow.close()
        self._timer = self._flow = None

    def _succeeded(self, result: Any) -> set[str]:
        for warning in getattr(result, "warnings", []):
            self.report({"WARNING"}, warning)
        self.report({"INFO"}, self.sentence(result))
        return {"FINISHED"}


def report_failure(operator: Any, error: Exception) -> set[str]:
    """One sentence for the person, the cause for the log; as an operator's result."""
    stopped = isinstance(error, StoppedError | SetUpCancelledError) and not bpy.app.background
    if not isinstance(error, DreamwrightError):
        log.exception("unexpected", exc_info=error)
        error = DreamwrightError(
            f"Something went wrong inside Dreamwright ({error!r}): the log in the console says where."
        )
    elif error.__cause__:
        log.info("%s", error.sentence, exc_info=error.__cause__)
    flows.APP.session.post("error", sentence="" if stopped else error.sentence, code=error.code)
    flows.APP.session.drain()
    operator.report({"INFO"} if stopped else {ERROR_REPORT}, error.sentence)
    return {"CANCELLED"}
