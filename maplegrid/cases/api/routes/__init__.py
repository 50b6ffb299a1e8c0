"""The addresses, group by group. Each loads through the scope, calls one action or query, and answers in its shape."""

from maplegrid.cases.api.shapes.basics import Problem

PROBLEMS = dict.fromkeys((400, 401, 403, 404, 409, 413, 422, 429), Problem)
