"""Serve one provider's "create a message" endpoint, optionally with one bug.

    python3 peer.py --provider asapp [--port 0] [--fault NAME]
    python3 peer.py [--provider asapp] --list-faults
"""

import argparse
import json
import sys

from ada import Ada
from asapp import Asapp
from example_ai import ExampleAi
from http_server import serve
from respondent import Respondent
from telnyx import Telnyx

PROVIDERS = {
    "telnyx": Telnyx,
    "asapp": Asapp,
    "ada": Ada,
    "respondent": Respondent,
    "example-ai": ExampleAi,
}
FAULTS = {name: peer.FAULTS for name, peer in PROVIDERS.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--provider", choices=PROVIDERS)
    parser.add_argument("--port", type=int, default=0, help="0 picks a free port")
    parser.add_argument("--fault", metavar="NAME", help="switch exactly one bug on")
    parser.add_argument("--list-faults", action="store_true", help="print the bugs as JSON")
    options = parser.parse_args()
    if options.list_faults:
        table = FAULTS[options.provider] if options.provider else FAULTS
        json.dump(table, sys.stdout, indent=2)
        print()
        return
    if options.provider is None:
        parser.error("--provider is required")
    if options.fault is not None and options.fault not in FAULTS[options.provider]:
        parser.error(f"{options.provider} has no fault named {options.fault}")
    serve(PROVIDERS[options.provider](options.fault), options.port)


if __name__ == "__main__":
    main()
