"""The requests of the self-check: for each provider a battery of probes.

A probe says what it is meant to be (`intent`), so that an answer can be judged
by the rules for that intent instead of only being compared with another answer.
"""

import copy
import json
from typing import NamedTuple

JSON = "application/json"


class Probe(NamedTuple):
    label: str
    intent: str  # valid, invalid, path, media, size, auth, missing, method
    method: str
    path: str
    headers: dict
    body: bytes


class Target(NamedTuple):
    """What a battery needs to know of a provider."""

    path: str  # with {id} where the conversation goes, if it does
    known: str
    unknown: str
    credentials: dict
    wrong: list  # header changes that spoil the credentials, None removes
    base: dict
    text: tuple  # where the free text is
    slash: bool = False


TARGETS = {
    "telnyx": Target(
        "/v2/ai/conversations/{id}/message", "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e",
        "282bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e", {"Authorization": "Bearer KEY-conform-telnyx"},
        [{"Authorization": None}, {"Authorization": "Bearer nope"}],
        {"role": "role"}, ("content",)),
    "asapp": Target(
        "/conversation/v1/conversations/{id}/messages", "01BX5ZZKBKACTAV9WEVGEMMVRZ",
        "01BX5ZZKBKACTAV9WEVGEMMVR0",
        {"asapp-api-id": "conform-asapp-id", "asapp-api-secret": "conform-asapp-secret"},
        [{"asapp-api-id": None}, {"asapp-api-secret": None}, {"asapp-api-id": "nope"},
         {"asapp-api-secret": "nope"}, {"asapp-api-secret": "conform"},
         {"asapp-api-id": None, "asapp-api-secret": None}],
        {"text": "Hello", "sender": {"role": "agent", "externalId": "123"},
         "timestamp": "2021-11-23T12:13:14.555Z"}, ("text",)),
    "ada": Target(
        "/api/v2/conversations/{id}/messages/", "5df263b7db5a7e6ea03fae9b",
        "5df263b7db5a7e6ea03fae9c", {"Authorization": "Bearer conform-ada-key"},
        [{"Authorization": None}, {"Authorization": "Bearer nope"}],
        {"author": {"role": "end_user", "id": "5df263b7db5a7e6ea03fae9b",
                    "avatar": "https://www.gravatar.com", "display_name": "Ada Lovelace"},
         "content": {"type": "text", "body": "Hello, how can I help you?"}}, ("content", "body")),
    "respondent": Target(
        "/v1/messaging/conversations/{id}/messages", "64c0ffee0ddba11ca11ab1e5",
        "64c0ffee0ddba11ca11ab1e6",
        {"x-api-key": "conform-respondent-key", "x-api-secret": "conform-respondent-secret"},
        [{"x-api-key": None}, {"x-api-secret": None}, {"x-api-key": "nope"},
         {"x-api-secret": "nope"}, {"x-api-key": "nope", "x-api-secret": "nope"}],
        {"body": "hello there"}, ("body",)),
    "example-ai": Target(
        "/v1/messages", "con_9s2kd81", "con_0000000",
        {"Authorization": "Bearer sk_test_51_fakeapikey123456"},
        [{"Authorization": None}, {"Authorization": "Bearer nope"},
         {"Authorization": "Bearer sk_test_other"}],
        {"conversation_id": "con_9s2kd81", "sender_id": "usr_82hd92", "sender_type": "user",
         "text": "Can you summarize my last 5 calls?",
         "metadata": {"channel": "web", "locale": "en-US"}, "auto_reply": True}, ("text",)),
}

TEXTS = {
    "one character": "x", "emoji": "hi \U0001F600", "accent": "caf\u00e9", "tab": "a\tb",
    "newline": "a\nb", "nul": "a\0b", "apostrophe": "it's", "percent": "100%", "tag": "<b>x</b>",
    "leading space": " x", "trailing space": "x ", "blank": "   ", "digits": "12345",
    "capital": "Hello", "300 characters": "x" * 300, "2000 characters": "x" * 2000,
}

# (path of keys, values that are valid there, values that are not)
_ANY_STRING = ["", "x", "\u00e9"]
_NOT_STRING = [None, 1, 1.5, True, ["user"], [], {}]
_NOT_OBJECT = [None, "x", 1, True, []]
FIELDS = {
    "telnyx": [
        (("role",), _ANY_STRING, _NOT_STRING),
        (("content",), _ANY_STRING, _NOT_STRING),
        (("name",), _ANY_STRING, _NOT_STRING),
        (("tool_call_id",), _ANY_STRING, _NOT_STRING),
        (("tool_choice",), ["auto", "", {}, {"type": "function"}], [None, 1, True, [], ["auto"]]),
        (("tool_calls",), [[], [{}], [{"id": "1"}], [{"id": "1"}, {"id": "2"}]],
         [None, {}, "x", 1, ["x"], [None], [{"id": "1"}, "x"]]),
        (("sent_at",), ["2021-11-23T12:13:14Z", "2021-11-23T12:13:14.5Z",
                        "2021-11-23T12:13:14+02:00", "2016-12-31T23:59:60Z"],
         [None, 1637669594, True, "not-a-date", "", "2021-13-01T00:00:00Z", {}]),
        (("metadata",),
         [{}, {"a": "x"}, {"a": 1}, {"a": -1}, {"a": 2**40}, {"a": 1.0}, {"a": True}, {"a": []},
          {"a": ["x"]}, {"a": ["x", 1, True]}],
         [None, [], "x", 1, {"a": None}, {"a": 1.5}, {"a": {}}, {"a": [None]}, {"a": [[]]}]),
        (("extra",), [1], []),
    ],
    "asapp": [
        (("text",), [], [*_NOT_STRING, ""]),
        (("sender",), [], [*_NOT_OBJECT, {}]),
        (("sender", "role"), ["agent", "customer", "system"],
         [*_NOT_STRING, "bot", "", "AGENT", " agent ", "agents"]),
        (("sender", "externalId"), _ANY_STRING, _NOT_STRING),
        (("sender", "extra"), [1], []),
        (("timestamp",), ["2021-11-23T12:13:14Z", "2021-11-23T12:13:14", "2024-02-29T00:00:00.1Z",
                          "2021-11-23T12:13:14.5+02:00", "2021-11-23t12:13:14.5z"],
         [None, 1637669594, True, "", "not-a-date", "2023-02-29T00:00:00Z", []]),
        (("extra",), [1], []),
    ],
    "ada": [
        (("author",), [{}, {"id": 1, "avatar": "x"}, {"display_name": "\u00c9va", "avatar": "x"}],
         _NOT_OBJECT),
        (("content",), [{}, {"body": "x"}, {"body": ""}, {"body": 1}], _NOT_OBJECT),
        (("extra",), [1], []),
    ],
    "respondent": [
        (("body",), _ANY_STRING, _NOT_STRING),
        (("extra",), [1], []),
    ],
    "example-ai": [
        (("sender_id",), _ANY_STRING, _NOT_STRING),
        (("sender_type",), ["user", "agent", "system"], [*_NOT_STRING, "bot", "", "USER"]),
        (("text",), _ANY_STRING, _NOT_STRING),
        (("conversation_id",), [], _NOT_STRING),
        (("reply_to_message_id",), ["msg_1"], _NOT_STRING),
        (("metadata",), [{}, {"a": 1}, {"a": {}}], _NOT_OBJECT),
        (("auto_reply",), [True, False], [None, 0, 1, "true", [], {}]),
        (("extra",), [1], []),
    ],
}
REQUIRED = {
    "telnyx": [("role",)],
    "asapp": [("text",), ("sender",), ("timestamp",), ("sender", "role"), ("sender", "externalId")],
    "ada": [("author",), ("content",)],
    "respondent": [("body",)],
    "example-ai": [("sender_id",), ("sender_type",), ("text",)],
}
OPTIONAL = {"example-ai": [("conversation_id",), ("metadata",), ("auto_reply",)]}


def _changed(body, path, value):
    body = copy.deepcopy(body)
    owner = body
    for key in path[:-1]:
        owner = owner[key]
    owner[path[-1]] = value
    return body


def _removed(body, path):
    body = copy.deepcopy(body)
    owner = body
    for key in path[:-1]:
        owner = owner[key]
    del owner[path[-1]]
    return body


def _encode(value):
    return json.dumps(value).encode()


def battery(provider):
    """All probes of a provider; the first is the document's example."""
    target = TARGETS[provider]
    url = target.path.format(id=target.known)
    headers = {"Content-Type": JSON, **target.credentials}
    base = _encode(target.base)
    probes = []

    def add(label, intent, body=base, method="POST", path=url, change=None):
        sent = {**headers, **(change or {})}
        sent = {name: value for name, value in sent.items() if value is not None}
        probes.append(Probe(label, intent, method, path, sent, body))

    add("example", "valid")
    add("media type with charset", "valid", change={"Content-Type": "Application/JSON; charset=utf-8"})
    for name, text in TEXTS.items():
        add(f"text: {name}", "valid", _encode(_changed(target.base, target.text, text)))
    for path, good, bad in FIELDS[provider]:
        name = ".".join(path)
        for value in good:
            add(f"{name} = {json.dumps(value)}", "valid", _encode(_changed(target.base, path, value)))
        for value in bad:
            add(f"{name} = {json.dumps(value)}", "invalid", _encode(_changed(target.base, path, value)))
    for path in REQUIRED[provider]:
        add(f"without {'.'.join(path)}", "invalid", _encode(_removed(target.base, path)))
    for path in OPTIONAL.get(provider, []):
        add(f"without {'.'.join(path)}", "valid", _encode(_removed(target.base, path)))
    for body in (b"", b"{", b'{"a":}', b"\xff\xfe", b"NaN", b"[]", b"null", b'"x"', b"1", b"[" * 5000):
        add(f"body {body[:12]!r}", "invalid", body)
    for kind in ("text/plain", "application/xml", None):
        add(f"Content-Type {kind}", "media", change={"Content-Type": kind})
    for change in target.wrong:
        add(f"credentials {change}", "auth", change=change)
    for method in ("GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"):
        body = b"" if method in ("GET", "HEAD", "DELETE", "OPTIONS") else base
        add(method, "method", body, method=method)
    if provider == "example-ai":
        add("unknown conversation", "missing", _encode({**target.base, "conversation_id": target.unknown}))
    else:
        add("unknown conversation", "missing", path=target.path.format(id=target.unknown))
        for odd in ("not-a-uuid", target.known.lower(), "a%20b", target.known + "%0A", "%C3%A9"):
            if odd != target.known:
                add(f"conversation {odd}", "path", path=target.path.format(id=odd))
    if provider == "ada":
        for size, intent in ((2_000_000, "valid"), (11_000_000, "size")):
            padded = _changed(target.base, ("content", "padding"), "x" * size)
            add(f"{size} bytes", intent, _encode(padded))
    return probes
