"""Who may sign in at the provider, what its tokens say, and how it misbehaves when told to."""

import json
import time
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from jwcrypto import jwk, jwt
from oauth2_provider.oauth2_validators import OAuth2Validator

from tests.oidc_provider.settings import new_key
from tests.oidc_provider.start import PASSWORD


class AnybodyBackend(ModelBackend):
    """Everybody has an account here; made when first asked for."""

    def authenticate(
        self, request: Any, username: str = "", password: str = "", **others: Any
    ) -> User | None:
        if password != PASSWORD:
            return None
        return User.objects.get_or_create(username=username)[0]


def bent() -> dict[str, Any]:
    """How the provider is told to misbehave now."""
    path = settings.FOLDER / "bend.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


class Bent(OAuth2Validator):
    """Honest unless told otherwise."""

    oidc_claim_scope = None

    def get_additional_claims(self, request: Any) -> dict[str, Any]:
        return {"preferred_username": request.user.username} | bent().get("claims", {})

    def get_userinfo_claims(self, request: Any) -> dict[str, Any]:
        return super().get_userinfo_claims(request) | bent().get("userinfo", {})

    def finalize_id_token(self, id_token: Any, token: Any, token_handler: Any, request: Any) -> str:
        honest = super().finalize_id_token(id_token, token, token_handler, request)
        told = bent()
        if not {"token", "forged", "drop"} & set(told):
            return honest
        old = jwt.JWT(jwt=honest, key=request.client.jwk_key)
        claims = {k: v for k, v in json.loads(old.claims).items() if k not in told.get("drop", [])}
        claims |= {k: time.time() + v if k in {"exp", "iat"} else v for k, v in told.get("token", {}).items()}
        key = jwk.JWK.from_pem(new_key().encode()) if told.get("forged") else request.client.jwk_key
        again = jwt.JWT(header=json.loads(old.header), claims=claims)
        again.make_signed_token(key)
        return again.serialize()
