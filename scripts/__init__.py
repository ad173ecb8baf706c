"""The checkout's commands (`python3 scripts/NAME.py`), and the packages behind (`python -m scripts.PACKAGE.NAME`)."""
