"""`python -m tests.drills.breaches N`: N open cases whose limit runs out this instant, in a living installation."""

import sys

import django


def main(count: int) -> None:
    django.setup()
    from django.db import transaction

    from maplegrid.cases.models import Case, Clock
    from maplegrid.kit.moment import now
    from tests.builders import drain_case

    moment = now()
    with transaction.atomic():
        model = drain_case(now=moment)
        clock = model.clocks.get(milestone="result")
        cases = Case.objects.bulk_create(_copy(model, number) for number in range(count))
        Clock.objects.bulk_create(_of(clock, case, moment) for case in cases)


def _copy(model, number: int):
    from copy import copy

    case = copy(model)
    case.pk, case.number = None, f"B-{number:06d}"
    return case


def _of(model, case, moment):
    from copy import copy

    clock = copy(model)
    clock.pk, clock.case, clock.due_at = None, case, moment
    return clock


if __name__ == "__main__":
    main(int(sys.argv[1]))
