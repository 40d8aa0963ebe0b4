"""OWSLib: walks from the landing page to the features, and creates, replaces and withdraws one."""

import owslib
from owslib.ogcapi.features import Features
from owslib.util import Authentication

from registry import BOX, COLLECTIONS, TOKEN, URL, count, desktop_token, holds

CORE = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
NAMES = [{"text": "Friends of old bridges", "lang": "en"}, {"text": "Հին կամուրջների բարեկամներ", "lang": "hy"}]


def somebody(token):
    return Features(URL, auth=Authentication("anybody", token))


def refused(what, code, work):
    """What OWSLib says of a request that the registry does not take."""
    try:
        work()
        said = "nothing"
    except RuntimeError as problem:
        said = str(problem)
    holds(what, code if code in said else said, code)


anybody = Features(URL)
holds(f"OWSLib {owslib.__version__} reads the landing page", {link["rel"] for link in anybody.links} >= {"conformance", "data"})
holds("finds the definition from there", anybody.api()["openapi"][:4], "3.0.")
holds("and the conformance classes", CORE in anybody.conformance()["conformsTo"])
holds("it lists the collections", sorted(anybody.feature_collections()), sorted(COLLECTIONS))

for collection in COLLECTIONS:
    described = anybody.collection(collection)
    if QUERYABLES in {link["rel"] for link in described["links"]}:
        queryables = anybody.collection_queryables(collection)
        holds(f"the {collection} say what can be asked for", "geometry" in queryables["properties"])
    page = anybody.collection_items(collection, limit=10)
    holds(f"it counts the {collection}", page["numberMatched"], count(collection))
    first = page["features"][0]
    holds("and reads one of them", anybody.collection_item(collection, first["id"])["properties"], first["properties"])

page = anybody.collection_items("sites", bbox=list(BOX), limit=1000)
holds("it gets the sites in a box", len(page["features"]), count("sites", f"&bbox={','.join(map(str, BOX))}"))
page = anybody.collection_items("sites", condition="destroyed", limit=1000)
holds("those with a condition", len(page["features"]), count("sites", "&condition=destroyed"))
page = anybody.collection_items("sites", sortby=("latest_year", "desc"), limit=1000)
years = [site["properties"]["latest_year"] for site in page["features"] if site["properties"]["latest_year"] is not None]
holds("and all of them, the latest first", years, sorted(years, reverse=True))
offsets = range(0, count("sites"), 50)
pages = [anybody.collection_items("sites", limit=50, offset=offset)["features"] for offset in offsets]
ids = [site["id"] for page in pages for site in page]
holds("in pages it gets each of them once", (len(ids), len(set(ids))), (count("sites"), count("sites")))

trusted = somebody(TOKEN)
seen = trusted.collection_items("sites", limit=1)["numberMatched"]
holds("with a token as password it counts what the trusted see", seen, count("sites", token=TOKEN))

draft = {"type": "Feature", "geometry": None, "properties": {"names": NAMES, "kind": "ngo", "listed": True}}
refused("without a token it creates nothing", "bad-credential", lambda: anybody.collection_item_create("organizations", draft))

before = count("organizations")
editor = somebody(desktop_token("admin"))
editor.collection_item_create("organizations", draft)
made = editor.response_headers["Location"].rsplit("/", 1)[-1]
holds("an administrator creates an organization", count("organizations"), before + 1)
created = anybody.collection_item("organizations", made)
holds("which everybody reads then", created["properties"]["label"], NAMES[0]["text"])

changed = editor.collection_item("organizations", made)
changed["properties"]["kind"] = "research"
editor.collection_item_update("organizations", made, changed)
holds("replaces it as it was read", anybody.collection_item("organizations", made)["properties"]["kind"], "research")
refused(
    "but not by something wrong",
    "/properties/kind",
    lambda: editor.collection_item_update("organizations", made, draft | {"properties": {"names": NAMES, "kind": "club"}}),
)
refused(
    "nor, with an ordinary token, without saying which version",
    "no-precondition",
    lambda: trusted.collection_item_update("organizations", made, changed),
)

editor.collection_item_delete("organizations", made)
holds("and withdraws it", count("organizations"), before)
refused("after which it is gone", "gone", lambda: anybody.collection_item("organizations", made))

reviewer = somebody(desktop_token("reviewer"))
bridge = reviewer.collection_items("sites", site_type="bridge", limit=1)["features"][0]
bridge["properties"]["current_function"] = "visited"
reviewer.collection_item_update("sites", bridge["id"], bridge)
shown = anybody.collection_item("sites", bridge["id"])["properties"]["current_function"]
holds("a reviewer replaces a site, as it was read but for one property", shown, "visited")
