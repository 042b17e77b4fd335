// What the map's elements call. Texts are written with textContent only; nothing here builds HTML from data.
"use strict";
(() => {
  const canvas = document.querySelector(".map-canvas");
  const picture = document.querySelector("[data-map-picture]");
  canvas.hidden = false;
  if (picture) picture.hidden = true;
  canvas.parentElement.classList.add("map-live");

  const cache = new Map();
  const load = (url) => {
    if (!cache.has(url)) {
      const answer = fetch(url).then((r) => { if (!r.ok) throw new Error(`${r.status} ${url}`); return r.json(); });
      answer.catch(() => cache.delete(url));
      cache.set(url, answer);
    }
    return cache.get(url);
  };
  // When the line drops the picture comes back: it has the same content.
  function giveUp() {
    canvas.hidden = true;
    canvas.parentElement.classList.remove("map-live");
    if (picture) picture.hidden = false;
    const line = canvas.parentElement.querySelector("[data-map-failed]");
    if (line) line.hidden = false;
  }
  addEventListener("unhandledrejection", (event) => { event.preventDefault(); giveUp(); });
  let tell;
  const words = new Promise((resolve) => { tell = resolve; });

  // Markers are buttons and need a name; the outline of a commune is a drawing, named in the table beside the map.
  function nameIt(layer, text) {
    if (layer instanceof L.Marker && layer.options.keyboard) layer.getElement()?.setAttribute("aria-label", text);
  }

  async function describe(layer, kind, id) {
    const known = (await words)[kind][id];
    if (!known) return;
    const [name, status, url, detail] = known;
    const box = document.createElement("div");
    const link = document.createElement("a");
    link.href = url;
    link.textContent = name;
    const line = document.createElement("div");
    line.textContent = status;
    box.append(link, line);
    if (detail) {
      const more = document.createElement("div");
      more.textContent = detail;
      box.append(more);
    }
    layer.bindPopup(box);
    const plain = document.createElement("span");
    plain.textContent = `${name}: ${status}`;
    layer.bindTooltip(plain);
    nameIt(layer, plain.textContent);
  }

  const NS = "http://www.w3.org/2000/svg";
  const hollow = (look) => ({ fill: "#fff", stroke: look.colour, "stroke-width": 6 });
  // What stands aside is drawn to the right and above its point, where the mark of its commune is.
  const ASIDE = 20;
  const anchor = (size, aside) => [size / 2 - (aside ? ASIDE : 0), size / 2 + (aside ? ASIDE : 0)];
  function icon(look, size = 24, aside = false) {
    const svg = document.createElementNS(NS, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("width", size);
    svg.setAttribute("height", size);
    const shapes = {
      circle: ["circle", { cx: 12, cy: 12, r: 9 }],
      square: ["rect", { x: 3, y: 3, width: 18, height: 18 }],
      triangle: ["path", { d: "M12 3L22 21L2 21Z" }],
      diamond: ["path", { d: "M12 1L23 12L12 23L1 12Z" }],
      ring: ["circle", { cx: 12, cy: 12, r: 8, ...hollow(look) }],
      frame: ["rect", { x: 4, y: 4, width: 16, height: 16, ...hollow(look) }],
    };
    const [name, attributes] = shapes[look.shape];
    const shape = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries({ fill: look.colour, stroke: "#111", "stroke-width": 2, ...attributes })) shape.setAttribute(key, value);
    svg.append(shape);
    const holder = document.createElement("div");
    holder.append(svg);
    return L.divIcon({ className: "map-marker", html: holder, iconSize: [size, size], iconAnchor: anchor(size, aside), popupAnchor: aside ? [ASIDE, -ASIDE] : [0, 0], tooltipAnchor: aside ? [ASIDE, -ASIDE] : [0, 0] });
  }

  // From this zoom on the fine geometry is worth its bytes.
  const CLOSE = 12;

  async function communes(map, { overview, geometry, statuses, palette }) {
    if (!geometry) return;
    const [shapes, codes, looks] = await Promise.all([load(overview), load(statuses), load(palette)]);
    const draw = (features) => L.geoJSON(features, {
      style: (feature) => {
        const status = codes[feature.properties.code];
        return { color: "#444", weight: 1, fillOpacity: status ? 0.75 : 0.1, fillColor: status ? looks.communes[status].fill : "#fff" };
      },
      onEachFeature: (feature, shape) => describe(shape, "communes", feature.properties.code),
    }).addTo(map).bringToBack();
    let layer = draw(shapes);
    let close = false;
    map.on("zoomend", async () => {
      if (close || map.getZoom() < CLOSE) return;
      close = true;
      const fine = await load(geometry).catch(() => undefined);
      if (!fine) { close = false; return; }
      layer.remove();
      layer = draw(fine);
      canvas.dataset.geometry = "close";
    });
    const matched = shapes.features.filter((f) => codes[f.properties.code]);
    if (matched.length && matched.length < shapes.features.length) map.fitBounds(L.geoJSON(matched).getBounds(), { maxZoom: 11, padding: [20, 20] });
    canvas.dataset.communes = String(matched.length);
  }

  async function pilots(map, { points, palette }) {
    const [feed, looks] = await Promise.all([load(points), load(palette)]);
    // Without boundaries communes are points: a published result stays in sight under a group of pilots.
    const taken = new Set(feed.communes.map(([lon, lat]) => `${lon} ${lat}`));
    for (const [lon, lat, code, status] of feed.communes) {
      const marker = L.marker([lat, lon], { icon: icon(looks.communes[status], 14), interactive: true, keyboard: false, zIndexOffset: status === "none" ? 0 : 1000 }).addTo(map);
      describe(marker, "communes", code);
    }
    const index = new Supercluster({ radius: 56, extent: 256, maxZoom: 14 });
    index.load(feed.pilots.map(([lon, lat, id, status]) => ({ type: "Feature", properties: { id, status }, geometry: { type: "Point", coordinates: [lon, lat] } })));
    const group = L.layerGroup().addTo(map);
    const draw = () => {
      const b = map.getBounds();
      group.clearLayers();
      for (const feature of index.getClusters([b.getWest(), b.getSouth(), b.getEast(), b.getNorth()], map.getZoom())) {
        const [lon, lat] = feature.geometry.coordinates;
        if (feature.properties.cluster) {
          const count = document.createElement("span");
          count.textContent = feature.properties.point_count;
          const marker = L.marker([lat, lon], { icon: L.divIcon({ className: "map-cluster", html: count, iconSize: [36, 36], iconAnchor: anchor(36, taken.size > 0) }), keyboard: true });
          marker.on("click keypress", () => map.setView([lat, lon], index.getClusterExpansionZoom(feature.properties.cluster_id)));
          group.addLayer(marker);
          words.then((known) => nameIt(marker, `${count.textContent} ${known.controls.cluster}`));
        } else {
          const marker = L.marker([lat, lon], { icon: icon(looks.pilots[feature.properties.status], 24, taken.has(`${lon} ${lat}`)), keyboard: true });
          describe(marker, "pilots", feature.properties.id);
          group.addLayer(marker);
        }
      }
      canvas.dataset.pilots = String(feed.pilots.length);
    };
    map.on("moveend", draw);
    draw();
  }

  async function labels(map, { points }) {
    const known = await load(points);
    tell(known);
    L.control.zoom({ zoomInTitle: known.controls.zoom_in, zoomOutTitle: known.controls.zoom_out }).addTo(map);
    for (const [lat, lon, label] of known.archipelagos) {
      const text = document.createElement("span");
      text.textContent = label;
      L.marker([lat, lon], { icon: L.divIcon({ className: "map-label", html: text, iconSize: [150, 20] }), interactive: false, keyboard: false }).addTo(map);
    }
  }

  function frame(map, { bounds }) { map.fitBounds(bounds); }

  window.ruraldx = { communes, pilots, labels, frame };
})();
