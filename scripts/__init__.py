"""The checkout's commands (`python3 scripts/NAME.py`), and the packages behind them (`python -m scripts.PACKAGE.NAME`)."""
