"""Photos: the type is sniffed, EXIF time and position are read and then stripped, a thumbnail is made."""

import io
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from maplegrid.accounts.models import Person
from maplegrid.audit.actions import record
from maplegrid.kit.crypto import sm3
from maplegrid.kit.moment import CHINA
from maplegrid.kit.scanner import Verdict, look_through
from maplegrid.messaging.models import Attachment, Message
from maplegrid.rules.vocabulary import N_, Refusal

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
LONGEST = 2400
THUMB = 480


@dataclass(frozen=True)
class Picture:
    """A photo as it is kept: stripped bytes, thumbnail, and what the camera had written into it."""

    data: bytes
    thumb: bytes
    width: int
    height: int
    taken_at: datetime | None
    lon: float | None
    lat: float | None


def keep_photo(
    upload: UploadedFile, *, message: Message | None, uploaded_by: Person | None, now: datetime
) -> Attachment | Refusal:
    """Store one photo under its own digest. A file that is no photo is refused with a sentence; nothing else fails."""
    if (upload.size or 0) > settings.PHOTO_MAX_BYTES:
        limit = str(settings.PHOTO_MAX_BYTES // 2**20)
        return Refusal(
            "too_big", N_("照片 {name} 太大，请选 {limit} MB 以内的"), {"name": _name(upload), "limit": limit}
        )
    raw = upload.read()
    verdict = look_through(raw)
    if verdict is Verdict.INFECTED:
        _note_infected(upload, uploaded_by, now)
        return Refusal("infected", N_("照片 {name} 带有病毒，没有收；写的内容照收"), {"name": _name(upload)})
    if verdict is Verdict.SILENT and settings.CLAMD_SILENT == "refuse":
        return Refusal(
            "unscanned",
            N_("扫描服务没有回答，照片 {name} 没有收；写的内容照收，照片请过一会儿再补"),
            {"name": _name(upload)},
        )
    if verdict is Verdict.SILENT and settings.CLAMD_SILENT == "aside":
        return put_aside(raw, name=_name(upload), message=message, uploaded_by=uploaded_by, now=now)
    picture = read_picture(raw)
    if picture is None:
        return Refusal("no_photo", N_("{name} 不是能看的照片，请换一张"), {"name": _name(upload)})
    try:
        path, thumb = store(picture)
    except OSError:
        return Refusal(
            "no_room", N_("照片 {name} 没有存下来，文字已经收到，稍后可以再补"), {"name": _name(upload)}
        )
    return Attachment.objects.create(
        message=message,
        path=path,
        thumb_path=thumb,
        name=_name(upload),
        mime="image/jpeg",
        size=len(picture.data),
        digest=sm3(picture.data),
        width=picture.width,
        height=picture.height,
        taken_at=picture.taken_at,
        taken_lon=picture.lon,
        taken_lat=picture.lat,
        uploaded_at=now,
        uploaded_by=uploaded_by,
    )


def _note_infected(upload: UploadedFile, uploaded_by: Person | None, now: datetime) -> None:
    actor = f"person:{uploaded_by.pk}" if uploaded_by else "resident"
    with transaction.atomic():
        record(actor=actor, action="photo.infected", subject="upload", now=now, detail={"size": upload.size})


def put_aside(
    raw: bytes, *, name: str, message: Message | None, uploaded_by: Person | None, now: datetime
) -> Attachment:
    """Keep the bytes unread, for the owner of the process only; the row is in no list until they were looked at."""
    relative = f"aside/{secrets.token_hex(16)}"
    path = Path(settings.MEDIA_ROOT) / relative
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(raw)
    return Attachment.everything.create(
        message=message,
        path=relative,
        name=name,
        mime="application/octet-stream",
        size=len(raw),
        digest=sm3(raw),
        waiting_scan=True,
        uploaded_at=now,
        uploaded_by=uploaded_by,
    )


def _name(upload: UploadedFile) -> str:
    return Path(upload.name or "photo").name[:120].replace("\x00", "")


def read_picture(raw: bytes) -> Picture | None:
    """Decode and re-encode, so that only pixels are kept; None if it is no picture or a decompression bomb."""
    try:
        with Image.open(io.BytesIO(raw), formats=FORMATS) as image:
            if image.width * image.height > settings.PHOTO_MAX_PIXELS:
                return None
            taken_at, lon, lat = _exif(image)
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        return None
    upright.thumbnail((LONGEST, LONGEST))
    return Picture(
        _jpeg(upright, 85), _jpeg(_smaller(upright), 78), upright.width, upright.height, taken_at, lon, lat
    )


def _smaller(image: Image.Image) -> Image.Image:
    thumb = image.copy()
    thumb.thumbnail((THUMB, THUMB))
    return thumb


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    clean = Image.new("RGB", image.size)
    clean.paste(image)
    clean.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def _exif(image: Image.Image) -> tuple[datetime | None, float | None, float | None]:
    exif = image.getexif()
    taken = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal) or exif.get(
        ExifTags.Base.DateTime
    )
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    lon = _degrees(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef), "W")
    lat = _degrees(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef), "S")
    return _moment(taken), lon, lat


def _moment(words: Any) -> datetime | None:
    try:
        return datetime.strptime(str(words).strip("\x00 "), "%Y:%m:%d %H:%M:%S").replace(tzinfo=CHINA)
    except ValueError:
        return None


def _degrees(parts: Any, side: Any, negative: str) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    return -value if side == negative else value


def store(picture: Picture) -> tuple[str, str]:
    """Write picture and thumbnail under the picture's digest; both paths below MEDIA_ROOT. Raises OSError."""
    digest = sm3(picture.data)
    return _write(f"{digest[:2]}/{digest}.jpg", picture.data), _write(
        f"{digest[:2]}/{digest}.thumb.jpg", picture.thumb
    )


def _write(relative: str, data: bytes) -> str:
    path = Path(settings.MEDIA_ROOT) / relative
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        fresh = path.with_suffix(f".{os.getpid()}.new")
        fresh.write_bytes(data)
        fresh.chmod(0o640)
        fresh.replace(path)
    return relative
