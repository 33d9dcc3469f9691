"""Who may ask: the file of the API keys, and the tokens of a trusted issuer."""
