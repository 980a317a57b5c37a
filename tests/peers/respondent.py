"""Respondent: POST /v1/messaging/conversations/{conversationUid}/messages.

In the manner of NestJS on Fastify: a guard checks the two keys (401 when one is
missing, 403 when one is wrong), then the validation pipe answers 400 with a
list of messages, and only then the handler looks for the conversation.
"""

import itertools
import os
import re
import time

from common import Crash, Malformed, Peer, faults, is_json_media_type, parse_json, to_json
from http_server import Reply, decode_segment

CONVERSATION = "64c0ffee0ddba11ca11ab1e5"
_ROUTE = re.compile(r"/v1/messaging/conversations/([^/]+)/messages")
_REASONS = {
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 413: "Payload Too Large", 415: "Unsupported Media Type",
    500: "Internal Server Error",
}


class Respondent(Peer):
    FAULTS = faults(
        missing_body_accepted=("a message without body is stored", "required:body"),
        missing_body_500=("a message without body raises", "required:body"),
        body_null_accepted=("null passes as body", "type:body"),
        body_number_coerced=("a number as body is turned into a string", "type:body"),
        body_boolean_coerced=("a boolean as body is turned into a string", "type:body"),
        body_object_accepted=("an object passes as body", "type:body"),
        body_array_accepted=("an array passes as body", "type:body"),
        body_array_500=("an array as body raises", "type:body"),
        empty_text_rejected=("an empty body is refused, though no length is stated", "type:body"),
        empty_text_500=("an empty body raises", "type:body"),
        blank_text_rejected=("a body of white space is refused", "type:body"),
        emoji_500=("an emoji in body breaks the store", "type:body"),
        control_characters_drop=("control characters in body kill the worker", "type:body"),
        newline_500=("a line break in body raises", "type:body"),
        quote_500=("an apostrophe in body breaks a query", "type:body"),
        angle_bracket_rejected=("a body with '<' is refused as HTML", "type:body"),
        numeric_text_500=("a body of digits is taken for a number", "type:body"),
        text_over_255_500=("a body over 255 characters overflows a column", "type:body"),
        text_over_1000_rejected=("a body over 1000 characters is refused", "type:body"),
        extra_field_rejected=("a field the document does not name is refused", "additionalProperties"),
        extra_field_500=("a field the document does not name raises", "additionalProperties"),
        key_ignored=("x-api-key is not looked at", "auth:x-api-key"),
        secret_ignored=("x-api-secret is not looked at", "auth:x-api-secret"),
        credentials_ignored=("no credential is looked at", "auth:x-api-key,x-api-secret"),
        either_credential=("one right credential is enough", "auth:x-api-key,x-api-secret"),
        missing_key_500=("a missing x-api-key raises", "auth:x-api-key"),
        missing_secret_500=("a missing x-api-secret raises", "auth:x-api-secret"),
        missing_credential_accepted=("the guard runs only when both keys are sent", "auth:x-api-key,x-api-secret"),
        unknown_conversation_accepted=("an unknown conversation is created", "status:404"),
        unknown_conversation_500=("an unknown conversation raises", "status:404"),
        status_200=("success is 200 in place of 201", "status:201"),
        status_202=("success is 202 in place of 201", "status:201"),
        status_204=("success is 204 without a body", "status:201"),
        malformed_500=("a body that is not JSON raises", "malformed"),
        malformed_accepted=("a body that is not JSON is stored as text", "malformed"),
        empty_request_500=("a request without content raises", "required:requestBody"),
        empty_request_accepted=("a request without content stores an empty message", "required:requestBody"),
        null_request_500=("the JSON text null raises", "type:requestBody"),
        string_request_accepted=("a bare JSON string is taken for the body", "type:requestBody"),
        media_type_ignored=("any Content-Type is parsed as JSON", "media-type"),
        media_type_500=("another Content-Type raises", "media-type"),
        get_accepted=("GET answers 200", "method"),
        put_accepted=("PUT works like POST", "method"),
        wrong_method_500=("another method raises", "method"),
        _405_without_allow=("405 has no Allow header", "method"),
        message_without_uid=("the message lacks uid", "required:uid"),
        message_without_created_at=("the message lacks createdAt", "required:createdAt"),
        message_without_sender=("the message lacks sender", "required:sender"),
        message_without_conversation=("the message lacks conversation", "required:conversation"),
        message_without_empty_body=("the message lacks body when it is empty", "required:body"),
        message_body_null=("body is null when it is empty", "type:body"),
        message_uid_number=("uid is a number", "type:uid"),
        created_at_number=("createdAt is a Unix time", "type:createdAt"),
        updated_at_null=("updatedAt is null until the first update", "type:updatedAt"),
        message_wrapped=("the message is inside 'data'", "required:201"),
        conversation_as_id=("conversation is only its id", "type:conversation"),
        conversation_without_read=("conversation lacks read", "required:conversation.read"),
        conversation_without_name=("conversation lacks name when the body is long", "required:conversation.name"),
        conversation_locked_string=("conversation.locked is 'false'", "type:conversation.locked"),
        conversation_deleted_number=("conversation.deleted is 0", "type:conversation.deleted"),
        conversation_name_null=("conversation.name is null", "type:conversation.name"),
        metadata_null=("conversation.metadata is null", "type:conversation.metadata"),
        metadata_project_number=("metadata.projectId is a number", "type:metadata.projectId"),
        participants_object=("participants are keyed by uid", "type:participants"),
        participants_null=("participants is null", "type:participants"),
        participant_without_read=("the second participant lacks read", "required:participants/*/read"),
        participant_read_date=("a participant's read is a date", "type:participants/*/read"),
        participant_deleted_null=("a participant's deleted is null", "type:participants/*/deleted"),
        participant_foreign_id_null=("the researcher's foreignId is null", "type:participants/*/foreignId"),
        participant_last_name_null=("the second participant's lastName is null", "type:participants/*/lastName"),
        participant_as_id=("participants are only ids", "type:participants/*"),
        sender_without_last_name=("sender lacks lastName", "required:sender.lastName"),
        sender_without_first_name=("sender lacks firstName when body has a capital", "required:sender.firstName"),
        sender_as_id=("sender is only its id", "type:sender"),
        sender_uid_number=("sender.uid is a number", "type:sender.uid"),
        sender_foreign_id_number=("sender.foreignId is a number", "type:sender.foreignId"),
        response_text_plain=("the response is labelled text/plain", "media-type:201"),
        response_truncated=("the response is cut off", "malformed:201"),
        response_trailing_garbage=("a comment follows the response", "malformed:201"),
        response_in_array=("the message is wrapped in an array", "type:201"),
    )

    def __init__(self, fault=None):
        super().__init__(fault)
        self.key = os.environ.get("RESPONDENT_API_KEY", "conform-respondent-key")
        self.secret = os.environ.get("RESPONDENT_API_SECRET", "conform-respondent-secret")
        self._numbers = itertools.count(1)

    def respond(self, request):
        route = _ROUTE.fullmatch(request.path)
        if route is None:
            return self._error(404, f"Cannot {request.method} {request.path}")
        if not self.method_allowed(request):
            return self.wrong_method()
        status = self._guard(request.headers)
        if status is not None:
            return self._error(status, _REASONS[status])
        bodiless = self.answers_without_body(request)
        if bodiless is not None:
            return bodiless
        text, refused = self._read(request)
        if refused is not None:
            return refused
        if decode_segment(route.group(1)) != CONVERSATION:
            if self.fault == "unknown-conversation-500":
                raise Crash
            if self.fault != "unknown-conversation-accepted":
                return self._error(404, "Conversation not found")
        status = {"status-200": 200, "status-202": 202, "status-204": 204}.get(self.fault, 201)
        message = self._message(decode_segment(route.group(1)), text)
        return Reply(status, "application/json; charset=utf-8", to_json(message))

    def _guard(self, headers):
        """Return the status to refuse with, or None."""
        fault = self.fault
        key, secret = headers.get("x-api-key"), headers.get("x-api-secret")
        if ((fault == "missing-key-500" and key is None)
                or (fault == "missing-secret-500" and secret is None)):
            raise Crash
        if (key is None or secret is None) and fault == "missing-credential-accepted":
            return None
        key_good = key == self.key or fault == "key-ignored"
        secret_good = secret == self.secret or fault == "secret-ignored"
        if fault == "either-credential":
            key_good = secret_good = key_good or secret_good
        if (key_good and secret_good) or fault == "credentials-ignored":
            return None
        return 401 if key is None or secret is None else 403

    def _read(self, request):
        """Return (text, None) or (None, the refusal)."""
        fault = self.fault
        if not request.body:
            if fault == "empty-request-500":
                raise Crash
            if fault == "empty-request-accepted":
                return "", None
            return None, self._error(400, ["body must be a string"])
        if not is_json_media_type(request.headers.get("content-type")):
            if fault == "media-type-500":
                raise Crash
            if fault != "media-type-ignored":
                return None, self._error(415, "Unsupported Media Type")
        try:
            dto = parse_json(request.body)
        except Malformed as problem:
            if fault == "malformed-500":
                raise Crash from None
            if fault == "malformed-accepted":
                return request.body.decode("utf-8", "replace"), None
            return None, self._error(400, f"Body is not valid JSON: {problem}")
        if isinstance(dto, str) and fault == "string-request-accepted":
            return dto, None
        if dto is None and fault == "null-request-500":
            raise Crash
        if not isinstance(dto, dict):
            return None, self._error(400, ["body must be an object"])
        if dto.keys() - {"body"}:
            if fault == "extra-field-500":
                raise Crash
            if fault == "extra-field-rejected":
                return None, self._error(400, ["property should not exist"])
        return self._read_text(dto)

    def _read_text(self, dto):
        fault = self.fault
        if "body" not in dto:
            if fault == "missing-body-500":
                raise Crash
            if fault == "missing-body-accepted":
                return "", None
            return None, self._error(400, ["body must be a string"])
        text = dto["body"]
        if isinstance(text, str):
            self.trap(text)
            return text, None
        if isinstance(text, list) and fault == "body-array-500":
            raise Crash
        if ((text is None and fault == "body-null-accepted")
                or (isinstance(text, bool) and fault == "body-boolean-coerced")
                or (type(text) in (int, float) and fault == "body-number-coerced")
                or (isinstance(text, dict) and fault == "body-object-accepted")
                or (isinstance(text, list) and fault == "body-array-accepted")):
            return str(text), None
        return None, self._error(400, ["body must be a string"])

    def _message(self, conversation_uid, text):
        now = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
        number = next(self._numbers)
        researcher = {"uid": "64c0ffee0ddba11ca11ab100", "foreignId": "64c0ffee0ddba11ca11ab101",
                      "firstName": "Grace", "lastName": "H"}
        participant = {"uid": "64c0ffee0ddba11ca11ab200", "foreignId": "64c0ffee0ddba11ca11ab201",
                       "firstName": "Alan", "lastName": "T", "read": False, "deleted": False}
        message = {
            "createdAt": now,
            "updatedAt": now,
            "uid": f"{number:024x}",
            "body": text,
            "conversation": {
                "createdAt": "2024-01-01T00:00:00.000Z",
                "updatedAt": now,
                "uid": conversation_uid,
                "name": "Interview",
                "deleted": False,
                "locked": False,
                "read": True,
                "metadata": {
                    "projectId": "64c0ffee0ddba11ca11ab300",
                    "surveyResponseId": "64c0ffee0ddba11ca11ab301",
                    "externalResearcherId": "researcher-7",
                },
                "participants": [{**researcher, "read": True, "deleted": False}, participant],
            },
            "sender": researcher,
        }
        return self._spoil(message, number)

    def _spoil(self, message, number):
        """Apply the seeded bug of the response, if it is one."""
        fault = self.fault
        text, conversation, sender = message["body"], message["conversation"], message["sender"]
        participants = conversation["participants"]
        removed = {
            "message-without-uid": (message, "uid", True),
            "message-without-created-at": (message, "createdAt", True),
            "message-without-sender": (message, "sender", True),
            "message-without-conversation": (message, "conversation", True),
            "message-without-empty-body": (message, "body", text == ""),
            "conversation-without-read": (conversation, "read", True),
            "conversation-without-name": (conversation, "name", len(text) > 100),
            "participant-without-read": (participants[1], "read", True),
            "sender-without-last-name": (sender, "lastName", True),
            "sender-without-first-name": (sender, "firstName", text != text.lower()),
        }.get(fault)
        if removed is not None:
            owner, field, applies = removed
            if applies:
                del owner[field]
            return message
        replaced = {
            "message-uid-number": (message, "uid", number),
            "message-body-null": (message, "body", text or None),
            "created-at-number": (message, "createdAt", int(time.time())),
            "updated-at-null": (message, "updatedAt", None),
            "conversation-as-id": (message, "conversation", conversation["uid"]),
            "conversation-locked-string": (conversation, "locked", "false"),
            "conversation-deleted-number": (conversation, "deleted", 0),
            "conversation-name-null": (conversation, "name", None),
            "metadata-null": (conversation, "metadata", None),
            "metadata-project-number": (conversation["metadata"], "projectId", 17),
            "participants-object": (conversation, "participants", {p["uid"]: p for p in participants}),
            "participants-null": (conversation, "participants", None),
            "participant-read-date": (participants[0], "read", message["createdAt"]),
            "participant-deleted-null": (participants[1], "deleted", None),
            "participant-foreign-id-null": (participants[0], "foreignId", None),
            "participant-last-name-null": (participants[1], "lastName", None),
            "participant-as-id": (conversation, "participants", [p["uid"] for p in participants]),
            "sender-as-id": (message, "sender", sender["uid"]),
            "sender-uid-number": (sender, "uid", 4711),
            "sender-foreign-id-number": (sender, "foreignId", 4711),
        }.get(fault)
        if replaced is not None:
            owner, field, value = replaced
            owner[field] = value
        return {"data": message} if fault == "message-wrapped" else message

    def _error(self, status, message):
        body = {"statusCode": status, "message": message, "error": _REASONS.get(status, "Error")}
        return Reply(status, "application/json; charset=utf-8", to_json(body))

    def refuse(self, message):
        return self._error(400, [message])

    def method_error(self):
        return self._error(405, "Method Not Allowed")

    def protocol_error(self, status, message):
        return self._error(status, message)

    def server_error(self):
        return self._error(500, "Internal server error")
