"""The dispatch desk: incidents, assignments, and the log of everything that was changed."""
