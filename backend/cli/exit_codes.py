"""As `backend/cli/commands.py` documents them."""

DONE, FAILED, USAGE_ERROR, INTERRUPTED = 0, 1, 2, 130
