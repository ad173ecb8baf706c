"""One training run: budget, checkpoints, optimizers, options."""
