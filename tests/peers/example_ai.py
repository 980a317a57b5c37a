"""Example AI: POST /v1/messages.

In the manner of Express: the body is parsed before anything else, so a body
that is not JSON is a 400 even without a token; a body of another media type is
not parsed at all and is refused as missing. A message to an existing
conversation is 200, one that opens a new conversation 201.
"""

import itertools
import os
import time

from common import (
    Crash, Malformed, Peer, bearer_token, faults, is_json_media_type, parse_json, to_json,
)
from http_server import Reply

CONVERSATION = "con_9s2kd81"
_PATH = "/v1/messages"
_TYPES = ("user", "agent", "system")
_FIELDS = ("conversation_id", "sender_id", "sender_type", "text", "reply_to_message_id",
           "metadata", "auto_reply")
_UNPARSED = object()


class ExampleAi(Peer):
    FAULTS = faults(
        missing_sender_id_accepted=("a message without sender_id is stored", "required:sender_id"),
        missing_sender_type_accepted=("sender_type defaults to user", "required:sender_type"),
        missing_text_accepted=("a message without text is stored", "required:text"),
        missing_text_500=("a message without text raises", "required:text"),
        sender_id_number_coerced=("a number passes as sender_id", "type:sender_id"),
        sender_id_null_accepted=("null passes as sender_id", "type:sender_id"),
        sender_id_prefix_required=("a sender_id that does not begin with usr_ is refused", "type:sender_id"),
        sender_type_unchecked=("any string passes as sender_type", "enum:sender_type"),
        sender_type_case_insensitive=("USER passes as user", "enum:sender_type"),
        sender_type_empty_accepted=("an empty sender_type skips the check", "enum:sender_type"),
        sender_type_system_rejected=("the sender_type system is refused", "enum:sender_type"),
        sender_type_agent_500=("the sender_type agent takes a broken branch", "enum:sender_type"),
        sender_type_null_accepted=("null passes as sender_type", "type:sender_type"),
        sender_type_array_accepted=("['user'] passes as sender_type", "type:sender_type"),
        sender_type_prototype_500=("a sender_type that is no string raises", "type:sender_type"),
        text_number_coerced=("a number passes as text", "type:text"),
        text_null_accepted=("null passes as text", "type:text"),
        text_array_accepted=("an array passes as text", "type:text"),
        text_object_500=("an object as text raises", "type:text"),
        emoji_500=("an emoji in text breaks the store", "type:text"),
        control_characters_drop=("control characters in text kill the worker", "type:text"),
        quote_500=("an apostrophe in text breaks a query", "type:text"),
        leading_space_500=("a text that begins with white space raises", "type:text"),
        text_over_255_500=("a text over 255 characters overflows a column", "type:text"),
        text_over_1000_rejected=("a text over 1000 characters is refused", "type:text"),
        conversation_id_required=("a message without conversation_id is refused", "required:conversation_id"),
        conversation_id_number_accepted=("a number opens a new conversation", "type:conversation_id"),
        conversation_id_null_accepted=("null opens a new conversation", "type:conversation_id"),
        new_conversation_500=("opening a conversation raises", "required:conversation_id"),
        unknown_conversation_accepted=("an unknown conversation is created", "status:404"),
        unknown_conversation_400=("an unknown conversation is 400, not 404", "status:404"),
        unknown_conversation_500=("an unknown conversation raises", "status:404"),
        unknown_conversation_200_error=("an unknown conversation is an error with 200", "status:404"),
        reply_to_number_accepted=("a number passes as reply_to_message_id", "type:reply_to_message_id"),
        reply_to_null_accepted=("null passes as reply_to_message_id", "type:reply_to_message_id"),
        reply_to_500=("any reply_to_message_id raises", "type:reply_to_message_id"),
        metadata_string_accepted=("a string passes as metadata", "type:metadata"),
        metadata_array_accepted=("an array passes as metadata", "type:metadata"),
        metadata_null_accepted=("null passes as metadata", "type:metadata"),
        metadata_strings_only=("metadata values other than strings are refused", "type:metadata"),
        metadata_nested_500=("an object inside metadata raises", "type:metadata"),
        metadata_empty_rejected=("empty metadata is refused", "type:metadata"),
        auto_reply_string_accepted=("'true' passes as auto_reply", "type:auto_reply"),
        auto_reply_number_accepted=("1 passes as auto_reply", "type:auto_reply"),
        auto_reply_null_accepted=("null passes as auto_reply", "type:auto_reply"),
        auto_reply_false_rejected=("auto_reply false counts as missing and is refused", "type:auto_reply"),
        auto_reply_required=("auto_reply is demanded although it has a default", "required:auto_reply"),
        extra_field_rejected=("a field the document does not name is refused", "additionalProperties"),
        auth_ignored=("no token is needed", "auth:bearer"),
        auth_any_token=("any bearer token is good", "auth:bearer"),
        auth_test_prefix_accepted=("every token that begins with sk_test_ is good", "auth:bearer"),
        auth_missing_500=("a missing Authorization header raises", "auth:bearer"),
        auth_missing_400=("a missing token is a bad request", "auth:bearer"),
        auth_failure_200=("a wrong token is an error with 200", "auth:bearer"),
        auth_error_text=("401 is plain text", "media-type:401"),
        validation_422=("validation errors are 422, which is not documented", "status:400"),
        validation_200_error=("validation errors come with 200", "status:400"),
        malformed_500=("a body that is not JSON raises", "malformed"),
        malformed_html=("a body that is not JSON answers with Express's HTML page", "media-type:400"),
        malformed_accepted=("a body that is not JSON is stored as empty", "malformed"),
        empty_body_500=("an empty body raises", "required:body"),
        array_body_500=("an array as body raises", "type:body"),
        media_type_ignored=("any Content-Type is parsed as JSON", "media-type"),
        media_type_500=("the unparsed body of another Content-Type raises", "media-type"),
        get_accepted=("GET answers 200", "method"),
        put_accepted=("PUT works like POST", "method"),
        patch_accepted=("PATCH works like POST", "method"),
        wrong_method_500=("another method raises", "method"),
        _405_without_allow=("405 has no Allow header", "method"),
        envelope_without_status=("the success envelope lacks status", "required:status"),
        envelope_without_message=("the success envelope lacks message", "required:message"),
        envelope_status_ok=("status is 'ok'", "enum:status"),
        envelope_status_boolean=("status is true", "type:status"),
        envelope_message_object=("message is an object with a key and a text", "type:message"),
        data_without_conversation_id=("data lacks conversation_id for a new conversation", "required:data.conversation_id"),
        data_without_message=("the message's fields lie directly in data", "required:data.message"),
        data_array=("data is a list", "type:data"),
        enqueued_string=("auto_reply_enqueued is 'true'", "type:data.auto_reply_enqueued"),
        enqueued_missing_when_false=("auto_reply_enqueued is left out when false", "required:data.auto_reply_enqueued"),
        message_id_number=("data.message.id is a number", "type:data.message.id"),
        message_without_id=("data.message lacks id", "required:data.message.id"),
        message_without_sender_type=("data.message lacks sender_type", "required:data.message.sender_type"),
        message_without_empty_text=("data.message lacks text when it is empty", "required:data.message.text"),
        message_metadata_null=("data.message.metadata is null when none was sent", "type:data.message.metadata"),
        message_metadata_string=("data.message.metadata is JSON in a string", "type:data.message.metadata"),
        created_at_number=("created_at is a Unix time", "type:data.message.created_at"),
        created_at_missing=("data.message lacks created_at", "required:data.message.created_at"),
        error_without_data=("the error envelope lacks data", "envelope:data"),
        error_data_object=("the error envelope has data {}", "envelope:data"),
        error_without_status=("the error envelope lacks status", "envelope:status"),
        error_without_message=("the error envelope lacks message", "envelope:message"),
        error_status_fail=("the error envelope has status 'fail'", "envelope:status"),
        error_status_number=("the error envelope has the status code as status", "envelope:status"),
        error_message_array=("the error envelope has a list of messages", "envelope:message"),
        error_404_without_data=("only the 404 envelope lacks data", "envelope:data"),
        response_text_plain=("the response is labelled text/plain", "media-type:2XX"),
        response_truncated=("the response is cut off", "malformed:2XX"),
        response_empty=("the response has no body", "malformed:2XX"),
        response_in_array=("the envelope is wrapped in an array", "type:2XX"),
    )

    def __init__(self, fault=None):
        super().__init__(fault)
        self.key = os.environ.get("EXAMPLE_AI_API_KEY", "sk_test_51_fakeapikey123456")
        self._numbers = itertools.count(1)
        self._conversations = {CONVERSATION}

    def respond(self, request):
        try:
            body = self._parse(request)
        except Malformed as problem:
            if self.fault == "malformed-html":
                return Reply(400, "text/html; charset=utf-8", b"<pre>SyntaxError</pre>")
            return self._error(400, f"Malformed JSON: {problem}")
        if request.path != _PATH:
            return self._error(404, f"Cannot {request.method} {request.path}")
        if not self.method_allowed(request):
            return self.wrong_method()
        refused = self._authenticate(request)
        if refused is not None:
            return refused
        bodiless = self.answers_without_body(request)
        if bodiless is not None:
            return bodiless
        if body is _UNPARSED:
            if self.fault == "media-type-500":
                raise Crash
            return self._invalid("Content-Type must be application/json.")
        problem = self._check(body)
        if problem is not None:
            return self._invalid(problem)
        return self._send(body)

    def _parse(self, request):
        fault = self.fault
        if not request.body:
            if fault == "empty-body-500" and request.method == "POST":
                raise Crash
            return {}
        if not is_json_media_type(request.headers.get("content-type")):
            if fault != "media-type-ignored":
                return _UNPARSED
        try:
            body = parse_json(request.body)
            if not isinstance(body, (dict, list)):
                # express.json() is strict: only objects and arrays count as JSON.
                raise Malformed("an object is expected")
            return body
        except Malformed:
            if fault == "malformed-500":
                raise Crash from None
            if fault == "malformed-accepted":
                return {"sender_id": "", "sender_type": "user", "text": ""}
            raise

    def _authenticate(self, request):
        fault = self.fault
        if fault == "auth-ignored":
            return None
        token = bearer_token(request.headers)
        if token is None:
            if fault == "auth-missing-500":
                raise Crash
            if fault == "auth-missing-400":
                return self._error(400, "Authorization header is required.")
        elif (token == self.key or fault == "auth-any-token"
                or (fault == "auth-test-prefix-accepted" and token.startswith("sk_test_"))):
            return None
        if fault == "auth-failure-200":
            return self._error(200, "Invalid or expired token.")
        if fault == "auth-error-text":
            return Reply(401, "text/plain", b"Unauthorized")
        return self._error(401, "Invalid or expired token.", (("WWW-Authenticate", "Bearer"),))

    def _check(self, body):
        """Return what is wrong with the body, or None."""
        fault = self.fault
        if not isinstance(body, dict):
            if fault == "array-body-500":
                raise Crash
            return "The body must be an object."
        if fault == "extra-field-rejected" and body.keys() - set(_FIELDS):
            return "Unknown field."
        for field in ("sender_id", "sender_type", "text"):
            if field not in body:
                if fault == f"missing-{field}-500".replace("_", "-"):
                    raise Crash
                if fault != f"missing-{field}-accepted".replace("_", "-"):
                    return f"Field '{field}' is required."
        if ((fault == "conversation-id-required" and "conversation_id" not in body)
                or (fault == "auto-reply-required" and "auto_reply" not in body)):
            return f"Field '{fault.removesuffix('-required')}' is required."
        for field, kind in (("conversation_id", str), ("sender_id", str), ("sender_type", str),
                            ("text", str), ("reply_to_message_id", str), ("metadata", dict),
                            ("auto_reply", bool)):
            if field in body and not isinstance(body[field], kind):
                if not self._wrong_type_passes(field, body[field]):
                    return f"Field '{field}' has the wrong type."
        return self._check_values(body)

    def _wrong_type_passes(self, field, value):
        """The seeded bugs of the type check, named field-type-accepted or -coerced."""
        fault = self.fault
        if ((field == "sender_type" and fault == "sender-type-prototype-500")
                or (field == "text" and isinstance(value, dict) and fault == "text-object-500")):
            raise Crash
        if value is None:
            kind = "null"
        elif isinstance(value, bool):
            kind = "boolean"
        elif isinstance(value, (int, float)):
            kind = "number"
        else:
            kind = {str: "string", list: "array", dict: "object"}[type(value)]
        name = "reply-to" if field == "reply_to_message_id" else field.replace("_", "-")
        return fault in (f"{name}-{kind}-accepted", f"{name}-{kind}-coerced")

    def _check_values(self, body):
        fault = self.fault
        kind = body.get("sender_type")
        if isinstance(kind, str):
            if kind == "agent" and fault == "sender-type-agent-500":
                raise Crash
            known = kind in _TYPES and not (kind == "system" and fault == "sender-type-system-rejected")
            if not (known or fault == "sender-type-unchecked"
                    or (fault == "sender-type-case-insensitive" and kind.lower() in _TYPES)
                    or (fault == "sender-type-empty-accepted" and kind == "")):
                return "Field 'sender_type' must be user, agent or system."
        if isinstance(body.get("text"), str):
            self.trap(body["text"])
        if fault == "sender-id-prefix-required" and not str(body.get("sender_id")).startswith("usr_"):
            return "Field 'sender_id' must begin with usr_."
        if fault == "auto-reply-false-rejected" and body.get("auto_reply") is False:
            return "Field 'auto_reply' is required."
        if fault == "reply-to-500" and "reply_to_message_id" in body:
            raise Crash
        metadata = body.get("metadata")
        if isinstance(metadata, dict):
            if fault == "metadata-nested-500" and any(isinstance(v, dict) for v in metadata.values()):
                raise Crash
            if ((fault == "metadata-empty-rejected" and not metadata)
                    or (fault == "metadata-strings-only"
                        and not all(isinstance(v, str) for v in metadata.values()))):
                return "Field 'metadata' is not acceptable."
        return None

    def _send(self, body):
        fault = self.fault
        number = next(self._numbers)
        conversation = body.get("conversation_id")
        opened = not isinstance(conversation, str)
        if opened:
            if fault == "new-conversation-500":
                raise Crash
            conversation = f"con_{number:07x}"
            self._conversations.add(conversation)
        elif conversation not in self._conversations:
            if fault == "unknown-conversation-500":
                raise Crash
            status = {"unknown-conversation-400": 400,
                      "unknown-conversation-200-error": 200}.get(fault, 404)
            if fault != "unknown-conversation-accepted":
                return self._error(status, f"Conversation not found: {conversation}.")
        message = {
            "id": f"msg_{number:06x}",
            "sender_id": self._text(body.get("sender_id", "")),
            "sender_type": self._text(body.get("sender_type", "user")),
            "text": self._text(body.get("text", "")),
        }
        if isinstance(body.get("metadata"), dict):
            message["metadata"] = body["metadata"]
        message["created_at"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        data = {"conversation_id": conversation, "message": message,
                "auto_reply_enqueued": body.get("auto_reply", True) not in (False, None)}
        envelope = {"status": "success", "message": "Message sent successfully.", "data": data}
        self._spoil(envelope, number, opened)
        return Reply(201 if opened else 200, "application/json; charset=utf-8", to_json(envelope))

    @staticmethod
    def _text(value):
        return value if isinstance(value, str) else str(value)

    def _spoil(self, envelope, number, opened):
        """Apply the seeded bug of the success envelope, if it is one."""
        fault = self.fault
        data, message = envelope["data"], envelope["data"]["message"]
        removed = {
            "envelope-without-status": (envelope, "status", True),
            "envelope-without-message": (envelope, "message", True),
            "data-without-conversation-id": (data, "conversation_id", opened),
            "enqueued-missing-when-false": (data, "auto_reply_enqueued", not data["auto_reply_enqueued"]),
            "message-without-id": (message, "id", True),
            "message-without-sender-type": (message, "sender_type", True),
            "message-without-empty-text": (message, "text", message["text"] == ""),
            "created-at-missing": (message, "created_at", True),
        }.get(fault)
        if removed is not None and removed[2]:
            del removed[0][removed[1]]
        elif fault == "envelope-status-ok":
            envelope["status"] = "ok"
        elif fault == "envelope-status-boolean":
            envelope["status"] = True
        elif fault == "envelope-message-object":
            envelope["message"] = {"key": "sent", "text": envelope["message"]}
        elif fault == "data-without-message":
            envelope["data"] = {**message, **{k: v for k, v in data.items() if k != "message"}}
        elif fault == "data-array":
            envelope["data"] = [data]
        elif fault == "enqueued-string":
            data["auto_reply_enqueued"] = str(data["auto_reply_enqueued"]).lower()
        elif fault == "message-id-number":
            message["id"] = number
        elif fault == "message-metadata-null":
            message.setdefault("metadata", None)
        elif fault == "message-metadata-string" and "metadata" in message:
            message["metadata"] = to_json(message["metadata"]).decode()
        elif fault == "created-at-number":
            message["created_at"] = int(time.time())

    def _error(self, status, message, headers=()):
        fault = self.fault
        envelope = {"status": "error", "message": message, "data": None}
        if fault == "error-without-data" or (fault == "error-404-without-data" and status == 404):
            del envelope["data"]
        elif fault in ("error-without-status", "error-without-message"):
            del envelope[fault.rpartition("-")[2]]
        elif fault == "error-data-object":
            envelope["data"] = {}
        elif fault == "error-status-fail":
            envelope["status"] = "fail"
        elif fault == "error-status-number":
            envelope["status"] = status
        elif fault == "error-message-array":
            envelope["message"] = [message]
        return Reply(status, "application/json; charset=utf-8", to_json(envelope), headers)

    def _invalid(self, message):
        status = {"validation-422": 422, "validation-200-error": 200}.get(self.fault, 400)
        return self._error(status, message)

    def refuse(self, message):
        return self._invalid(message)

    def method_error(self):
        return self._error(405, "Method not allowed.")

    def protocol_error(self, status, message):
        return self._error(status, message)

    def server_error(self):
        return self._error(500, "Internal server error.")
