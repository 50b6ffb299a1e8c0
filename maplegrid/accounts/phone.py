"""A person's mark on their own phone: what is kept there belongs to a mark, never to a name."""

from django.utils.crypto import salted_hmac

from maplegrid.accounts.models import Person


def phone_mark(person: Person) -> str:
    """The same for one person always, and of no use to anybody who finds the phone."""
    return salted_hmac("maplegrid.phone", str(person.pk), algorithm="sha256").hexdigest()[:24]
