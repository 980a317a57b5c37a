"""Telnyx: POST /v2/ai/conversations/{conversation_id}/message.

In the manner of FastAPI: everything that is wrong with the input, a body that
is not JSON or not labelled as JSON included, is a 422 with a `detail` list.
A missing bearer token is 403 and a wrong one 401, as its security helpers do.
"""

import os
import re

from common import (
    Crash, Malformed, Peer, bearer_token, faults, is_date_time, is_integer,
    is_json_media_type, parse_json, to_json,
)
from http_server import Reply, decode_segment

CONVERSATION = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"
_ROUTE = re.compile(r"/v2/ai/conversations/([^/]+)/message")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_STRINGS = ("role", "content", "name", "tool_call_id")


def _error(loc, message, kind):
    return {"type": kind, "loc": ["body", *loc], "msg": message}


def _is_scalar(value):
    return isinstance(value, (str, bool)) or is_integer(value)


class Telnyx(Peer):
    FAULTS = faults(
        missing_role_accepted=("a message without role is stored", "required:role"),
        role_number_coerced=("a number as role is turned into a string", "type:role"),
        role_null_accepted=("null as role counts as given", "type:role"),
        role_enum_invented=("only user, assistant, system and tool are taken as role", "type:role"),
        role_empty_500=("an empty role fails an assertion", "type:role"),
        content_null_accepted=("null content is taken for the default", "type:content"),
        content_number_coerced=("a number as content is turned into a string", "type:content"),
        content_required=("content is demanded although it has a default", "required:content"),
        name_type_unchecked=("name may be of any type", "type:name"),
        name_empty_rejected=("an empty name is refused", "type:name"),
        tool_choice_string_only=("the object form of tool_choice is refused", "anyOf:tool_choice"),
        tool_choice_object_only=("the string form of tool_choice is refused", "anyOf:tool_choice"),
        tool_choice_array_accepted=("an array passes as tool_choice", "anyOf:tool_choice"),
        tool_choice_null_accepted=("null passes as tool_choice", "anyOf:tool_choice"),
        tool_choice_unchecked=("tool_choice may be of any type", "anyOf:tool_choice"),
        tool_choice_empty_object_500=("tool_choice {} fails a key lookup", "anyOf:tool_choice"),
        tool_calls_object_accepted=("one object passes in place of the array", "type:tool_calls"),
        tool_calls_null_accepted=("null passes as tool_calls", "type:tool_calls"),
        tool_calls_items_unchecked=("items of tool_calls may be of any type", "type:tool_calls/*"),
        tool_calls_only_first_checked=("only the first item is checked", "type:tool_calls/*"),
        tool_calls_empty_500=("an empty tool_calls list is indexed", "type:tool_calls"),
        tool_calls_item_empty_500=("a tool call without id fails a lookup", "type:tool_calls/*"),
        tool_call_id_number_accepted=("a number passes as tool_call_id", "type:tool_call_id"),
        sent_at_unchecked=("any string passes as sent_at", "format:sent_at"),
        sent_at_epoch_accepted=("a Unix time passes as sent_at", "type:sent_at"),
        sent_at_null_accepted=("null passes as sent_at", "type:sent_at"),
        sent_at_offset_rejected=("a numeric zone offset is refused", "format:sent_at"),
        sent_at_fraction_500=("fractional seconds break the parser", "format:sent_at"),
        metadata_array_accepted=("an array passes as metadata", "type:metadata"),
        metadata_null_accepted=("null passes as metadata", "type:metadata"),
        metadata_null_value_accepted=("null passes as a metadata value", "anyOf:metadata/*"),
        metadata_fraction_accepted=("1.5 passes as a metadata value", "anyOf:metadata/*"),
        metadata_object_value_accepted=("objects pass as metadata values", "anyOf:metadata/*"),
        metadata_list_rejected=("list values in metadata are refused", "anyOf:metadata/*"),
        metadata_boolean_rejected=("boolean metadata values are refused", "anyOf:metadata/*"),
        metadata_list_items_unchecked=("list items are not checked", "anyOf:metadata/*/*"),
        metadata_list_mixed_rejected=("lists of more than one type are refused", "anyOf:metadata/*/*"),
        metadata_empty_list_500=("an empty list in metadata is indexed", "anyOf:metadata/*"),
        metadata_empty_500=("empty metadata takes a broken path", "type:metadata"),
        metadata_negative_rejected=("negative integers in metadata are refused", "anyOf:metadata/*"),
        metadata_big_integer_500=("integers over 32 bits overflow a column", "anyOf:metadata/*"),
        path_uuid_unchecked=("an id that is no UUID opens a conversation", "format:conversation_id"),
        path_uuid_500=("an id that is no UUID raises", "format:conversation_id"),
        unknown_conversation_accepted=("an unknown conversation answers 200", "status:404"),
        unknown_conversation_500=("an unknown conversation raises", "status:404"),
        auth_ignored=("no token is needed", "auth:bearerAuth"),
        auth_any_token=("any bearer token is good", "auth:bearerAuth"),
        auth_missing_500=("a missing Authorization header raises", "auth:bearerAuth"),
        auth_missing_422=("a missing token is a validation error", "auth:bearerAuth"),
        status_201=("success is 201 in place of 200", "status:200"),
        status_202=("success is 202 in place of 200", "status:200"),
        validation_400=("validation errors are 400 in place of 422", "status:422"),
        validation_500=("a validation error escapes as 500", "status:422"),
        detail_string=("detail is one string", "envelope:detail"),
        detail_object=("detail is an object keyed by field", "envelope:detail"),
        detail_without_loc=("detail items lack loc", "envelope:detail/*/loc"),
        detail_without_msg=("detail items lack msg", "envelope:detail/*/msg"),
        detail_without_type=("detail items lack type", "envelope:detail/*/type"),
        detail_loc_string=("loc is a dotted string", "envelope:detail/*/loc"),
        detail_loc_null_index=("the index of a bad tool call in loc comes out as null", "envelope:detail/*/loc/*"),
        detail_msg_array=("msg is a list of messages", "envelope:detail/*/msg"),
        error_html=("validation errors are an HTML page", "media-type:422"),
        malformed_500=("a body that is not JSON raises", "malformed"),
        malformed_accepted=("a body that is not JSON is stored as empty content", "malformed"),
        empty_body_500=("an empty body raises", "required:body"),
        empty_body_accepted=("an empty body stores an empty message", "required:body"),
        array_body_500=("an array as body raises", "type:body"),
        media_type_ignored=("any Content-Type is parsed as JSON", "media-type"),
        unknown_field_rejected=("a field the document does not name is refused", "additionalProperties"),
        get_accepted=("GET on the endpoint answers 200", "method"),
        put_accepted=("PUT works like POST", "method"),
        wrong_method_500=("another method raises", "method"),
        _405_without_allow=("405 has no Allow header", "method"),
        emoji_500=("an emoji in content breaks the store", "type:content"),
        control_characters_drop=("control characters kill the worker", "type:content"),
        text_over_1000_rejected=("content over 1000 characters is refused", "type:content"),
        empty_text_500=("content '' fails an assertion", "type:content"),
    )

    def __init__(self, fault=None):
        super().__init__(fault)
        self.key = os.environ.get("TELNYX_API_KEY", "KEY-conform-telnyx")

    def respond(self, request):
        route = _ROUTE.fullmatch(request.path)
        if route is None:
            return self._detail(404, "Not Found")
        if not self.method_allowed(request):
            return self.wrong_method()
        refused = self._authenticate(request)
        if refused is not None:
            return refused
        bodiless = self.answers_without_body(request)
        if bodiless is not None:
            return bodiless
        # FastAPI gathers the errors of the path and of the body in one answer.
        conversation = decode_segment(route.group(1))
        errors = self._check_path(conversation)
        errors += self._check_request(request)
        if errors:
            return self._invalid(errors)
        if not self._exists(conversation):
            return self._detail(404, "Conversation not found")
        status = {"status-201": 201, "status-202": 202}.get(self.fault, 200)
        # An endpoint function without a return value answers null.
        return Reply(status, "application/json", b"null")

    def _authenticate(self, request):
        if self.fault == "auth-ignored":
            return None
        token = bearer_token(request.headers)
        if token is None:
            if self.fault == "auth-missing-500":
                raise Crash
            if self.fault == "auth-missing-422":
                return self._invalid([_error([], "Field required", "missing")])
            return self._detail(403, "Not authenticated")
        if token != self.key and self.fault != "auth-any-token":
            return self._detail(401, "Invalid API key", (("WWW-Authenticate", "Bearer"),))
        return None

    def _check_path(self, conversation):
        if _UUID.fullmatch(conversation) or self.fault == "path-uuid-unchecked":
            return []
        if self.fault == "path-uuid-500":
            raise Crash
        return [{"type": "uuid_parsing", "loc": ["path", "conversation_id"],
                 "msg": "Input should be a valid UUID", "input": conversation}]

    def _exists(self, conversation):
        # UUIDs compare without regard to case (RFC 9562, section 4).
        if conversation.lower() == CONVERSATION:
            return True
        if self.fault == "unknown-conversation-500":
            raise Crash
        if self.fault == "path-uuid-unchecked":
            return _UUID.fullmatch(conversation) is None
        return self.fault == "unknown-conversation-accepted"

    def _check_request(self, request):
        if not request.body:
            if self.fault == "empty-body-500":
                raise Crash
            if self.fault == "empty-body-accepted":
                return []
            return [_error([], "Field required", "missing")]
        if not is_json_media_type(request.headers.get("content-type")):
            if self.fault != "media-type-ignored":
                return [_error([], "Input should be a valid dictionary", "model_attributes_type")]
        try:
            body = parse_json(request.body)
        except Malformed as problem:
            if self.fault == "malformed-500":
                raise Crash from None
            if self.fault == "malformed-accepted":
                return []
            return [_error([0], f"JSON decode error: {problem}", "json_invalid")]
        if not isinstance(body, dict):
            if self.fault == "array-body-500" and isinstance(body, list):
                raise Crash
            return [_error([], "Input should be a valid dictionary", "model_attributes_type")]
        return self._check_body(body)

    def _check_body(self, body):
        fault = self.fault
        errors = []
        if "role" not in body and fault != "missing-role-accepted":
            errors.append(_error(["role"], "Field required", "missing"))
        if fault == "content-required" and "content" not in body:
            errors.append(_error(["content"], "Field required", "missing"))
        if fault == "unknown-field-rejected":
            known = {*_STRINGS, "tool_choice", "tool_calls", "sent_at", "metadata"}
            errors += [_error([key], "Extra inputs are not permitted", "extra_forbidden")
                       for key in body if key not in known]
        for field in _STRINGS:
            if field in body and not self._string_passes(field, body[field]):
                errors.append(_error([field], "Input should be a valid string", "string_type"))
        if isinstance(body.get("content"), str):
            self.trap(body["content"])
        if "tool_choice" in body and not self._tool_choice_passes(body["tool_choice"]):
            errors.append(_error(["tool_choice"], "Input should be a string or an object", "union"))
        if "tool_calls" in body:
            errors += self._check_tool_calls(body["tool_calls"])
        if "sent_at" in body and not self._sent_at_passes(body["sent_at"]):
            errors.append(_error(["sent_at"], "Input should be a valid datetime", "datetime_parsing"))
        if "metadata" in body:
            errors += self._check_metadata(body["metadata"])
        return errors

    def _string_passes(self, field, value):
        fault = self.fault
        if isinstance(value, str):
            if field == "role" and fault == "role-empty-500" and not value:
                raise Crash
            if field == "role" and fault == "role-enum-invented":
                return value in ("user", "assistant", "system", "tool")
            return not (field == "name" and fault == "name-empty-rejected" and not value)
        if value is None:
            return (field, fault) in (("role", "role-null-accepted"),
                                      ("content", "content-null-accepted"),
                                      ("name", "name-type-unchecked"))
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            if (field, fault) in (("role", "role-number-coerced"),
                                  ("content", "content-number-coerced"),
                                  ("tool_call_id", "tool-call-id-number-accepted")):
                return True
        return field == "name" and fault == "name-type-unchecked"

    def _tool_choice_passes(self, value):
        fault = self.fault
        if fault == "tool-choice-unchecked":
            return True
        if isinstance(value, str):
            return fault != "tool-choice-object-only"
        if isinstance(value, dict):
            if fault == "tool-choice-empty-object-500" and not value:
                raise Crash
            return fault != "tool-choice-string-only"
        return ((isinstance(value, list) and fault == "tool-choice-array-accepted")
                or (value is None and fault == "tool-choice-null-accepted"))

    def _check_tool_calls(self, value):
        fault = self.fault
        if not isinstance(value, list):
            if fault == "tool-calls-object-accepted" and isinstance(value, dict):
                return []
            if fault == "tool-calls-null-accepted" and value is None:
                return []
            return [_error(["tool_calls"], "Input should be a valid list", "list_type")]
        if fault == "tool-calls-empty-500" and not value:
            raise Crash
        if fault == "tool-calls-items-unchecked":
            return []
        if fault == "tool-calls-item-empty-500" and {} in value:
            raise Crash
        checked = value[:1] if fault == "tool-calls-only-first-checked" else value
        return [_error(["tool_calls", index], "Input should be a valid dictionary", "dict_type")
                for index, item in enumerate(checked) if not isinstance(item, dict)]

    def _sent_at_passes(self, value):
        fault = self.fault
        if not isinstance(value, str):
            if value is None:
                return fault == "sent-at-null-accepted"
            return fault == "sent-at-epoch-accepted" and is_integer(value)
        if fault == "sent-at-unchecked":
            return True
        if fault == "sent-at-offset-rejected" and value[-1:] not in ("Z", "z"):
            return False
        if fault == "sent-at-fraction-500" and "." in value and is_date_time(value):
            raise Crash
        return is_date_time(value)

    def _check_metadata(self, value):
        if not isinstance(value, dict):
            accepted = ((isinstance(value, list) and self.fault == "metadata-array-accepted")
                        or (value is None and self.fault == "metadata-null-accepted"))
            return [] if accepted else [
                _error(["metadata"], "Input should be a valid dictionary", "dict_type")]
        if self.fault == "metadata-empty-500" and not value:
            raise Crash
        return [_error(["metadata", key], "Input should be a string, integer, boolean or list", "union")
                for key, item in value.items() if not self._metadata_value_passes(item)]

    def _metadata_value_passes(self, value):
        fault = self.fault
        if isinstance(value, list):
            if fault == "metadata-empty-list-500" and not value:
                raise Crash
            if fault == "metadata-list-mixed-rejected" and len({type(i) for i in value}) > 1:
                return False
            if fault == "metadata-list-items-unchecked":
                return True
            return fault != "metadata-list-rejected" and all(map(_is_scalar, value))
        if isinstance(value, bool):
            return fault != "metadata-boolean-rejected"
        if is_integer(value):
            if fault == "metadata-big-integer-500" and abs(value) >= 2**31:
                raise Crash
            return value >= 0 or fault != "metadata-negative-rejected"
        if isinstance(value, str):
            return True
        return ((value is None and fault == "metadata-null-value-accepted")
                or (isinstance(value, float) and fault == "metadata-fraction-accepted")
                or (isinstance(value, dict) and fault == "metadata-object-value-accepted"))

    def _invalid(self, errors):
        fault = self.fault
        if fault == "validation-500":
            raise Crash
        if fault == "error-html":
            return Reply(422, "text/html", b"<h1>Unprocessable Entity</h1>")
        detail = errors
        if fault == "detail-string":
            detail = "; ".join(error["msg"] for error in errors)
        elif fault == "detail-object":
            detail = {str(error["loc"][-1]): error["msg"] for error in errors}
        elif fault in ("detail-without-loc", "detail-without-msg", "detail-without-type"):
            for error in errors:
                del error[fault.rpartition("-")[2]]
        for error in errors:
            if fault == "detail-loc-string":
                error["loc"] = ".".join(map(str, error["loc"]))
            elif fault == "detail-loc-null-index" and "tool_calls" in error["loc"]:
                error["loc"] = [None if isinstance(p, int) else p for p in error["loc"]]
            elif fault == "detail-msg-array":
                error["msg"] = [error["msg"]]
        return self._detail(400 if fault == "validation-400" else 422, detail)

    def _detail(self, status, detail, headers=()):
        return Reply(status, "application/json", to_json({"detail": detail}), headers)

    def refuse(self, message):
        return self._invalid([_error(["content"], message, "value_error")])

    def method_error(self):
        return self._detail(405, "Method Not Allowed")

    def protocol_error(self, status, message):
        return self._detail(status, message)

    def server_error(self):
        # Starlette's last resort is plain text.
        return Reply(500, "text/plain; charset=utf-8", b"Internal Server Error")
