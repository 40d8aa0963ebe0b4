// Places a site on a map while it is typed. What counts are the fields of its position: the map fills them in and shows them.

const area = document.getElementById("place");
const form = document.querySelector("form.record");
const said = area.dataset;
const field = (name) => form.elements[name];
const axes = ["lon", "lat"].map((axis) => field(`geometry.${axis}`));

const METRES_OF_A_DEGREE = 111320;
// So far from where it is meant somebody may press, in pixels.
const CLUMSY = 10;
// What the light map shows is right to about this, in metres.
const RIGHT_TO = 1000;
const METHOD = "map";

// Degrees as a fraction; what is written otherwise is read when it is sent.
function typed() {
  const values = axes.map(({ value }) => value.trim());
  const [lon, lat] = values.map(Number);
  const isPlain = values.every((value) => /^-?\d+(\.\d+)?$/.test(value));
  return isPlain && Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? [lon, lat] : undefined;
}

const metresOfAPixel = (map) => {
  const { x, y } = map.project(map.getCenter());
  const [one, next] = [0, 1].map((step) => map.unproject([x + step, y]));
  return one.distanceTo(next);
};

// Rounded up to one digit that says something.
const roughly = (metres) => {
  const unit = 10 ** Math.floor(Math.log10(metres));
  return Math.ceil(metres / unit) * unit;
};

// What a position is right to, as an area around it.
function around([lon, lat], metres) {
  const high = metres / METRES_OF_A_DEGREE;
  const wide = high / Math.cos((lat * Math.PI) / 180);
  const angles = Array.from({ length: 65 }, (_, step) => (step / 32) * Math.PI);
  const ring = angles.map((angle) => [lon + wide * Math.cos(angle), lat + high * Math.sin(angle)]);
  return { type: "Polygon", coordinates: [ring] };
}

// What somebody wrote with their own hands, and no script.
const isTyped = new Set();
form.addEventListener("input", ({ isTrusted, target }) => isTrusted && isTyped.add(target));

const nothing = { type: "FeatureCollection", features: [] };

function follow(map, maplibregl, written) {
  const marker = new maplibregl.Marker({ draggable: true, color: "#5b4b8a" });
  const [accuracy, method] = ["location_accuracy_m", "location_method"].map(field);

  const show = () => {
    const at = typed();
    const metres = Number(accuracy.value);
    map.getSource("accuracy").setData(at && metres > 0 ? around(at, metres) : nothing);
    if (at) marker.setLngLat(at).addTo(map);
    else marker.remove();
  };

  const put = ({ lng, lat }) => {
    const metres = metresOfAPixel(map);
    const digits = Math.min(6, Math.max(2, Math.ceil(Math.log10(METRES_OF_A_DEGREE / metres))));
    [lng, lat].forEach((degrees, axis) => (axes[axis].value = degrees.toFixed(digits)));
    // What was said of another point does not hold for this one; what somebody wrote themselves stays.
    if (!isTyped.has(accuracy)) accuracy.value = roughly(Math.max(RIGHT_TO, CLUMSY * metres));
    if (!isTyped.has(method)) method.value = METHOD;
    written.value = axes.map(({ value }) => value).reverse().join(", ");
    form.dispatchEvent(new Event("input"));
  };

  map.addSource("accuracy", { type: "geojson", data: nothing });
  map.addLayer({ id: "accuracy", type: "fill", source: "accuracy", paint: { "fill-color": "#5b4b8a", "fill-opacity": 0.25 } });
  map.on("click", ({ lngLat }) => put(lngLat));
  marker.on("dragend", () => put(marker.getLngLat()));
  form.addEventListener("input", show);
  show();
  return put;
}

async function open(button) {
  button.disabled = true;
  area.hidden = false;
  const { draw, element, around: boxed } = await import(said.atlas);
  const at = typed();
  const view = at ? { center: at, zoom: 12 } : boxed(said.extent);
  const { map, maplibregl } = await draw(area, view);
  await new Promise((done, failed) => {
    map.once("load", done);
    map.once("error", ({ error }) => failed(error));
  });
  const written = element("output", "");
  const put = follow(map, maplibregl, written);
  const middle = element("button", said.putHere, { type: "button", className: "quiet" });
  middle.addEventListener("click", () => put(map.getCenter()));
  const line = element("p", "", { className: "buttons" });
  line.append(middle, written);
  area.after(line);
  button.replaceWith(element("p", said.hint, { className: "note" }));
  map.getCanvas().focus();
}

const button = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: said.useMap });
button.addEventListener("click", () =>
  open(button).catch((error) => {
    console.error(error);
    area.replaceChildren(said.failed);
    button.disabled = false;
  }),
);
form.querySelector("[data-place]").after(button, area);
