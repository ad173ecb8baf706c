"""One door to the backend: jobs on disk, one of them optimized at a time, and a WebSocket for the add-on.

serving     starts and ends everything       connection   one client: answers, events, an outbox
store       jobs on disk                     calls        what each method does
worker      the one thread that optimizes    run          one job being optimized (the command line uses it too)
"""
