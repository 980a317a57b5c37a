"""Take the person of tests/documents/xml.yaml, read by xml.etree, optionally with one bug.

    python3 person.py [--port 0] [--fault NAME]
"""

import argparse
import datetime
import re
import xml.etree.ElementTree as etree

from http_server import Reply, serve

PEOPLE = "{urn:example:people}"
FAULTS = {
    "maximum-ignored": "any height is taken",
    "attribute-ignored": "the id is not looked at",
    "members-unchecked": "an address may hold anything",
    "second-phone-unchecked": "only the first phone number is checked",
    "parser-crash": "what is no XML gets 500",
    "namespace-unknown": "names are looked for without their namespace",
}


class Invalid(ValueError):
    """The request is not what the document asks for."""


def need(condition, message):
    if not condition:
        raise Invalid(message)


def text(element):
    need(len(element) == 0, f"{element.tag} holds elements")
    return element.text or ""


class People:
    """The application that the HTTP server calls."""

    def __init__(self, fault):
        self.fault = fault

    def handle(self, request):
        if request.path.split("?")[0] != "/person":
            return self.protocol_error(404, "no such path")
        if request.method != "POST":
            reply = self.protocol_error(405, "only POST")
            reply.headers = (("Allow", "POST"),)
            return reply
        media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if request.body and media_type not in ("application/xml", "text/xml"):
            return self.protocol_error(415, "only XML")
        try:
            self.person(etree.fromstring(request.body))
        except etree.ParseError as error:
            return self.protocol_error(500 if self.fault == "parser-crash" else 400, str(error))
        except Invalid as error:
            return self.protocol_error(400, str(error))
        return Reply(200, "application/xml", b"<stored/>")

    def protocol_error(self, status, message):
        return Reply(status, "text/plain", message.encode("utf-8", "replace"))

    def person(self, root):
        name = "full-name" if self.fault == "namespace-unknown" else PEOPLE + "full-name"
        need(root.tag == PEOPLE + "person", "not a person")
        if self.fault != "attribute-ignored":
            number = root.get("id")
            need(number is not None and re.fullmatch(r"[+-]?\d+", number), "no id")
            need(int(number) >= 1, "id too small")
        need(root.find(name) is not None, "no name")
        need(2 <= len(text(root.find(name))) <= 8, "length of the name")
        for element in root.findall("active"):
            need(text(element) in ("true", "false", "1", "0"), "active is no boolean")
        for element in root.findall("mood"):
            need(text(element) in ("good", "bad"), "unknown mood")
        for element in root.findall("born"):
            need(re.fullmatch(r"\d{4}-\d\d-\d\d", text(element)), "born is no date")
            try:
                datetime.date.fromisoformat(text(element))
            except ValueError:
                need(text(element).startswith("0000"), "no such day")
        for element in root.findall("height"):
            try:
                height = float(text(element))
            except ValueError:
                raise Invalid("height is no number") from None
            need(height <= 2.5 or self.fault == "maximum-ignored", "too tall")
        for tag in ("active", "mood", "born", "height", "address", "phone-numbers", name):
            need(len(root.findall(tag)) <= 1, f"{tag} twice")
        emails = [text(element) for element in root.findall("email")]
        need(len(emails) <= 2, "too many emails")
        need(all(re.fullmatch(r"[^\s@]+@[^\s@]+", email) for email in emails), "no email")
        phones = root.find("phone-numbers")
        if phones is not None:
            numbers = phones.findall("phone")
            need(numbers, "no phone")
            for phone in numbers[:1] if self.fault == "second-phone-unchecked" else numbers:
                need(phone.find("number") is not None, "a phone without its number")
                need(re.fullmatch(r"[0-9]{3}", text(phone.find("number"))), "no phone number")
        address = root.find("address")
        if address is not None and self.fault != "members-unchecked":
            need(not (address.text or "").strip(), "an address is no text")
            need(all(part.tag == "city" for part in address), "unknown part of an address")
            need(all(len(text(part)) <= 5 for part in address), "city too long")
            need(len(address) <= 1, "two cities")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0, help="0 picks a free port")
    parser.add_argument("--fault", choices=FAULTS, help="switch exactly one bug on")
    options = parser.parse_args()
    serve(People(options.fault), options.port)


if __name__ == "__main__":
    main()
