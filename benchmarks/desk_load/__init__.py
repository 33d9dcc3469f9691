"""A command centre's hour, faster: calls, filings and positions at fixed rates, all at once."""
