"""Words of the panel for cameras, as .blend files hold them: what each is for, and which rig takes pictures."""

from __future__ import annotations

TRAIN, HOLD_OUT, OFF = "TRAIN", "HOLD_OUT", "OFF"
"""What a camera is for, as `dreamwright_role` on its data says."""
ROLES = (
    (TRAIN, "Training", "The result is trained with its view", "OUTLINER_OB_CAMERA", 0),
    (HOLD_OUT, "Validation", "Its view only checks the result", "HIDE_OFF", 1),
    (OFF, "Off", "It renders no view, and its prompt is not used", "PANEL_CLOSE", 2),
)
ORBIT, SPHERE = "ORBIT", "SPHERE"
"""The rig of random cameras that words are seen from, and the sphere that pictures of the scene are taken from."""
