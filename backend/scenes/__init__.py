"""Several things from one prompt (backend/words/scenes.py reads it): where each lies, and all as one field.

sizes        how large things are beside each other
bodies       an object as the points that it fills
placing      where a body comes to rest beside, on, in or under others
layout       all of them, placed one after the other
scene_field  their fields drawn together
start        a dense grid that begins with them
"""
