"""GDAL: lists the collections, counts, filters by box and by attribute, pages, and makes a GeoPackage of them."""

import json
import re
import sqlite3
import subprocess
import sys

from registry import BOX, COLLECTIONS, TOKEN, URL, ask, count, holds

WORK = sys.argv[1]
SOURCE = f"OAPIF:{URL}"
PAGE = 50


def run(*command):
    """What a program of GDAL says; what it asked the registry for is in it, line by line."""
    done = subprocess.run([*command, "--debug", "on"], capture_output=True, text=True, timeout=120)
    said = done.stdout + done.stderr
    if done.returncode != 0 or "ERROR" in said:
        sys.exit(f"  FAILED  {' '.join(command)}\n{said}")
    return said


def layer(name, *options):
    """The number of features that ogrinfo says, and the addresses that it asked."""
    said = run("ogrinfo", "-ro", "-so", *options, SOURCE, name)
    return int(re.search(r"^Feature Count: (\d+)", said, re.MULTILINE)[1]), asked(said)


def asked(said):
    return re.findall(r"Fetch\((.*)\)", said)


def convert(name, *options):
    """Makes a GeoPackage, and gives its path and the addresses that were asked."""
    path = f"{WORK}/{name}.gpkg"
    return path, asked(run("ogr2ogr", "-f", "GPKG", path, SOURCE, *options))


def rows(path, table, condition="1"):
    with sqlite3.connect(path) as database:
        return database.execute(f'SELECT count(*) FROM "{table}" WHERE {condition}').fetchone()[0]


def columns(path, table):
    with sqlite3.connect(path) as database:
        return {row[1] for row in database.execute(f'PRAGMA table_info("{table}")')}


version = subprocess.run(["ogrinfo", "--version"], capture_output=True, text=True).stdout.split(",")[0]
listed = re.findall(r"^\d+: (\S+)", run("ogrinfo", "-ro", SOURCE), re.MULTILINE)
holds(f"{version} lists the collections", sorted(listed), sorted(COLLECTIONS))

for collection in COLLECTIONS:
    holds(f"it counts the {collection}", layer(collection)[0], count(collection))

spat = ["-spat", *map(str, BOX)]
box = ",".join(map(str, BOX))
found, addresses = layer("sites", *spat)
holds("it counts the sites in a box", found, count("sites", f"&bbox={box}"))
holds("and has the registry do that", any("bbox=" in address for address in addresses))

for condition in ["site_type=church", "condition=destroyed"]:
    name, value = condition.split("=")
    found, addresses = layer("sites", "-where", f"{name}='{value}'")
    holds(f"it counts the sites with {condition}", found, count("sites", f"&{condition}"))
    holds("and has the registry do that", any(condition in address for address in addresses))

found, _ = layer("sites", *spat, "-where", "condition='destroyed'")
holds("it counts those in the box with a condition", found, count("sites", f"&bbox={box}&condition=destroyed"))

found, _ = layer("sites", "-oo", f"USERPWD=anybody:{TOKEN}")
holds("with a token as password it counts what the trusted see", found, count("sites", token=TOKEN))
holds("which is more than the public sees", found > count("sites"))

everything, _ = convert("everything")
for collection in COLLECTIONS:
    holds(f"the GeoPackage has the {collection}", rows(everything, collection), count(collection))
    properties = set(ask(f"/collections/{collection}/items?limit=1")["features"][0]["properties"])
    holds("with all their properties", properties - columns(everything, collection), set())
placed = count("sites", "&located=true")
holds("the sites with a place have it there", rows(everything, "sites", "geom IS NOT NULL"), placed)
with sqlite3.connect(everything) as database:
    names = {key: json.loads(text or "null") for key, text in database.execute("SELECT id, names FROM sites")}
given = {site["id"]: site["properties"]["names"] for site in ask("/collections/sites/items?limit=10000")["features"]}
holds("and all their names, in every script", names, given)

paged, addresses = convert("paged", "sites", "-oo", f"PAGE_SIZE={PAGE}")
pages = [address for address in addresses if f"limit={PAGE}" in address]
holds(f"in pages of {PAGE} it gets as many", rows(paged, "sites"), count("sites"))
holds("each of them once", len(given), rows(paged, "sites", "id IN (SELECT DISTINCT id FROM sites)"))
holds("over several pages", len(pages) > count("sites") // PAGE)

# A box matches sites without a place too, as the standard wants it; GDAL itself leaves those out.
boxed, _ = convert("boxed", "sites", *spat)
holds("the GeoPackage of a box has what is placed in it", rows(boxed, "sites"), count("sites", f"&bbox={box}&located=true"))
chosen, _ = convert("chosen", "sites", "-where", "condition='destroyed'")
holds("that of a condition has what is in it", rows(chosen, "sites"), count("sites", "&condition=destroyed"))
trusted, _ = convert("trusted", "sites", "-oo", f"USERPWD=anybody:{TOKEN}")
holds("that of the trusted has what they see", rows(trusted, "sites"), count("sites", token=TOKEN))
more = {
    name
    for name in ask("/collections/sites/items?limit=1", TOKEN)["features"][0]["properties"]
    if name not in ask("/collections/sites/items?limit=1")["features"][0]["properties"]
}
holds("with the properties that the public does not have", more - columns(trusted, "sites"), set())
