"""The files in which other programs keep where each picture was taken from: one reader a format.

A reader recognizes its own file and hands over a `PosedList`: frames in the words of transforms.json, whatever the
file's own are. What the numbers are worth is asked once, in `frame_camera.py`, and which files may be opened once, in
`picture_names.py`; `recognize.py` has the order in which they are asked.
"""
