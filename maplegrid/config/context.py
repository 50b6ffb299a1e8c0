"""What every page's frame needs: navigation for this person, large text, the district's name."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from maplegrid.config.navigation import navigation_of


def page(request: HttpRequest) -> dict[str, Any]:
    """Template context for all pages."""
    return {
        "large_text": request.COOKIES.get("large_text") == "1",
        "nav": navigation_of(request),
        "demo": settings.DEMO,
    }
