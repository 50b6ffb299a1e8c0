"""Sign-in with the unit's own account (OpenID Connect): allauth does the protocol, the district decides who it is."""
