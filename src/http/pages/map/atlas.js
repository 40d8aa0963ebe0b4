// A map in a place of a page that says where the library, our style and what lies below are.

export function element(name, text, more = {}) {
  return Object.assign(document.createElement(name), { textContent: text }, more);
}

function load(source) {
  return new Promise((done, failed) => {
    const script = element("script", "", { src: source, onload: done, onerror: () => failed(new Error(source)) });
    document.head.append(script);
  });
}

async function read(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

// Our style, over what the operator named in place of our own light map.
async function styled(said) {
  const [own, below] = await Promise.all([read(said.style), said.below && read(said.below)]);
  if (!below) return own;
  const sprites = typeof below.sprite === "string" ? [{ id: "default", url: below.sprite }] : (below.sprite ?? []);
  return {
    ...below,
    sources: { ...below.sources, sites: own.sources.sites },
    sprite: [...sprites, ...own.sprite],
    layers: [...below.layers, ...own.layers.filter(({ source }) => source === "sites")],
  };
}

// Of a box "west,south,east,north".
export function around(box) {
  const [west, south, east, north] = box.split(",").map(Number);
  return Number.isFinite(north) ? { bounds: [[west, south], [east, north]], fitBoundsOptions: { padding: 30, maxZoom: 12 } } : {};
}

// The map, and the library; `tiles` are those of the sites, where they are not all sites.
export async function draw(place, { tiles, ...more }) {
  const said = place.dataset;
  // Not in the head of the page: what else it has is there before the map, and waits for nothing of it.
  document.head.append(element("link", "", { rel: "stylesheet", href: said.sheet }));
  const [style] = await Promise.all([styled(said), load(said.library)]);
  const { maplibregl } = window;
  maplibregl.setWorkerUrl(said.worker);
  maplibregl.setRTLTextPlugin(new URL(said.rightToLeft, location.href).href, true);
  // Letters of the reader's own system: those of ours would be a third of all that is loaded.
  delete style.glyphs;
  if (tiles) style.sources.sites = { type: "vector", url: tiles };
  const map = new maplibregl.Map({
    container: place,
    style,
    renderWorldCopies: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    attributionControl: { compact: false },
    cooperativeGestures: matchMedia("(pointer: coarse)").matches,
    locale: JSON.parse(said.locale),
    ...more,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }));
  map.addControl(new maplibregl.ScaleControl(), "top-left");
  // For whoever drives the page from outside.
  window.atlas = map;
  return { map, maplibregl };
}
