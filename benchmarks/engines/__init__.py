"""Our engine beside its peers: same graph, same weights, same calls, in one run."""
