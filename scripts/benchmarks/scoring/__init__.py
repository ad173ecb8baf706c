"""What score.py and ablate.py share: prompts are made by processes of their own, judged, and kept one line each.

prompts        what is asked for, and what it is told apart from      request      one run: what decides its result
held_out_set   prompts that training never said, drawn                provenance   which code, weights and machine
settings       --set GROUP.NAME=VALUE                                 one          a run, in a process of its own
processes      a few of them at once; none outlives this one          results      the file of lines
running        what is missing is made, kept and shown                sheets       pages for a person to look at
summary        figures of many results                                paired       how much better than before
overview       all results in one picture
"""
