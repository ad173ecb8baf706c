"""The other door to the backend: jobs from a terminal, without a server.

commands     what can be typed          options      made from backend/config
alone        one job, here and now      doctor       whether this environment can work
models       which models there are, fetched, removed and checked
"""
