"""ASAPP: POST /conversation/v1/conversations/{conversationId}/messages.

In the manner of a Go or Java service: a body that cannot be read is 400, one
that breaks the schema 422, another media type 415 (the document's `default`
covers it), and every error wears the same envelope with a request id.
"""

import itertools
import os
import re
import uuid

from common import (
    Crash, Drop, Malformed, Peer, faults, is_date_time, is_json_media_type, parse_json, to_json,
)
from http_server import Reply, decode_segment

CONVERSATION = "01BX5ZZKBKACTAV9WEVGEMMVRZ"
_ROUTE = re.compile(r"/conversation/v1/conversations/([^/]+)/messages")
_ID = re.compile(r"[A-Z0-9]+")
_ROLES = ("agent", "customer", "system")
_MAX_BODY = 10 * 1024 * 1024  # the document has a 413 but names no number
_BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class _Problem(Exception):
    """An error answer on its way to the envelope."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class Asapp(Peer):
    FAULTS = faults(
        missing_text_accepted=("a message without text is stored", "required:text"),
        missing_sender_accepted=("a message without sender is stored", "required:sender"),
        missing_timestamp_accepted=("the timestamp defaults to now", "required:timestamp"),
        missing_role_accepted=("a sender without role is stored", "required:sender.role"),
        missing_external_id_accepted=("a sender without externalId is stored", "required:sender.externalId"),
        empty_sender_accepted=("the sender {} skips its checks", "required:sender.role"),
        role_enum_ignored=("any string passes as role", "enum:role"),
        role_case_insensitive=("AGENT passes as agent", "enum:role"),
        role_trimmed=("' agent ' passes as agent", "enum:role"),
        role_empty_accepted=("an empty role skips the enum check", "enum:role"),
        role_prefix_accepted=("anything that begins with a role passes", "enum:role"),
        role_system_rejected=("the role system is refused", "enum:role"),
        role_customer_500=("the role customer takes a broken branch", "enum:role"),
        role_null_accepted=("null passes as role", "type:sender.role"),
        external_id_number_coerced=("a number passes as externalId", "type:externalId"),
        external_id_null_accepted=("null passes as externalId", "type:externalId"),
        external_id_boolean_accepted=("a boolean passes as externalId", "type:externalId"),
        external_id_empty_rejected=("an empty externalId is refused", "type:externalId"),
        external_id_digits_only=("an externalId other than digits is refused", "type:externalId"),
        external_id_non_ascii_500=("an externalId outside ASCII raises", "type:externalId"),
        sender_string_500=("a string as sender raises", "type:sender"),
        sender_null_accepted=("null passes as sender", "type:sender"),
        sender_array_accepted=("an array passes as sender", "type:sender"),
        text_null_accepted=("null passes as text", "type:text"),
        text_number_coerced=("a number passes as text", "type:text"),
        text_array_accepted=("an array passes as text", "type:text"),
        text_object_500=("an object as text raises", "type:text"),
        empty_text_accepted=("an empty text is stored", "minLength:text"),
        empty_text_500=("an empty text raises", "minLength:text"),
        one_character_rejected=("a text of one character is refused", "minLength:text"),
        blank_text_rejected=("a text of spaces is refused", "minLength:text"),
        emoji_500=("an emoji in text breaks the store", "type:text"),
        non_ascii_500=("any character outside ASCII raises", "type:text"),
        control_characters_drop=("control characters in text kill the worker", "type:text"),
        nul_500=("U+0000 in text breaks the store", "type:text"),
        quote_500=("an apostrophe in text breaks the query", "type:text"),
        leading_space_500=("a text that begins with white space raises", "type:text"),
        trailing_space_500=("a text that ends with white space raises", "type:text"),
        text_over_255_500=("a text over 255 characters overflows a column", "type:text"),
        text_over_1000_rejected=("a text over 1000 characters is refused with 400", "type:text"),
        timestamp_unchecked=("any string passes as timestamp", "format:timestamp"),
        timestamp_null_accepted=("null passes as timestamp", "type:timestamp"),
        timestamp_epoch_accepted=("a Unix time passes as timestamp", "type:timestamp"),
        timestamp_invalid_500=("a timestamp that cannot be parsed raises", "format:timestamp"),
        timestamp_offset_rejected=("a numeric zone offset is refused", "format:timestamp"),
        timestamp_fraction_required=("a timestamp without fraction is refused", "format:timestamp"),
        timestamp_empty_accepted=("an empty timestamp means now", "format:timestamp"),
        timestamp_leap_day_500=("29 February raises", "format:timestamp"),
        path_pattern_unchecked=("an id outside the pattern opens a conversation", "pattern:conversationId"),
        path_lower_case_accepted=("the id is compared without regard to case", "pattern:conversationId"),
        path_pattern_500=("an id outside the pattern raises", "pattern:conversationId"),
        unknown_conversation_accepted=("a 404 is answered as 200", "status:404"),
        unknown_conversation_500=("an unknown conversation raises", "status:404"),
        api_id_ignored=("asapp-api-id is not looked at", "auth:API-ID"),
        api_secret_ignored=("asapp-api-secret is not looked at", "auth:API-Secret"),
        credentials_ignored=("no credential is looked at", "auth:API-ID,API-Secret"),
        either_credential=("one right credential is enough", "auth:API-ID,API-Secret"),
        secret_prefix_accepted=("any beginning of the secret passes", "auth:API-Secret"),
        missing_credential_500=("a wrong credential is 401, a missing one raises", "auth:API-ID,API-Secret"),
        missing_credential_400=("a missing credential is a bad request", "auth:API-ID,API-Secret"),
        auth_error_empty=("401 has no body", "envelope:401"),
        status_201=("success is 201 in place of 200", "status:200"),
        response_id_number=("the id in the response is a number", "type:id"),
        response_id_null=("the id in the response is null", "type:id"),
        response_text_plain=("the response is labelled text/plain", "media-type:200"),
        response_truncated=("the response is cut off", "malformed:200"),
        response_empty=("the response has no body", "malformed:200"),
        response_in_array=("the response object is wrapped in an array", "type:200"),
        envelope_without_request_id=("errors lack requestId", "envelope:error.requestId"),
        envelope_without_message=("errors lack message", "envelope:error.message"),
        envelope_request_id_number=("requestId is a number", "envelope:error.requestId"),
        envelope_code_number=("code is a number", "envelope:error.code"),
        envelope_error_string=("error is a string", "envelope:error"),
        envelope_array=("the envelope is an array", "envelope"),
        envelope_404_without_request_id=("only the 404 lacks requestId", "envelope:error.requestId"),
        html_400=("a 400 is an HTML page", "media-type:400"),
        text_404=("the 404 is plain text", "media-type:404"),
        malformed_500=("a body that is not JSON raises", "malformed"),
        malformed_accepted=("a body that is not JSON is stored as text", "malformed"),
        empty_body_500=("an empty body raises", "required:body"),
        empty_body_accepted=("an empty body stores an empty message", "required:body"),
        array_body_500=("an array as body raises", "type:body"),
        null_body_drop=("the body null kills the worker", "type:body"),
        media_type_ignored=("any Content-Type is parsed as JSON", "media-type"),
        extra_field_rejected=("a field the document does not name is refused", "additionalProperties"),
        get_accepted=("GET answers 200", "method"),
        put_accepted=("PUT works like POST", "method"),
        patch_accepted=("PATCH works like POST", "method"),
        wrong_method_500=("another method raises", "method"),
        _405_without_allow=("405 has no Allow header", "method"),
    )

    def __init__(self, fault=None):
        super().__init__(fault)
        self.api_id = os.environ.get("ASAPP_API_ID", "conform-asapp-id")
        self.api_secret = os.environ.get("ASAPP_API_SECRET", "conform-asapp-secret")
        self._numbers = itertools.count(1)

    def respond(self, request):
        try:
            route = _ROUTE.fullmatch(request.path)
            if route is None:
                raise _Problem(404, "Not Found")
            if not self.method_allowed(request):
                return self.wrong_method()
            self._authenticate(request.headers)
            bodiless = self.answers_without_body(request)
            if bodiless is not None:
                return bodiless
            self._find(decode_segment(route.group(1)))
            self._check(request)
        except _Problem as problem:
            return self._envelope(problem.status, str(problem))
        number = next(self._numbers)
        value = {"response-id-number": number, "response-id-null": None}.get(
            self.fault, "01BX5ZZKBK" + self._base32(number))
        return Reply(201 if self.fault == "status-201" else 200,
                     "application/json", to_json({"id": value}))

    @staticmethod
    def _base32(number):
        return "".join(_BASE32[number >> shift & 31] for shift in range(75, -1, -5))

    def _authenticate(self, headers):
        fault = self.fault
        given_id = headers.get("asapp-api-id")
        given_secret = headers.get("asapp-api-secret")
        if fault == "missing-credential-500" and (given_id is None or given_secret is None):
            raise Crash
        if fault == "missing-credential-400" and (given_id is None or given_secret is None):
            raise _Problem(400, "Bad request")
        id_good = given_id == self.api_id or fault == "api-id-ignored"
        secret_good = given_secret == self.api_secret or fault == "api-secret-ignored"
        if fault == "secret-prefix-accepted":
            secret_good = given_secret is not None and self.api_secret.startswith(given_secret)
        if fault == "either-credential":
            id_good = secret_good = id_good or secret_good
        if not (id_good and secret_good) and fault != "credentials-ignored":
            raise _Problem(401, "Unauthorized")

    def _find(self, conversation):
        fault = self.fault
        if fault == "path-lower-case-accepted":
            conversation = conversation.upper()
        if not _ID.fullmatch(conversation):
            if fault == "path-pattern-unchecked":
                return
            if fault == "path-pattern-500":
                raise Crash
            raise _Problem(400, "conversationId does not match ^[A-Z0-9]+$")
        if conversation != CONVERSATION:
            if fault == "unknown-conversation-500":
                raise Crash
            if fault != "unknown-conversation-accepted":
                raise _Problem(404, "Conversation not found")

    def _check(self, request):
        fault = self.fault
        if len(request.body) > _MAX_BODY:
            raise _Problem(413, "Request Entity Too Large")
        if not request.body:
            if fault == "empty-body-500":
                raise Crash
            if fault == "empty-body-accepted":
                return
            raise _Problem(400, "EOF")
        if not is_json_media_type(request.headers.get("content-type")):
            if fault != "media-type-ignored":
                raise _Problem(415, "Content-Type must be application/json")
        try:
            body = parse_json(request.body)
        except Malformed as problem:
            if fault == "malformed-500":
                raise Crash from None
            if fault == "malformed-accepted":
                return
            raise _Problem(400, f"invalid JSON: {problem}") from None
        if fault == "null-body-drop" and body is None:
            raise Drop
        if not isinstance(body, dict):
            if fault == "array-body-500" and isinstance(body, list):
                raise Crash
            raise _Problem(422, "body must be an object")
        if fault == "extra-field-rejected" and body.keys() - {"text", "sender", "timestamp"}:
            raise _Problem(422, "unknown field")
        self._check_text(body)
        self._check_sender(body)
        self._check_timestamp(body)

    def _check_text(self, body):
        fault = self.fault
        if "text" not in body:
            if fault == "missing-text-accepted":
                return
            raise _Problem(422, "text is required")
        text = body["text"]
        if isinstance(text, str):
            self.trap(text)
            if not text and fault != "empty-text-accepted":
                raise _Problem(422, "text must not be empty")
            return
        if fault == "text-object-500" and isinstance(text, dict):
            raise Crash
        if not ((text is None and fault == "text-null-accepted")
                or (isinstance(text, list) and fault == "text-array-accepted")
                or (type(text) in (int, float) and fault == "text-number-coerced")):
            raise _Problem(422, "text must be a string")

    def _check_sender(self, body):
        fault = self.fault
        if "sender" not in body:
            if fault == "missing-sender-accepted":
                return
            raise _Problem(422, "sender is required")
        sender = body["sender"]
        if not isinstance(sender, dict):
            if fault == "sender-string-500" and isinstance(sender, str):
                raise Crash
            if ((sender is None and fault == "sender-null-accepted")
                    or (isinstance(sender, list) and fault == "sender-array-accepted")):
                return
            raise _Problem(422, "sender must be an object")
        if not sender and fault == "empty-sender-accepted":
            return
        if "role" in sender:
            self._check_role(sender["role"])
        elif fault != "missing-role-accepted":
            raise _Problem(422, "sender.role is required")
        if "externalId" in sender:
            self._check_external_id(sender["externalId"])
        elif fault != "missing-external-id-accepted":
            raise _Problem(422, "sender.externalId is required")

    def _check_role(self, role):
        fault = self.fault
        if not isinstance(role, str):
            if role is None and fault == "role-null-accepted":
                return
            raise _Problem(422, "sender.role must be a string")
        if role == "customer" and fault == "role-customer-500":
            raise Crash
        if role == "system" and fault == "role-system-rejected":
            raise _Problem(422, "sender.role must be agent or customer")
        if role in _ROLES or fault == "role-enum-ignored":
            return
        if not ((fault == "role-case-insensitive" and role.lower() in _ROLES)
                or (fault == "role-trimmed" and role.strip() in _ROLES)
                or (fault == "role-empty-accepted" and role == "")
                or (fault == "role-prefix-accepted" and role.startswith(_ROLES))):
            raise _Problem(422, "sender.role must be agent, customer or system")

    def _check_external_id(self, value):
        fault = self.fault
        if isinstance(value, str):
            if fault == "external-id-non-ascii-500" and not value.isascii():
                raise Crash
            if ((fault == "external-id-empty-rejected" and not value)
                    or (fault == "external-id-digits-only" and not value.isdecimal())):
                raise _Problem(422, "sender.externalId is not acceptable")
            return
        if not ((value is None and fault == "external-id-null-accepted")
                or (isinstance(value, bool) and fault == "external-id-boolean-accepted")
                or (type(value) in (int, float) and fault == "external-id-number-coerced")):
            raise _Problem(422, "sender.externalId must be a string")

    def _check_timestamp(self, body):
        fault = self.fault
        if "timestamp" not in body:
            if fault == "missing-timestamp-accepted":
                return
            raise _Problem(422, "timestamp is required")
        value = body["timestamp"]
        if not isinstance(value, str):
            if ((value is None and fault == "timestamp-null-accepted")
                    or (type(value) in (int, float) and fault == "timestamp-epoch-accepted")):
                return
            raise _Problem(422, "timestamp must be a string")
        if fault == "timestamp-unchecked" or (not value and fault == "timestamp-empty-accepted"):
            return
        # The prose takes a time without zone as UTC, so that is no error here.
        if not is_date_time(value, zone_required=False):
            if fault == "timestamp-invalid-500":
                raise Crash
            raise _Problem(422, "timestamp must be a date-time")
        if fault == "timestamp-leap-day-500" and value[4:10] == "-02-29":
            raise Crash
        if ((fault == "timestamp-offset-rejected" and value[-6] in "+-")
                or (fault == "timestamp-fraction-required" and "." not in value)):
            raise _Problem(422, "timestamp must be a date-time")

    def _envelope(self, status, message):
        fault = self.fault
        if fault == "html-400" and status == 400:
            return Reply(400, "text/html", b"<html><body>400 Bad Request</body></html>")
        if fault == "text-404" and status == 404:
            return Reply(404, "text/plain", b"404 page not found\n")
        if fault == "auth-error-empty" and status == 401:
            return Reply(401)
        error = {"requestId": str(uuid.uuid4()), "code": f"{status}-01", "message": message}
        if (fault == "envelope-without-request-id"
                or (fault == "envelope-404-without-request-id" and status == 404)):
            del error["requestId"]
        elif fault == "envelope-without-message":
            del error["message"]
        elif fault == "envelope-request-id-number":
            error["requestId"] = next(self._numbers)
        elif fault == "envelope-code-number":
            error["code"] = status
        elif fault == "envelope-error-string":
            error = message
        envelope = {"error": error}
        if fault == "envelope-array":
            envelope = [envelope]
        return Reply(status, "application/json", to_json(envelope))

    def refuse(self, message):
        status = 400 if self.fault == "text-over-1000-rejected" else 422
        return self._envelope(status, message)

    def method_error(self):
        return self._envelope(405, "Method Not Allowed")

    def protocol_error(self, status, message):
        return self._envelope(status, message)

    def server_error(self):
        return self._envelope(500, "Internal server error")
