"""Closest-post dispatch: who can stand beside the caller first, and why."""
