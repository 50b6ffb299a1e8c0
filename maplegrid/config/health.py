"""Whether this installation is well, and what a page says while it is not."""

import sys

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.utils.translation import gettext as _
from django.views.defaults import server_error

from maplegrid.kit.database import is_away, is_full

WORKER_SILENCE_S = 30  # workers are heard of every five seconds, see cli/worker.py
RETRY_AFTER_S = 5


def healthz(request: HttpRequest) -> JsonResponse:
    """GET /healthz: 200 when the database answers and a worker was heard of lately, else 503 with what is wrong.

    For monitors and `maplegrid start`. By the database's clock, so that machines may differ in theirs.
    """
    state = {"database": True, "worker": False}
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT now() - max(last_heartbeat) < make_interval(secs => %s) FROM procrastinate_workers",
                [WORKER_SILENCE_S],
            )
            state["worker"] = bool(cursor.fetchone()[0])
    except DatabaseError:
        state["database"] = False
    well = all(state.values())
    return JsonResponse(
        {"well": well, **state}, status=200 if well else 503, headers={"Cache-Control": "no-store"}
    )


def fault(request: HttpRequest) -> HttpResponse:
    """Every page's answer to an error: 503 and a sentence while the database is away or a disk full, else 500."""
    sentence = _sentence_for(sys.exception())
    if sentence is None:
        return server_error(request)
    page = loader.get_template("503.html").render({"sentence": sentence})
    answer = HttpResponse(page, status=503)
    answer["Retry-After"] = str(RETRY_AFTER_S)
    return answer


def _sentence_for(error: BaseException | None) -> str | None:
    if is_full(error):
        return _("存储空间满了，现在收不下新的内容，刚才这一步没有办成。请告诉管理员腾出空间。")
    if is_away(error):
        return _("数据库正在重新启动，一般几秒钟就好。刚才这一步没有办成，请稍后再试一次。")
    return None
