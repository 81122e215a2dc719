"""From bytes to text: UTF-8 first, byte-order marks, then detection that is said aloud."""

from __future__ import annotations

import codecs

from cpecnlp.errors import InputError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TEXT_CONTROLS = frozenset("\t\n\r\f\v\x1b\x85")
_SAMPLE = 65536


def marked_encoding(head: bytes) -> str | None:
    """The encoding that a byte-order mark at the head of a file names."""
    return next((name for mark, name in _MARKS if head.startswith(mark)), None)


def decode(data: bytes) -> tuple[str, str]:
    """Decode a text file.

    Args:
        data: the whole file.

    Returns:
        The text, and the encoding by which it was read.

    Raises:
        InputError: it is no text (binary), or no encoding fits.
    """
    if name := marked_encoding(data[:4]):
        try:
            text = data.decode(name)
        except UnicodeDecodeError as error:
            raise InputError(f"not valid {name} although its mark says so (byte {error.start})") from None
        _refuse_binary(text)
        return text, "utf-8" if name == "utf-8-sig" else name
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _detect(data)
    if "\x00" in text and (wide := wide_without_mark(data)):
        return data.decode(wide), wide
    _refuse_binary(text)
    return text, "utf-8"


def wide_without_mark(data: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of western text is NUL."""
    head = data[:_SAMPLE]
    if len(head) < 4:
        return None
    even, odd = head[::2].count(0) / len(head[::2]), head[1::2].count(0) / len(head[1::2])
    name = "utf-16-le" if odd > 0.7 > 0.1 > even else "utf-16-be" if even > 0.7 > 0.1 > odd else None
    try:
        return name if name and data.decode(name) else None
    except UnicodeDecodeError:
        return None


def _detect(data: bytes) -> tuple[str, str]:
    if wide := wide_without_mark(data):
        return data.decode(wide), wide
    if data[:_SAMPLE].count(0) > 0:
        raise InputError("not a text file (it holds NUL bytes)")
    from charset_normalizer import from_bytes

    best = from_bytes(data[: 4 * _SAMPLE]).best()
    for name in (best.encoding if best else None, "cp1252"):
        if name is None:
            continue
        try:
            text = data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
        _refuse_binary(text)
        return text, name
    raise InputError("not a text file, or in an encoding that could not be detected")


def _refuse_binary(text: str) -> None:
    sample = text[:_SAMPLE]
    odd = sum(1 for c in sample if (c < " " or "\x7f" <= c < "\xa0") and c not in _TEXT_CONTROLS)
    if sample and odd / len(sample) > 0.02:
        raise InputError("not a text file (it looks binary)")
