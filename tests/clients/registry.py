"""What the clients' stories share: the registry to ask, and how they say that something held."""

import json
import os
import sys
import urllib.error
import urllib.request

URL = os.environ["REGISTRY_URL"]
# The administrator's token, which sees everything.
TOKEN = os.environ["REGISTRY_TOKEN"]
COLLECTIONS = ["sites", "condition-reports", "organizations", "regions"]
# A box around Shusha/Shushi.
BOX = (46.7, 39.7, 46.8, 39.8)


def holds(what, found, expected=True):
    """Says that it held, or ends the story with what was found instead."""
    if found != expected:
        print(f"  FAILED  {what}", f"found    {found!r:.500}", f"expected {expected!r:.500}", sep="\n          ")
        sys.exit(1)
    print(f"  ok  {what}", flush=True)


def ask(path, token=None, method="GET", body=None, **headers):
    """The registry's own answer as JSON, for comparison with what a client made of it."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if body is not None:
        headers["Content-Type"] = "application/json"
        body = json.dumps(body).encode()
    address = path if path.startswith("http") else URL + path
    request = urllib.request.Request(address, method=method, data=body, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        sys.exit(f"  FAILED  {method} {path}: {error.code} {error.read().decode()}")


def count(collection, question="", token=None):
    """How many features the registry says there are."""
    path = f"/collections/{collection}/items?resultType=hits{question}"
    return ask(path, token)["numberMatched"]


def desktop_token(role):
    """The token of a new account, as somebody with a desktop program has it."""
    organization = ask("/me", TOKEN)["organization_id"]
    account = {"name": f"Desktop {role}", "organization_id": organization, "role": role}
    account = ask("/accounts", TOKEN, "POST", account)
    return ask(f"/accounts/{account['id']}/tokens", TOKEN, "POST", {"desktop": True})["token"]
