"""Checks an ID token as OpenID Connect Core 1.0 asks in 3.1.3.7: signature, issuer, audience, time, nonce."""

import hmac
from typing import Any

import jwt
from allauth.socialaccount.providers.oauth2.client import OAuth2Error

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
LEEWAY_S = 60


class BadToken(OAuth2Error):
    """An ID token that proves nothing. The words are for the log."""


def verified(token: str, *, keys: dict[str, Any], issuer: str, client: str, nonce: str) -> dict[str, Any]:
    """The claims of a token that is the issuer's, for us, fresh, and the answer to this very request.

    Time is the real clock even where a demo installation holds its own: the issuer knows no other.
    """
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            _key(token, keys),
            algorithms=list(ALGORITHMS),
            issuer=issuer,
            audience=client,
            leeway=LEEWAY_S,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except jwt.PyJWTError as error:
        raise BadToken(f"{type(error).__name__}: {error}") from error
    if not nonce or not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise BadToken("the nonce is not ours")
    if claims.get("azp", client) != client or (
        isinstance(claims["aud"], list) and _is_shared(claims, client)
    ):
        raise BadToken("issued to another party")
    return claims


def _is_shared(claims: dict[str, Any], client: str) -> bool:
    """Several audiences, and none is named as the one it was issued to."""
    return len(claims["aud"]) > 1 and claims.get("azp") != client


def _key(token: str, keys: dict[str, Any]) -> Any:
    """The issuer's key named in the token; the only one where the token names none."""
    known = jwt.PyJWKSet.from_dict(keys).keys
    name = jwt.get_unverified_header(token).get("kid")
    fitting = [key for key in known if key.public_key_use in (None, "sig") and name in (None, key.key_id)]
    if len(fitting) != 1:
        raise BadToken("signed with a key the issuer does not show")
    return fitting[0]
