"""Which roads a closure concerns.

An edge is closed as a whole, from junction to junction: whoever could drive half of it could not
leave it.
"""
