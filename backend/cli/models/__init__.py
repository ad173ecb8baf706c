"""`python -m backend models list | fetch | remove | check`.

    arguments    what can be typed        listing     every known model, and what is here
    fetching     after a yes; removing    checking    byte for byte, against what was fetched

Each verb imports its part when it runs, so that `--help` does not wait for torch.
"""
