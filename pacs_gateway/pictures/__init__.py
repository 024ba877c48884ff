"""Pixels: where a frame's bytes lie (any process), decoding, display frames and rendering (child processes only)."""
