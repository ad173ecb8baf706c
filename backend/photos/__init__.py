"""Photographs without poses: where each was taken from, found by COLMAP in a process of its own. A video is a folder of
photographs, once its frames were chosen.

COLMAP (pycolmap, BSD) is no requirement: it is installed when somebody consents (`requirement.py`). It brings codecs
and thread pools of its own, which crash beside Pillow's in one process, and nothing can stop it while it computes: so a
child process does the work (`colmap_process.py`), says how far it is, and is ended when nobody wants it any more. The
same holds of PyAV (BSD), which decodes videos (`video_process.py`).
"""
