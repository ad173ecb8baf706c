"""Models in training: losses, sampling, folders of weights."""
