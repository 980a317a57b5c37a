"""Ada: POST /api/v2/conversations/{conversation_id}/messages/ (trailing slash).

In the manner of a Django service that keeps to the statuses its document
lists: 201 for a created message, and 400 for everything wrong with the request,
the media type included. Only a body over the documented 10 MB is a 413.
What `author` and `content` hold is left open by the document, so any object
passes and comes back as it was sent.
"""

import itertools
import os
import re
from datetime import datetime, timezone

from common import (
    Crash, Malformed, Peer, bearer_token, faults, is_json_media_type, parse_json, to_json,
)
from http_server import Reply, decode_segment

CONVERSATION = "5df263b7db5a7e6ea03fae9b"
_ROUTE = re.compile(r"/api/v2/conversations/([^/]+)/messages/")
# "10MB" may mean 10^7 or 10 * 2^20 bytes; the larger reading refuses less.
MAX_BODY = 10 * 1024 * 1024


class Ada(Peer):
    FAULTS = faults(
        missing_author_accepted=("a message without author is stored", "required:author"),
        missing_content_accepted=("a message without content is stored", "required:content"),
        missing_author_500=("a missing author fails a lookup", "required:author"),
        missing_content_500=("a missing content fails a lookup", "required:content"),
        author_null_accepted=("null passes as author", "type:author"),
        author_string_accepted=("a string passes as author", "type:author"),
        author_array_accepted=("an array passes as author", "type:author"),
        author_number_500=("a number as author raises", "type:author"),
        author_empty_500=("the author {} fails a lookup", "type:author"),
        content_null_accepted=("null passes as content", "type:content"),
        content_string_accepted=("a bare string passes as content", "type:content"),
        content_array_accepted=("an array passes as content", "type:content"),
        content_boolean_500=("a boolean as content raises", "type:content"),
        content_empty_500=("the content {} fails a lookup", "type:content"),
        author_without_avatar_500=("an author without avatar fails a lookup", "type:author"),
        author_id_number_500=("an author whose id is a number raises", "type:author"),
        display_name_non_ascii_500=("a display_name outside ASCII raises", "type:author"),
        extra_field_rejected=("a field the document does not name is refused", "additionalProperties"),
        emoji_500=("an emoji in content.body breaks the store", "type:content"),
        control_characters_drop=("control characters in content.body kill the worker", "type:content"),
        nul_500=("U+0000 in content.body breaks the store", "type:content"),
        empty_text_500=("an empty content.body raises", "type:content"),
        percent_500=("a percent sign in content.body is taken for a format", "type:content"),
        text_over_255_500=("a content.body over 255 characters overflows a column", "type:content"),
        trailing_space_500=("a content.body that ends with white space raises", "type:content"),
        unknown_conversation_accepted=("an unknown conversation is created", "status:404"),
        unknown_conversation_500=("an unknown conversation raises", "status:404"),
        unknown_conversation_200_error=("an unknown conversation is a 200 with an error inside", "status:404"),
        auth_ignored=("no token is needed", "auth:bearer"),
        auth_any_token=("any bearer token is good", "auth:bearer"),
        auth_missing_500=("a missing Authorization header raises", "auth:bearer"),
        auth_missing_400=("a missing token is a bad request", "auth:bearer"),
        auth_missing_302=("a missing token redirects to a login page", "auth:bearer"),
        auth_failure_200=("a wrong token is a 200 with an error inside", "auth:bearer"),
        slash_redirect=("the documented URL redirects to the one without slash", "status:2XX"),
        validation_422=("validation errors are 422, which is not documented", "status:400"),
        validation_500=("validation errors escape as 500", "status:400"),
        validation_200_error=("validation errors are a 200 with an error inside", "status:400"),
        size_unlimited=("a body over 10 MB is stored", "size:10MB"),
        size_500=("a body over 10 MB raises", "size:10MB"),
        size_one_megabyte=("bodies over 1 MB are refused", "size:10MB"),
        malformed_500=("a body that is not JSON raises", "malformed"),
        malformed_accepted=("a body that is not JSON is stored as {}", "malformed"),
        empty_body_500=("an empty body raises", "required:body"),
        empty_body_accepted=("an empty body stores an empty message", "required:body"),
        array_body_500=("an array as body raises", "type:body"),
        media_type_ignored=("any Content-Type is parsed as JSON", "media-type"),
        media_type_500=("another Content-Type raises", "media-type"),
        put_accepted=("PUT works like POST", "method"),
        delete_accepted=("DELETE answers 200", "method"),
        wrong_method_500=("another method raises", "method"),
        _405_without_allow=("405 has no Allow header", "method"),
        response_id_number=("the id is a number", "type:id"),
        response_id_null=("the id is null", "type:id"),
        response_conversation_id_object=("conversation_id is an object", "type:conversation_id"),
        response_author_string=("author is its id", "type:author"),
        response_author_null=("author is null when it has no display_name", "type:author"),
        response_content_string=("content is its body", "type:content"),
        response_content_array=("content is a list of parts", "type:content"),
        created_at_epoch=("created_at is a Unix time", "type:created_at"),
        created_at_not_date_time=("created_at is day/month/year", "format:created_at"),
        created_at_without_zone=("created_at has no zone", "format:created_at"),
        created_at_zero_fraction=("a whole second leaves a lone '.' in created_at", "format:created_at"),
        updated_at_null=("updated_at is null until the first update", "type:updated_at"),
        updated_at_empty=("updated_at is '' until the first update", "format:updated_at"),
        response_text_plain=("the response is labelled text/plain", "media-type:2XX"),
        response_truncated=("the response is cut off", "malformed:2XX"),
        response_in_array=("the response object is wrapped in an array", "type:2XX"),
        response_double_encoded=("the response is JSON inside a JSON string", "type:2XX"),
    )

    def __init__(self, fault=None):
        super().__init__(fault)
        self.key = os.environ.get("ADA_API_KEY", "conform-ada-key")
        self._ids = itertools.count(1)

    def respond(self, request):
        route = _ROUTE.fullmatch(request.path)
        if route is None:
            return self._error(404, "not_found", "Not found")
        if not self.method_allowed(request):
            return self.wrong_method()
        refused = self._authenticate(request)
        if refused is not None:
            return refused
        bodiless = self.answers_without_body(request)
        if bodiless is not None:
            return bodiless
        if self.fault == "slash-redirect":
            return Reply(308, headers=(("Location", request.path.rstrip("/")),))
        # The object behind the URL is loaded before the body is looked at.
        conversation = decode_segment(route.group(1))
        if conversation != CONVERSATION:
            if self.fault == "unknown-conversation-500":
                raise Crash
            if self.fault == "unknown-conversation-200-error":
                return self._error(200, "not_found", "Conversation not found")
            if self.fault != "unknown-conversation-accepted":
                return self._error(404, "not_found", "Conversation not found")
        refused = self._check_size(request)
        if refused is not None:
            return refused
        body, problem = self._parse(request)
        if problem is None:
            problem = self._check(body)
        if problem is not None:
            return self._invalid(problem)
        return self._created(conversation, body)

    def _authenticate(self, request):
        fault = self.fault
        if fault == "auth-ignored":
            return None
        token = bearer_token(request.headers)
        if token is None:
            if fault == "auth-missing-500":
                raise Crash
            if fault == "auth-missing-400":
                return self._error(400, "bad_request", "Authorization is required")
            if fault == "auth-missing-302":
                return Reply(302, headers=(("Location", "/login"),))
        if token == self.key or (token is not None and fault == "auth-any-token"):
            return None
        if fault == "auth-failure-200":
            return self._error(200, "unauthorized", "Invalid token")
        return self._error(401, "unauthorized", "Invalid token", (("WWW-Authenticate", "Bearer"),))

    def _check_size(self, request):
        fault = self.fault
        limit = 1_000_000 if fault == "size-one-megabyte" else MAX_BODY
        if len(request.body) <= limit or fault == "size-unlimited":
            return None
        if fault == "size-500":
            raise Crash
        return self._error(413, "too_large", "The maximum request size is 10MB")

    def _parse(self, request):
        """Return (body, problem)."""
        fault = self.fault
        if not request.body:
            if fault == "empty-body-500":
                raise Crash
            return ({}, None) if fault == "empty-body-accepted" else (None, "A body is required")
        if not is_json_media_type(request.headers.get("content-type")):
            if fault == "media-type-500":
                raise Crash
            if fault != "media-type-ignored":
                return None, "Content-Type must be application/json"
        try:
            return parse_json(request.body), None
        except Malformed as problem:
            if fault == "malformed-500":
                raise Crash from None
            if fault == "malformed-accepted":
                return {}, None
            return None, f"JSON parse error: {problem}"

    def _check(self, body):
        """Return what is wrong with the body, or None."""
        fault = self.fault
        if not isinstance(body, dict):
            if fault == "array-body-500" and isinstance(body, list):
                raise Crash
            return "The body must be an object"
        if not body and fault in ("empty-body-accepted", "malformed-accepted"):
            return None
        if fault == "extra-field-rejected" and body.keys() - {"author", "content"}:
            return "Unknown field"
        for field in ("author", "content"):
            if field not in body:
                if fault == f"missing-{field}-500":
                    raise Crash
                if fault != f"missing-{field}-accepted":
                    return f"{field} is required"
            elif not self._object_passes(field, body[field]):
                return f"{field} must be an object"
        if isinstance(body.get("author"), dict):
            self._walk_author(body["author"])
        content = body.get("content")
        if isinstance(content, dict) and isinstance(content.get("body"), str):
            self.trap(content["body"])
        return None

    def _object_passes(self, field, value):
        fault = self.fault
        if isinstance(value, dict):
            if not value and fault == f"{field}-empty-500":
                raise Crash
            return True
        if isinstance(value, bool):
            if fault == f"{field}-boolean-500":
                raise Crash
            return False
        if isinstance(value, (int, float)) and fault == f"{field}-number-500":
            raise Crash
        return ((value is None and fault == f"{field}-null-accepted")
                or (isinstance(value, str) and fault == f"{field}-string-accepted")
                or (isinstance(value, list) and fault == f"{field}-array-accepted"))

    def _walk_author(self, author):
        """The bugs of code that takes the author's fields for granted."""
        fault = self.fault
        if ((fault == "author-without-avatar-500" and "avatar" not in author)
                or (fault == "author-id-number-500" and type(author.get("id")) in (int, float))
                or (fault == "display-name-non-ascii-500"
                    and not str(author.get("display_name", "")).isascii())):
            raise Crash

    def _created(self, conversation, body):
        fault = self.fault
        number = next(self._ids)
        # As in the document's example a whole second is written without a
        # fraction. The fraction is counted, not measured, so that every tenth
        # message falls on a whole second and runs can be repeated.
        now = datetime.now(timezone.utc).replace(microsecond=number % 10 * 100_000)
        stamp = now.isoformat()
        author = body.get("author", {})
        message = {
            "id": f"{int(now.timestamp()):08x}{number:016x}",
            "conversation_id": conversation,
            "author": author,
            "content": body.get("content", {}),
            "created_at": stamp,
            "updated_at": stamp,
        }
        if fault == "response-id-number":
            message["id"] = number
        elif fault == "response-id-null":
            message["id"] = None
        elif fault == "response-conversation-id-object":
            message["conversation_id"] = {"$oid": conversation}
        elif fault == "response-author-string":
            message["author"] = str(author.get("id", ""))
        elif fault == "response-author-null" and "display_name" not in author:
            message["author"] = None
        elif fault == "response-content-string":
            message["content"] = str(message["content"].get("body", ""))
        elif fault == "response-content-array":
            message["content"] = [message["content"]]
        elif fault == "created-at-epoch":
            message["created_at"] = now.timestamp()
        elif fault == "created-at-not-date-time":
            message["created_at"] = now.strftime("%d/%m/%Y %H:%M")
        elif fault == "created-at-without-zone":
            message["created_at"] = stamp.removesuffix("+00:00")
        elif fault == "created-at-zero-fraction" and now.microsecond == 0:
            message["created_at"] = stamp.replace("+00:00", ".+00:00")
        elif fault == "updated-at-null":
            message["updated_at"] = None
        elif fault == "updated-at-empty":
            message["updated_at"] = ""
        return Reply(201, "application/json", to_json(message, compact=False))

    def _error(self, status, kind, message, headers=()):
        body = {"errors": [{"type": kind, "message": message, "details": None}]}
        return Reply(status, "application/json", to_json(body, compact=False), headers)

    def _invalid(self, message):
        if self.fault == "validation-500":
            raise Crash
        status = {"validation-422": 422, "validation-200-error": 200}.get(self.fault, 400)
        return self._error(status, "bad_request", message)

    def refuse(self, message):
        return self._invalid(message)

    def method_error(self):
        return self._error(405, "method_not_allowed", "Method not allowed")

    def protocol_error(self, status, message):
        return self._error(status, "bad_request", message)

    def server_error(self):
        return self._error(500, "internal_error", "Internal server error")
