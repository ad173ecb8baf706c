"""Timers of a window are taken back: Blender knows them by object, and a method is another one at each mention."""

from __future__ import annotations

import bpy

from addon import flows
from addon.blender.pump import Pump
from addon.core.session import Session


def test_a_method_mentioned_again_is_another_to_blender():
    """The reason for keeping one: this is how Blender is, in every version that we support."""
    pump = Pump(Session())
    bpy.app.timers.register(pump.timer)
    assert bpy.app.timers.is_registered(pump.timer) and not bpy.app.timers.is_registered(pump._tick)
    bpy.app.timers.unregister(pump.timer)


def test_the_pump_takes_its_timer_back():
    pump = Pump(Session())
    bpy.app.timers.register(pump.timer)  # as `start` does in a window
    pump.stop()
    assert not bpy.app.timers.is_registered(pump.timer)


def test_the_sliders_take_their_timer_back():
    bpy.app.timers.register(flows.LIVE_REMESH.timer)
    flows.LIVE_REMESH.stop()
    assert not bpy.app.timers.is_registered(flows.LIVE_REMESH.timer)
