"""Closest-post dispatch: who can stand beside the caller first, and why."""

__version__ = "0.1.0"
