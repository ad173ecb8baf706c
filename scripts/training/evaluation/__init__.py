"""How good a trained model is, in figures and pictures."""
