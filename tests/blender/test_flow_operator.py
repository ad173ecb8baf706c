"""How an operator begins a flow where Blender has a window: what needs no waiting is done at once."""

from __future__ import annotations

from types import SimpleNamespace

import bpy
import pytest

from addon.core.errors import SceneError
from addon.flows import APP
from addon.ui.flow_operator import FlowOperator


class Pressed(FlowOperator):
    """A button, without Blender around it."""

    def __init__(self):
        self.said = []

    def report(self, kinds, sentence):
        self.said.append((*kinds, sentence))

    def sentence(self, result):
        return f"made {result}"


def at_once(result):
    yield from ()
    return result


def refused():
    yield from ()
    raise SceneError("There is none.")


def test_a_flow_that_waits_for_nothing_is_done_at_once():
    """As when a take is deleted and its job is not: in a window that was an error before."""
    button = Pressed()
    assert button._begin(bpy.context, at_once("it")) == {"FINISHED"}
    assert button.said == [("INFO", "made it")] and button._flow is None and button._timer is None


def test_what_is_wrong_from_the_start_is_said_at_once():
    with pytest.raises(SceneError, match="There is none"):
        Pressed()._begin(bpy.context, refused())


@pytest.mark.parametrize("value", ["PRESS", "RELEASE"])
def test_a_key_is_passed_on_and_stops_nothing(value):
    """The Esc that closes a menu, of which only the release comes here, as well as one in an idle view."""
    with APP.busy("generating"):
        event = SimpleNamespace(type="ESC", value=value)
        assert Pressed().modal(bpy.context, event) == {"PASS_THROUGH"} and not APP.stop_requested
