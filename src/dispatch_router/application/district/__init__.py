"""The district while the service runs: what it is made of, and how that changes."""
