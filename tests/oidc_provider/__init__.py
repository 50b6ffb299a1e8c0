"""A real OpenID Connect provider (django-oauth-toolkit) for the tests, in a process of its own.

It signs its tokens (RS256), asks for PKCE, knows one client and its exact addresses. Anybody signs in there with
`PASSWORD`. `bend.json` in its folder makes it say other things or misbehave, as a broken or hostile issuer would.
"""
