// The map of the start page. It shows the sites that the form asks for, and so does the list beside it, whose pages come from
// the server as they do without a script; the address of the page says all of it, so that a view can be sent to somebody.

const place = document.getElementById("map");
const form = document.getElementById("ask");
const said = place.dataset;
const words = JSON.parse(said.words);
// Without it, the form and the list work as they do without a script.
const atlas = await import(said.atlas).catch((error) => {
  place.replaceChildren(Object.assign(document.createElement("p"), { textContent: words.failed }));
  throw error;
});
const { element } = atlas;
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// What the form asks for, with the language of the page; fields that are empty ask for nothing.
function asked() {
  const filled = [...new FormData(form)].filter(([, value]) => value !== "");
  return new URLSearchParams(filled);
}

// What is of lists alone: tiles have places of their own, and no order.
const OF_LISTS = ["bbox", "bbox-crs", "bom", "crs", "cursor", "f", "geometry-format", "limit", "located", "offset", "resultType", "sortby"];

// The tiles of what is asked for.
function tiles() {
  const query = asked();
  for (const name of OF_LISTS) query.delete(name);
  query.set("lang", said.languages);
  query.set("f", "tilejson");
  return new URL(`${said.tiles}?${query}`, location.href).href;
}

// The list: asked for again whenever the form changes. Of answers that come late, the last one counts.
const list = {
  turn: 0,

  async show(isStep = true) {
    const query = asked().toString();
    const address = location.pathname + (query && `?${query}`);
    history[isStep ? "pushState" : "replaceState"](null, "", address + location.hash);
    await list.read(address);
  },

  async read(address) {
    const turn = ++list.turn;
    const ask = () => fetch(address, { headers: { Accept: "text/html" } }).catch(() => undefined);
    let answer = await ask();
    // A past that is being put together is asked for again.
    while (answer?.status === 503 && turn === list.turn) {
      await wait(1000 * (Number(answer.headers.get("Retry-After")) || 1));
      answer = await ask();
    }
    const text = await answer?.text();
    if (turn !== list.turn) return;
    // The page of a problem says what is wrong with what was asked, and the browser that the network is away.
    if (!answer?.ok) return location.assign(address);
    const page = new DOMParser().parseFromString(text, "text/html");
    document.getElementById("found").replaceWith(page.getElementById("found"));
    for (const link of page.querySelectorAll(".languages a")) {
      document.querySelector(`.languages a[lang="${link.lang}"]`)?.setAttribute("href", link.getAttribute("href"));
    }
  },
};

// What of the form only makes sense with a map: sites in its view alone, and the time as a slider.
const hidden = (name) => form.elements[name] ?? element("input", "", { type: "hidden", name });

const view = {
  only: element("input", "", { type: "checkbox" }),
  box: hidden("bbox"),
  // A box alone would also find what has no place.
  located: hidden("located"),

  add() {
    const label = element("label", "", { className: "only" });
    label.append(view.only, words.in_view);
    view.only.checked = view.box.value !== "";
    form.querySelector(".buttons").before(label, view.box, view.located);
  },

  // Whether the list changes with the view of the map.
  take(map) {
    const [[west, south], [east, north]] = map.getBounds().toArray();
    const sides = [Math.max(west, -180), Math.max(south, -90), Math.min(east, 180), Math.min(north, 90)];
    const box = view.only.checked ? sides.map((side) => side.toFixed(4)).join() : "";
    const isOther = box !== view.box.value;
    view.box.value = box;
    view.located.value = box && "true";
    return isOther;
  },
};

function addTime() {
  const day = form.elements.as_of;
  const length = 24 * 3600 * 1000;
  const days = day?.type === "date" ? Math.round((Date.parse(day.max) - Date.parse(day.min)) / length) : 0;
  if (days < 1) return;
  const at = (number) => new Date(Date.parse(day.min) + number * length).toISOString().slice(0, 10);
  const label = element("label", `${day.labels[0].firstChild.textContent.trim()} `);
  const slider = element("input", "", { type: "range", min: 0, max: days, step: 1 });
  const output = element("output", "");
  const written = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeZone: "UTC" });
  const tell = () => {
    const isToday = Number(slider.value) === days;
    output.value = isToday ? words.today : written.format(new Date(at(Number(slider.value))));
    slider.setAttribute("aria-valuetext", output.value);
    return isToday ? "" : at(Number(slider.value));
  };
  const follow = () => {
    slider.value = day.value ? Math.round((Date.parse(day.value) - Date.parse(day.min)) / length) : days;
    tell();
  };
  slider.addEventListener("input", tell);
  slider.addEventListener("change", () => {
    day.value = tell();
    day.dispatchEvent(new Event("change", { bubbles: true }));
  });
  day.addEventListener("change", follow);
  follow();
  label.append(slider);
  const time = element("div", "", { className: "time" });
  time.append(label, output);
  place.after(time);
}

// What is said of a site where it is clicked on.
function about({ id, label, site_type, ...rest }) {
  const site = element("div", "", { className: "about" });
  const query = new URLSearchParams();
  const lang = new URLSearchParams(location.search).get("lang");
  if (lang) query.set("lang", lang);
  const page = (query) => said.sites + id + (query.size ? `?${query}` : "");
  const link = element("a", label, { href: page(query) });
  const line = element("p", words.types[site_type] ?? "");
  if (asked().has("as_of")) query.set("as_of", asked().get("as_of"));
  inWords(id, page(query)).then((text) => text && line.replaceChildren(text));
  site.append(link, line);
  if (isNear(rest)) site.append(element("p", words.near_here));
  return site;
}

// A site in a line, as the server words it: as the list has it if it is there, else as its own page describes it. A condition
// is nowhere without when and how it was seen, so until then there is none.
async function inWords(id, page) {
  const listed = document.querySelector(`#found li[data-id="${id}"] .brief`);
  if (listed) return listed.textContent;
  const answer = await fetch(page, { headers: { Accept: "text/html" } }).catch(() => undefined);
  if (!answer?.ok) return undefined;
  const site = new DOMParser().parseFromString(await answer.text(), "text/html");
  return site.querySelector('meta[name="description"]')?.content;
}

function isNear({ geometry_kind, location_accuracy_m }) {
  return geometry_kind === "cell" || location_accuracy_m >= Number(said.near);
}

const LAYERS = ["clusters", "site-signs", "site-lines", "site-areas", "site-surroundings"];

function follow(map, maplibregl) {
  const popup = new maplibregl.Popup({ maxWidth: "18rem" });
  map.on("click", ({ point, lngLat }) => {
    const near = [[point.x - 5, point.y - 5], [point.x + 5, point.y + 5]];
    const found = map.queryRenderedFeatures(near, { layers: LAYERS });
    const cluster = found.find(({ properties }) => properties.point_count);
    if (cluster) return map.easeTo({ center: cluster.geometry.coordinates, zoom: map.getZoom() + 2 });
    const sites = new Map(found.map(({ properties }) => [properties.id, properties]));
    if (sites.size === 0) return popup.remove();
    const all = element("div", "");
    all.append(...[...sites.values()].slice(0, 8).map(about));
    popup.setLngLat(lngLat).setDOMContent(all).addTo(map);
  });
  map.on("mousemove", ({ point }) => {
    const isOver = map.queryRenderedFeatures(point, { layers: LAYERS }).length > 0;
    map.getCanvas().style.cursor = isOver ? "pointer" : "";
  });
  map.on("moveend", () => view.take(map) && list.show(false));
  view.only.addEventListener("change", () => view.take(map) && list.show());

  // Where the site is that the list is at.
  const here = new maplibregl.Marker({ element: element("div", "", { className: "here" }) });
  const point = ({ target }) => {
    const box = target.closest?.("#found li[data-extent]")?.dataset.extent.split(",").map(Number);
    if (box) here.setLngLat([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]).addTo(map);
    else here.remove();
  };
  document.addEventListener("focusin", point);
  document.addEventListener("pointerover", point);
}

function draw() {
  return atlas.draw(place, {
    tiles: tiles(),
    hash: "map",
    ...atlas.around(view.box.value || said.extent),
  });
}

let drawn;
let again;

function redraw() {
  clearTimeout(again);
  drawn?.getSource("sites")?.setUrl(tiles());
}

// A past that is being put together is asked for again here, too: the library would leave its tiles empty.
function onError({ error }) {
  if (error?.status !== 503) return console.error(error);
  clearTimeout(again);
  again = setTimeout(redraw, 1000);
}

function changed(isStep = true) {
  redraw();
  return list.show(isStep);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  changed();
});
form.addEventListener("change", (event) => {
  if (event.target.name && event.target.type !== "search") changed();
});
window.addEventListener("popstate", () => location.reload());

view.add();
addTime();
place.replaceChildren();
try {
  const { map, maplibregl } = await draw();
  follow(map, maplibregl);
  map.on("error", onError);
  drawn = map;
} catch (error) {
  console.error(error);
  place.replaceChildren(element("p", words.failed));
}
