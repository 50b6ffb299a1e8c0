"""/api/v1: the desks' own queries and actions for other systems, under a key that acts for one person."""
