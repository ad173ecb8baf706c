"""Draws and asks; computes nothing."""
