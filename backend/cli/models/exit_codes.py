"""As `backend/cli/commands.py` says them."""

DONE, FAILED, INTERRUPTED = 0, 1, 130
