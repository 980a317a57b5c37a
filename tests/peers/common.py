"""What the five peers share: strict JSON, formats, and the frame of a peer.

Every peer decides on its own order of checks, statuses and envelopes; only
mechanisms that have one right answer live here.
"""

import calendar
import json
import math
import re

from http_server import Reply

_DATE_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d+)?([Zz]|[+-]\d\d:\d\d)?",
    re.ASCII,
)


class Malformed(ValueError):
    """The bytes are not a JSON text."""


class Crash(Exception):
    """A seeded bug raised where a real program would hit an unhandled error."""


class Drop(Exception):
    """A seeded bug that kills the worker: the connection closes, no answer."""


class Refused(Exception):
    """A seeded bug that refuses input which the document allows."""


def _finite(text):
    number = float(text)
    if math.isinf(number):
        raise Malformed(f"number out of range: {text}")
    return number


def _no_constant(text):
    raise Malformed(f"not JSON: {text}")


def parse_json(body):
    """Parse strictly by RFC 8259: UTF-8 only, no NaN, no Infinity."""
    try:
        return json.loads(
            body.decode("utf-8"), parse_float=_finite, parse_constant=_no_constant
        )
    except RecursionError:
        raise Malformed("nested too deeply") from None
    except ValueError as error:
        raise Malformed(str(error)) from None


def to_json(value, compact=True):
    """Serialise; a lone surrogate, which UTF-8 cannot carry, becomes '?'."""
    separators = (",", ":") if compact else (", ", ": ")
    text = json.dumps(value, ensure_ascii=False, separators=separators)
    return text.encode("utf-8", "replace")


def is_integer(value):
    """JSON Schema's integer: 1.0 is one, true is not."""
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, float) and value.is_integer())


def is_date_time(text, zone_required=True):
    """RFC 3339 date-time, including its calendar and leap-second rules."""
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        return False
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    zone = match.group(7)
    if zone is None and zone_required:
        return False
    if not 1 <= month <= 12 or hour > 23 or minute > 59 or second > 60:
        return False
    last = 29 if month == 2 and calendar.isleap(year) else calendar.mdays[month]
    if not 1 <= day <= last:
        return False
    offset = 0
    if zone is not None and zone not in "Zz":
        hours, minutes = int(zone[1:3]), int(zone[4:6])
        if hours > 23 or minutes > 59:
            return False
        offset = (hours * 60 + minutes) * (-1 if zone[0] == "-" else 1)
    # A leap second exists only at the end of a UTC day.
    return second < 60 or (hour * 60 + minute - offset) % 1440 == 1439


def is_json_media_type(value):
    """True for application/json with any parameters."""
    return value is not None and value.partition(";")[0].strip().lower() == "application/json"


def bearer_token(headers):
    """The token of a bearer Authorization header, or None. The scheme's case is free."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def faults(**table):
    """Turn name=(what, clause) into the public form, with dashes in the names."""
    return {
        name.replace("_", "-").strip("-"): {"what": what, "clause": clause}
        for name, (what, clause) in table.items()
    }


# Bugs that the content of a text sets off: (condition, exception).
_TEXT_TRAPS = {
    "emoji-500": (lambda t: any(ord(c) > 0xFFFF for c in t), Crash),
    "non-ascii-500": (lambda t: not t.isascii(), Crash),
    "control-characters-drop": (lambda t: any(c < " " for c in t), Drop),
    "nul-500": (lambda t: "\0" in t, Crash),
    "newline-500": (lambda t: "\n" in t, Crash),
    "quote-500": (lambda t: "'" in t, Crash),
    "percent-500": (lambda t: "%" in t, Crash),
    "angle-bracket-rejected": (lambda t: "<" in t, Refused),
    "leading-space-500": (lambda t: t[:1].isspace(), Crash),
    "trailing-space-500": (lambda t: t[-1:].isspace(), Crash),
    "blank-text-rejected": (lambda t: t.isspace(), Refused),
    "empty-text-rejected": (lambda t: t == "", Refused),
    "empty-text-500": (lambda t: t == "", Crash),
    "one-character-rejected": (lambda t: len(t) == 1, Refused),
    "text-over-255-500": (lambda t: len(t) > 255, Crash),
    "text-over-1000-rejected": (lambda t: len(t) > 1000, Refused),
    "numeric-text-500": (lambda t: t.isdecimal(), Crash),
}


class Peer:
    """The frame of a peer: method rules, seeded bugs, and the last resort."""

    FAULTS = {}

    def __init__(self, fault=None):
        if fault is not None and fault not in self.FAULTS:
            raise ValueError(f"unknown fault: {fault}")
        self.fault = fault

    # A provider implements these five.
    def respond(self, request):
        raise NotImplementedError

    def refuse(self, message):
        """The provider's answer to input it does not accept."""
        raise NotImplementedError

    def server_error(self):
        raise NotImplementedError

    def protocol_error(self, status, message):
        raise NotImplementedError

    def method_error(self):
        """A 405 without its Allow header, which the frame adds."""
        raise NotImplementedError

    def handle(self, request):
        """Answer one request; the only entry for the HTTP layer."""
        try:
            reply = self.respond(request)
        except Drop:
            return Reply(0, drop=True)
        except Crash:
            reply = self.server_error()
        except Refused as refusal:
            reply = self.refuse(str(refusal))
        except RecursionError:
            reply = self.refuse("nested too deeply")
        if 200 <= reply.status < 300:
            self._damage(reply)
        return reply

    def method_allowed(self, request):
        method = request.method
        return method == "POST" or self.fault == f"{method.lower()}-accepted"

    def wrong_method(self):
        if self.fault == "wrong-method-500":
            raise Crash
        reply = self.method_error()
        if self.fault != "405-without-allow":
            reply.headers = (*reply.headers, ("Allow", "POST"))
        return reply

    def answers_without_body(self, request):
        """GET and DELETE only get past the method rule through a seeded bug."""
        if request.method in ("GET", "DELETE", "HEAD", "OPTIONS"):
            return Reply(200, "application/json", to_json({"messages": []}))
        return None

    def trap(self, text):
        """Raise if the seeded bug is one that this text sets off."""
        trap = _TEXT_TRAPS.get(self.fault)
        if trap is not None and trap[0](text):
            raise trap[1]("text is not acceptable")

    def _damage(self, reply):
        """Bugs of a response writer, on successful answers only."""
        if self.fault == "response-text-plain":
            reply.content_type = "text/plain; charset=utf-8"
        elif self.fault == "response-truncated":
            reply.body = reply.body[:-2]
        elif self.fault == "response-empty":
            reply.body = b""
        elif self.fault == "response-in-array":
            reply.body = b"[" + reply.body + b"]"
        elif self.fault == "response-double-encoded":
            reply.body = to_json(reply.body.decode("utf-8"))
        elif self.fault == "response-trailing-garbage":
            reply.body += b"\n<!-- served in 3 ms -->"
