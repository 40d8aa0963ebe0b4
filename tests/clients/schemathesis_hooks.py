"""What schemathesis is told about the registry: ids of records that are there, bodies that people would send.

Half of all requests go out as schemathesis made them. The other half gets as far as the work behind the checks: their ids
are those of records, and their bodies are records, with some of what schemathesis thought of in them.
"""

import atexit
import collections
import json
import random
import urllib.error
import urllib.request
from pathlib import Path

import schemathesis

from registry import COLLECTIONS, TOKEN, URL, ask

# Read once, at the start; what is added later is noted after each call.
IDS = {
    collection: [record["id"] for record in ask(f"/collections/{collection}/items?limit=30", TOKEN)["features"]]
    for collection in COLLECTIONS
}


def said_of(collection):
    """What can be said of a new record. The rest of a record that was read is computed: of that, a new one has nothing."""
    taken = ask(f"/collections/{collection}/schema?type=create")["properties"]["properties"]["properties"]
    return {name for name, schema in taken.items() if schema.get("enum") != [None]}


SAID = {collection: said_of(collection) for collection in COLLECTIONS}
ME = ask("/me", TOKEN)
# Whoever asks stays: schemathesis finds their ids in answers, and the end of their token would be the end of the run.
KEPT = {ME["id"]} | {token["id"] for token in ask(f"/accounts/{ME['id']}/tokens", TOKEN)["tokens"]}
ACCOUNTS = [
    ask("/accounts", TOKEN, "POST", {"name": f"Spare {role}", "organization_id": ME["organization_id"], "role": role})["id"]
    for role in ["contributor", "reviewer"]
]

CHANCE = random.Random(1)
# How often each operation was answered with which status, for whoever reads what came of it.
answered = collections.defaultdict(collections.Counter)
atexit.register(lambda: Path("answered.json").write_text(json.dumps(answered)))


@schemathesis.hook
def before_call(context, case, kwargs):
    place = case.path_parameters or {}
    for name in place.keys() & {"accountId", "tokenId"}:
        if str(place[name]).lower() in KEPT:
            place[name] = ACCOUNTS[0]
    if case.method == "POST" and "minimal" in case.headers.get("Prefer", ""):
        # OpenAPI has no word for a body that may be left out.
        del case.headers["Prefer"]
    if CHANCE.random() < 0.5:
        return
    collection = case.path.split("/")[2] if case.path.startswith("/collections/") else ""
    if "accountId" in place:
        place["accountId"] = CHANCE.choice(ACCOUNTS)
    if collection not in IDS:
        return
    # The bodies below are in longitude and latitude.
    case.headers.pop("Content-Crs", None)
    if "featureId" in place:
        place["featureId"] = CHANCE.choice(IDS[collection])
    if case.method != "GET":
        for name in ["If-None-Match", "Idempotency-Key"]:
            case.headers.pop(name, None)
        case.headers["If-Match"] = "*"
    if isinstance(case.body, dict):
        case.body = likely(case, collection)


def likely(case, collection):
    """A body as somebody would send it, with a little of what was made up."""
    body, last = case.body, case.path.rsplit("/", 1)[-1]
    if last == "search":
        return body
    if last in ("review", "sensitivity-resets"):
        needless = {"into", "publish_after"} if CHANCE.random() < 0.7 else set()
        return {name: value for name, value in body.items() if name not in needless}
    record = read(collection, case.path_parameters.get("featureId") or CHANCE.choice(IDS[collection]))
    if record is None:
        return body
    said = {name: value for name, value in record["properties"].items() if name in SAID[collection]}
    if last == "erasures":
        return {"property": CHANCE.choice(list(said)), "reason": "Somebody asked for it."}
    made_up = body.get("properties")
    made_up = made_up if isinstance(made_up, dict) else {}
    some = {name: value for name, value in made_up.items() if CHANCE.random() < 0.1}
    if collection == "condition-reports" and case.method != "POST":
        some["correction_note"] = "It was read again."
    if case.method == "PATCH":
        name = CHANCE.choice(list(said))
        return {"type": "Feature", "properties": {name: said[name]} | some}
    if case.method == "POST":
        del record["id"]
        own = {"organization_id"} if collection == "condition-reports" else set()
        record["properties"] = {name: value for name, value in said.items() if value is not None and name not in own}
        if collection == "condition-reports":
            record["geometry"] = None
        if collection == "regions":
            record["properties"]["code"] = f"made-up-{CHANCE.randrange(10**9)}"
    geometry = body.get("geometry") if CHANCE.random() < 0.1 else record["geometry"]
    return record | {"properties": record["properties"] | some, "geometry": geometry}


def read(collection, id):
    """A record as it is now, if it still is."""
    address = f"{URL}/collections/{collection}/items/{id}"
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {TOKEN}"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError:
        return None


@schemathesis.hook
def after_call(context, case, response):
    """Remembers what was added, so that it is decided on, changed and withdrawn later."""
    answered[f"{case.method} {case.path}"][response.status_code] += 1
    for place in response.headers.get("location", []):
        parts = place.split("/collections/")[-1].split("/")
        if len(parts) == 3 and parts[0] in IDS and len(IDS[parts[0]]) < 60:
            IDS[parts[0]].append(parts[2])
