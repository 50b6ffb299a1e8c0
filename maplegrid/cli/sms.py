"""maplegrid sms: what must be registered with the vendors, and a gateway server to try everything with."""

import csv
import json
import os
import sys

import click

from maplegrid.cli.framework import UNREADABLE, stop, use_django


@click.group()
def command() -> None:
    """Text messages. docs/how-to/sms.md tells how to connect a vendor."""


@command.command()
def wordings() -> None:
    """Every sentence that can leave, as CSV: name, language, wording, and its number at each gateway in use."""
    use_django()
    from maplegrid.messaging.sms.choosing import gateways_in_order
    from maplegrid.messaging.sms.wordings import every_wording, registered

    gateways = gateways_in_order()
    have, sentences = registered(gateways), every_wording()
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["name", "language", "wording", *gateways])
    for one in sentences:
        numbers = [have[name, one.words].code if (name, one.words) in have else "" for name in gateways]
        out.writerow([one.name, one.language, one.words, *numbers])
    missing = sum((name, one.words) not in have for name in gateways for one in sentences)
    print(json.dumps({"wordings": len(sentences), "missing": missing}))


@command.command()
@click.option("--port", default=8099, show_default=True)
@click.option("--site", default="http://127.0.0.1:8000", show_default=True, help="Where receipts are posted.")
@click.option("--delay", default=2.0, show_default=True, help="Seconds until the receipt.")
@click.option("--lose", is_flag=True, help="No receipt ever.")
@click.option("--fail", is_flag=True, help="Receipts say that it failed.")
@click.option("--times", default=1, show_default=True, help="How often each receipt is sent.")
def gateway(port: int, site: str, delay: float, lose: bool, fail: bool, times: int) -> None:
    """A server on this machine that speaks as Aliyun, Tencent and plain HTTP, checks signatures and sends nothing.

    It knows the account of the MAPLEGRID_SMS_* settings. Point the ENDPOINT settings at it; `GET /` shows what came in.
    """
    use_django(bring_database=False)
    from django.conf import settings

    from maplegrid.simulate.sms_gateway import GatewayServer
    from maplegrid.simulate.sms_gateway.accounts import sides_of
    from maplegrid.simulate.sms_gateway.box import DELIVERED, FAILED, Box, Fault

    fault = Fault(outcome=FAILED if fail else DELIVERED, delay_s=delay, lost=lose, times=times)
    callback = f"{site.rstrip('/')}/sms/receipts/GATEWAY/{settings.SMS_CALLBACK_SECRET}"
    sides = sides_of(settings)
    if not sides:
        stop("没有设 MAPLEGRID_SMS_* 的密钥 (no account is set: see docs/how-to/sms.md)", UNREADABLE)
    try:
        server = GatewayServer(sides, callback=callback, port=port, box=Box(fault))
    except OSError as error:
        stop(f"端口 {port} 打不开 ({os.strerror(error.errno or 0)})", UNREADABLE)
    click.echo(f"{server.address} {' '.join(server.sides)}", err=True)
    try:
        server.serve_forever(0.1)
    except KeyboardInterrupt:
        server.server_close()
