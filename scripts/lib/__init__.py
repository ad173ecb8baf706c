"""What the commands share.

environments, interpreter     virtual environments and the Pythons they are made of
suites                        a test suite as data, run and counted
console, progress_line        lines for a person on standard error
demo_request, blender_process what demo.py asks of a Blender, and the process that answers
interruption, publication     Ctrl-C; results that appear whole
extension_rules               what the extension's zip must hold
turntable, manual_pictures    pictures from pictures
"""
