"use strict";
(() => {
  const picture = JSON.parse(document.getElementById("picture").textContent);
  const shapes = new Map(picture.shapes.map((shape) => [shape.id, shape]));
  const stage = document.getElementById("stage");
  const panel = document.getElementById("panel");
  const search = document.getElementById("search");
  const found = document.getElementById("found");
  const views = [...stage.querySelectorAll(".view")];
  const tabs = [...document.querySelectorAll(".tab")];
  const drawn = [...stage.querySelectorAll(".shape")];
  if (!views.length) return;

  // Where each view is, and how large.
  const places = new Map(views.map((view) => [view, null]));
  let view = views[0];

  const size = () => {
    const { width, height } = view.firstElementChild.viewBox.baseVal;
    return { width, height };
  };

  function show() {
    const { x, y, scale } = places.get(view);
    view.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
  }

  // All of it, unless that were too small to be read: then all of its width.
  function fit() {
    const { width, height } = size();
    const wide = Math.min(stage.clientWidth / width, 1.5);
    const whole = Math.min(wide, stage.clientHeight / height);
    const scale = whole >= 0.75 * wide ? whole : wide;
    const middle = (room, length) => Math.max(0, (room - length * scale) / 2);
    places.set(view, { x: middle(stage.clientWidth, width), y: middle(stage.clientHeight, height), scale });
    show();
  }

  function zoom(factor, x = stage.clientWidth / 2, y = stage.clientHeight / 2) {
    const place = places.get(view);
    const scale = Math.min(8, Math.max(0.05, place.scale * factor));
    const change = scale / place.scale;
    places.set(view, { x: x - (x - place.x) * change, y: y - (y - place.y) * change, scale });
    show();
  }

  function pan(x, y) {
    const place = places.get(view);
    places.set(view, { ...place, x: place.x + x, y: place.y + y });
    show();
  }

  function open(name) {
    view = views.find((it) => it.dataset.view === name) ?? view;
    views.forEach((it) => { it.hidden = it !== view; });
    tabs.forEach((tab) => tab.setAttribute("aria-pressed", String(tab.dataset.view === view.dataset.view)));
    if (places.get(view)) show();
    else fit();
  }

  // Brings a box into the part of the stage that nothing covers.
  function reveal(element) {
    const owner = element.closest(".view");
    if (owner !== view) open(owner.dataset.view);
    const box = element.getBoundingClientRect();
    const room = stage.getBoundingClientRect();
    const right = panel.hidden ? room.right : Math.min(room.right, panel.getBoundingClientRect().left);
    const inside = box.left >= room.left && box.right <= right && box.top >= room.top && box.bottom <= room.bottom;
    if (inside) return;
    // The middle of it in the middle; the beginning, where it is larger than the room.
    const shift = (from, to, low, high) => (to - from < high - low ? (low + high - from - to) / 2 : low + 12 - from);
    pan(shift(box.left, box.right, room.left, right), shift(box.top, box.bottom, room.top, room.bottom));
  }

  const mark = (name, is) => drawn.forEach((it) => it.classList.toggle(name, is(it.dataset.shape)));

  function choose(id) {
    const shape = shapes.get(id);
    const arrows = picture.arrows.filter((arrow) => arrow.from === id || arrow.to === id);
    const related = new Set(arrows.flatMap((arrow) => [arrow.from, arrow.to]));
    related.delete(id);
    mark("chosen", (it) => it === id);
    mark("related", (it) => related.has(it));
    stage.querySelectorAll(".arrow").forEach((it) => {
      it.classList.toggle("related", it.dataset.from === id || it.dataset.to === id);
    });
    panel.hidden = !shape;
    if (shape) fill(shape, arrows);
  }

  function element(name, text, parent, className) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    parent?.append(made);
    return made;
  }

  function fill(shape, arrows) {
    panel.replaceChildren();
    const close = element("button", "×", panel, "close");
    close.setAttribute("aria-label", "Close");
    close.addEventListener("click", () => choose(undefined));
    element("p", shape.kind, panel, "kind");
    element("h2", shape.name, panel);
    if (shape.note) element("p", shape.note, panel);
    if (shape.path) element("code", shape.path, element("p", undefined, panel));
    if (shape.source) {
      const { file, line, column } = shape.source;
      element("code", `${file}:${line}:${column}`, element("p", undefined, panel), "source");
    }
    const properties = Object.entries(shape.properties ?? {});
    if (properties.length) {
      element("h3", "Properties", panel);
      const list = element("dl", undefined, panel);
      for (const [name, value] of properties) {
        element("dt", name, list);
        element("dd", value, list);
      }
    }
    links("Leads to", arrows.filter((arrow) => arrow.from === shape.id), "to");
    links("Comes from", arrows.filter((arrow) => arrow.to === shape.id), "from");
    panel.scrollTop = 0;
  }

  function links(title, arrows, end) {
    if (!arrows.length) return;
    element("h3", title, panel);
    const list = element("ul", undefined, panel);
    for (const arrow of arrows) {
      const item = element("li", undefined, list);
      const other = shapes.get(arrow[end]);
      const words = [arrow.kind.replace("-", " "), arrow.label].filter(Boolean).join(" ");
      const link = element("button", `${words}: ${other.name}`, item);
      link.addEventListener("click", () => go(other.id));
      (arrow.values ?? []).forEach((value) => element("code", value, item, "values"));
    }
  }

  function go(id) {
    choose(id);
    const target = drawn.find((it) => it.dataset.shape === id && it.closest(".view") === view)
      ?? drawn.find((it) => it.dataset.shape === id);
    if (!target) return;
    reveal(target);
    target.focus({ preventScroll: true });
  }

  let matches = [];
  let at = -1;

  function look() {
    const words = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const text = ({ name, note, path, kind, properties, source }) =>
      [name, note, path, kind, source?.file, ...Object.entries(properties ?? {}).flat()].join("\n").toLowerCase();
    const ids = new Set(drawn.map((it) => it.dataset.shape));
    matches = !words.length ? [] : picture.shapes
      .filter((shape) => ids.has(shape.id) && words.every((word) => text(shape).includes(word)))
      // A name is what is most likely meant.
      .sort((one, other) => by(other) - by(one))
      .map((shape) => shape.id);
    function by(shape) { return words.every((word) => shape.name.toLowerCase().includes(word)) ? 1 : 0; }
    at = -1;
    mark("found", (id) => matches.includes(id));
    stage.classList.toggle("searched", words.length > 0);
    found.textContent = words.length ? `${matches.length} found` : "";
  }

  function next(step) {
    if (!matches.length) return;
    at = (at + step + matches.length) % matches.length;
    found.textContent = `${at + 1} of ${matches.length}`;
    choose(matches[at]);
    const target = drawn.find((it) => it.dataset.shape === matches[at]);
    if (target) reveal(target);
  }

  search.addEventListener("input", look);
  search.form.addEventListener("submit", (event) => { event.preventDefault(); next(1); });

  for (const box of drawn) {
    box.setAttribute("tabindex", "0");
    box.setAttribute("role", "button");
    const shape = shapes.get(box.dataset.shape);
    if (shape) box.setAttribute("aria-label", `${shape.kind} ${shape.name}`);
  }
  views.forEach((it) => it.firstElementChild.setAttribute("role", "group"));

  let drag = null;
  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    drag = { x: event.clientX, y: event.clientY, far: 0, target: event.target };
  });
  addEventListener("pointermove", (event) => {
    if (!drag) return;
    const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
    drag.far += Math.abs(x) + Math.abs(y);
    if (drag.far < 4) return;
    stage.classList.add("dragged");
    pan(x, y);
    [drag.x, drag.y] = [event.clientX, event.clientY];
  });
  addEventListener("pointerup", () => {
    if (drag && drag.far < 4) choose(drag.target.closest(".shape")?.dataset.shape);
    drag = null;
    stage.classList.remove("dragged");
  });
  addEventListener("pointercancel", () => {
    drag = null;
    stage.classList.remove("dragged");
  });
  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    const room = stage.getBoundingClientRect();
    const step = event.deltaMode === 1 ? event.deltaY * 16 : event.deltaY;
    zoom(Math.exp(-step / 400), event.clientX - room.left, event.clientY - room.top);
  }, { passive: false });

  document.getElementById("in").addEventListener("click", () => zoom(1.25));
  document.getElementById("out").addEventListener("click", () => zoom(0.8));
  document.getElementById("fit").addEventListener("click", fit);
  tabs.forEach((tab) => tab.addEventListener("click", () => open(tab.dataset.view)));
  addEventListener("resize", fit);

  stage.addEventListener("focusin", (event) => {
    const box = event.target.closest(".shape");
    if (box?.matches(":focus-visible")) reveal(box);
  });

  const STEP = 60;
  const keys = {
    "+": () => zoom(1.25),
    "=": () => zoom(1.25),
    "-": () => zoom(0.8),
    "0": fit,
    "ArrowLeft": () => pan(STEP, 0),
    "ArrowRight": () => pan(-STEP, 0),
    "ArrowUp": () => pan(0, STEP),
    "ArrowDown": () => pan(0, -STEP),
    "/": () => search.focus(),
    "Escape": () => { search.value = ""; look(); choose(undefined); },
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const box = event.target.closest?.(".shape");
    if (box && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      choose(box.dataset.shape);
      return;
    }
    if (event.target === search && event.key !== "Escape") return;
    const key = keys[event.key];
    if (!key) return;
    event.preventDefault();
    key();
  });

  open(view.dataset.view);
})();
