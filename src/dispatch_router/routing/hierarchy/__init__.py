"""The second search: a customizable contraction hierarchy with a label for every unit.

A customizable contraction hierarchy (Dibbelt, Strasser & Wagner, Customizable Contraction
Hierarchies, ACM JEA 2016) orders the vertices once, from the roads alone, and needs
milliseconds to take new driving times. Every fastest drive climbs from where it begins to some
ancestor in the elimination tree and comes down again to where it ends. What a unit needs to each
of its ancestors is its *label*, kept while it stands there; a call climbs once; and a unit's
drive is the least sum over the ancestors that both have (after Buchhold & Wagner, Nearest-Neighbor
Queries in Customizable Contraction Hierarchies and Applications, SEA 2021).

order -> contract -> customize -> labels -> search -> unpack; each file is one of these steps.
"""
