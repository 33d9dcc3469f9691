"""The JSON of the API: what is read, strictly, and what is answered."""
