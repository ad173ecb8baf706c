"""What surfaces are made of or painted with."""
