"""Many residents at once: each sends until it is acknowledged, with the same token, whatever dies meanwhile."""

import http.client
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

FORM = "application/x-www-form-urlencoded"
PLACES = ("富豪花园C区1栋", "富豪花园C区2栋", "公明社区", "不知道在哪里")
PER_ADDRESS = 20  # reports of one network address: below what a public door lets through in a minute
PATIENCE_S = 180.0


@dataclass
class Crowd:
    """`total` reports through `port` by `hands` threads; `acknowledged` maps token → number."""

    port: int
    total: int
    hands: int = 12
    acknowledged: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send_all(self) -> None:
        """Until every report is acknowledged or patience ends."""
        with ThreadPoolExecutor(self.hands) as pool:
            list(pool.map(self._send, range(self.total)))

    def _send(self, number: int) -> None:
        token, deadline = f"drill-{number:05d}", time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            try:
                found = self._try(number, token)
            except (OSError, http.client.HTTPException):
                found = None
            if found:
                with self._lock:
                    self.acknowledged[token] = found
                return
            time.sleep(0.2)
        self.refused.append(token)

    def _try(self, number: int, token: str) -> str | None:
        """The number in the answer, or None when there was no good answer."""
        address = f"127.1.{number // PER_ADDRESS // 250}.{number // PER_ADDRESS % 250 + 1}"
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20, source_address=(address, 0))
        try:
            line.request("GET", "/report")
            page = line.getresponse()
            page.read()
            cookie = SimpleCookie(page.getheader("Set-Cookie", "")).get("csrftoken")
            if cookie is None:
                return None
            words = {
                "token": token,
                "words": f"管道堵塞了，第 {number} 户地漏返水",
                "place": PLACES[number % len(PLACES)],
                "phone": f"1380000{number:04d}",
                "csrfmiddlewaretoken": cookie.value,
            }
            headers = {"Content-Type": FORM, "Cookie": f"csrftoken={cookie.value}"}
            line.request("POST", "/report", urlencode(words), headers)
            answer = line.getresponse()
            answer.read()
            found = re.search(r"/follow/(\d{4}-\d{6})", answer.getheader("Location") or "")
            return found[1] if found else None
        finally:
            line.close()
