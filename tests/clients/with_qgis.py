"""QGIS without a screen: loads the layers, counts, pages, filters by box and by expression, reads the fields."""

import sys

from qgis.core import Qgis, QgsApplication, QgsFeatureRequest, QgsRectangle, QgsVectorLayer, QgsWkbTypes

from registry import BOX, COLLECTIONS, TOKEN, URL, ask, count, holds

PAGE = 50


def open_layer(collection, **options):
    """A layer as the dialog of QGIS makes it."""
    settings = {"url": URL, "typename": collection, "pagingEnabled": "true", "restrictToRequestBBOX": "1"} | options
    source = " ".join(f"{name}='{value}'" for name, value in settings.items())
    layer = QgsVectorLayer(source, collection, "OAPIF")
    holds(f"it opens the {collection}", layer.isValid())
    return layer


def fetched(layer, request=None):
    return {feature["id"]: feature for feature in layer.getFeatures(request or QgsFeatureRequest())}


def main():
    for collection in COLLECTIONS:
        layer = open_layer(collection)
        holds("counts them", layer.featureCount(), count(collection))
        holds("and gets as many", len(fetched(layer)), count(collection))
        properties = list(ask(f"/collections/{collection}/items?limit=1")["features"][0]["properties"])
        names = [field.name() for field in layer.fields()]
        holds("with all their properties", set(properties) - set(names), set())

    paged = open_layer("sites", pageSize=PAGE)
    sites = fetched(paged)
    holds(f"in pages of {PAGE} it gets each of them", all_ids("sites") - sites.keys(), set())
    holds("in longitude and latitude", (paged.crs().isGeographic(), paged.crs().authid()[-4:]), (True, "4326"))
    types = {field.name(): field.typeName() for field in paged.fields()}
    wanted = {"label": "String", "earliest_year": "Integer", "location_accuracy_m": "Real"}
    holds("it knows texts from numbers", {name: types[name] for name in wanted}, wanted)

    site = next(feature for feature in sites.values() if feature.hasGeometry())
    read = ask(f"/collections/sites/items/{site['id']}")
    holds("it reads what the registry says", site["label"], read["properties"]["label"])
    if read["geometry"]["type"] == "Point":
        point = site.geometry().asPoint()
        holds("and puts it where it is", [round(point.x(), 6), round(point.y(), 6)], rounded(read["geometry"]["coordinates"]))

    box = QgsFeatureRequest().setFilterRect(QgsRectangle(*BOX))
    inside = count("sites", f"&located=true&bbox={','.join(map(str, BOX))}")
    holds("filters by a box, what has a place", len(fetched(paged, box)), inside)
    chosen = QgsFeatureRequest().setFilterExpression("\"condition\" = 'destroyed'")
    holds("and by an expression", len(fetched(paged, chosen)), count("sites", "&condition=destroyed"))
    holds("it takes a filter for the layer", paged.setSubsetString("\"condition\" = 'destroyed'"))
    holds("which has as many then", len(fetched(paged)), count("sites", "&condition=destroyed"))

    trusted = open_layer("sites", username="anybody", password=TOKEN)
    holds("with a token as password it gets what the trusted see", len(fetched(trusted)), count("sites", token=TOKEN))


def all_ids(collection):
    return {feature["id"] for feature in ask(f"/collections/{collection}/items?limit=10000")["features"]}


def rounded(position):
    return [round(number, 6) for number in position]


print(f"  QGIS {Qgis.QGIS_VERSION}")
QgsApplication.setPrefixPath("/usr", True)
application = QgsApplication([], False)
application.initQgis()
main()
application.exitQgis()
