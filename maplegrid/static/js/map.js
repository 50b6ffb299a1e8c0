// The schematic map: units as lines and names, cases as dots, one pin that can be moved. No tiles, no network.
import * as maplibregl from "../vendor/maplibre-gl/maplibre-gl.mjs";

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const EMPTY = { type: "FeatureCollection", features: [] };

function style() {
  return {
    version: 8,
    sources: { units: { type: "geojson", data: EMPTY }, cases: { type: "geojson", data: EMPTY, cluster: true, clusterRadius: 36, clusterMaxZoom: 15, clusterProperties: { late: ["+", ["case", ["==", ["get", "kind"], "late"], 1, 0]] } } },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": token("--map-ground") } },
      { id: "fill", type: "fill", source: "units", paint: { "fill-color": token("--map-block"), "fill-opacity": 0.55 } },
      { id: "edge", type: "line", source: "units", paint: { "line-color": token("--map-edge"), "line-width": ["match", ["get", "level"], "street", 2.2, "community", 1.4, 0.7] } },
      { id: "chosen", type: "line", source: "units", filter: ["==", ["get", "code"], ""], paint: { "line-color": token("--mg-ink"), "line-width": 2.5 } },
      { id: "dots", type: "circle", source: "cases", filter: ["!", ["has", "point_count"]], paint: { "circle-radius": ["match", ["get", "kind"], "late", 7, 5.5], "circle-stroke-color": token("--mg-card"), "circle-stroke-width": 1.5, "circle-color": ["match", ["get", "kind"], "late", token("--mg-late-mark"), "soon", token("--mg-soon-mark"), "ok", token("--mg-ok-mark"), token("--mg-pause-mark")] } },
    ],
  };
}

async function load(url) {
  const answer = await fetch(url, { headers: { Accept: "application/geo+json" } });
  return answer.ok ? answer.json() : EMPTY;
}

function boundsOf(data) {
  const box = new maplibregl.LngLatBounds();
  const walk = (part) => (typeof part[0] === "number" ? box.extend(part) : part.forEach(walk));
  data.features.forEach((feature) => walk(feature.geometry.coordinates));
  return box;
}

// Names are HTML, because glyphs would have to be fetched from somewhere.
function label(map, data) {
  data.features.filter((feature) => feature.properties.name).forEach((feature) => {
    const words = document.createElement("span");
    words.className = "map-label";
    words.textContent = feature.properties.name;
    new maplibregl.Marker({ element: words }).setLngLat(boundsOf({ features: [feature] }).getCenter()).addTo(map);
  });
}

function pin(map, node) {
  const mark = document.createElement("div");
  mark.className = "map-pin";
  const marker = new maplibregl.Marker({ element: mark, draggable: "picks" in node.dataset });
  if (node.dataset.lon) marker.setLngLat([Number(node.dataset.lon), Number(node.dataset.lat)]).addTo(map);
  if (!("picks" in node.dataset)) return;
  const form = node.closest("form");
  const write = (at) => { form.elements.lon.value = at.lng.toFixed(6); form.elements.lat.value = at.lat.toFixed(6); form.elements.datum.value = "cgcs2000"; };
  map.on("click", (event) => { marker.setLngLat(event.lngLat).addTo(map); write(event.lngLat); });
  marker.on("dragend", () => write(marker.getLngLat()));
}

// How many a cluster holds, and how many of them are late, is HTML too: it can be read, focused and pressed.
function counts(map, node) {
  const shown = new Map();
  const words = (count, late) => (late ? node.dataset.lateWords : node.dataset.countWords).replace("{n}", count).replace("{late}", late);
  map.on("render", () => {
    if (!map.isSourceLoaded("cases")) return;
    const present = new Set();
    map.querySourceFeatures("cases", { filter: ["has", "point_count"] }).forEach((feature) => {
      const { cluster_id: id, point_count: count, late } = feature.properties;
      present.add(id);
      if (shown.has(id)) return;
      const bubble = document.createElement("button");
      bubble.type = "button";
      bubble.className = late ? "map-count late" : "map-count";
      bubble.textContent = count;
      bubble.setAttribute("aria-label", words(count, late));
      bubble.addEventListener("click", async () => {
        const zoom = await map.getSource("cases").getClusterExpansionZoom(id);
        map.easeTo({ center: feature.geometry.coordinates, zoom });
      });
      shown.set(id, new maplibregl.Marker({ element: bubble }).setLngLat(feature.geometry.coordinates).addTo(map));
    });
    shown.forEach((marker, id) => { if (!present.has(id)) { marker.remove(); shown.delete(id); } });
  });
}

function popups(map) {
  map.on("click", "dots", (event) => {
    const { number, title, words } = event.features[0].properties;
    const link = document.createElement("a");
    link.href = `/cases/${number}`;
    link.textContent = `${title} · ${words}`;
    new maplibregl.Popup({ closeButton: true }).setLngLat(event.lngLat).setDOMContent(link).addTo(map);
  });
}

async function start(node) {
  const map = new maplibregl.Map({ container: node, style: style(), center: [Number(node.dataset.lon) || 113.93, Number(node.dataset.lat) || 22.75], zoom: Number(node.dataset.zoom) || 12, attributionControl: false, dragRotate: false, pitchWithRotate: false, cooperativeGestures: node.classList.contains("case-map"), fadeDuration: 0 });
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }));
  await map.once("load");
  if (node.dataset.units) {
    const units = await load(node.dataset.units);
    map.getSource("units").setData(units);
    if (units.features.length && !node.dataset.lon) map.fitBounds(boundsOf(units), { padding: 16, animate: false });
    if (units.features.length <= 60 && node.clientWidth > 560) label(map, units);
    if (node.dataset.chosen) map.setFilter("chosen", ["==", ["get", "code"], node.dataset.chosen]);
  }
  if (node.dataset.cases) {
    const refresh = async () => map.getSource("cases").setData(await load(node.dataset.cases));
    await refresh();
    setInterval(refresh, 60000);
    popups(map);
    counts(map, node);
  }
  pin(map, node);
  node.dataset.ready = "yes";
}

document.querySelectorAll("[data-map]").forEach((node) => start(node).catch(() => { node.dataset.ready = "no"; }));
