// Makes tabs of the parts of a block, and draws its chart when it comes into view. Without this file all parts stand below each other.
"use strict";

const OPTIONS = {
  ast: true,
  defaultStyle: false,
  tooltip: { disableDefaultStyle: true },
  actions: false,
  renderer: "svg",
};

const LABELS = 150; // pixels that names take beside the plots of a chart of several
const BEHIND = 76; // pixels for the numbers behind the marks
const NARROWEST = 180;
const ENTRY = 165; // pixels that an entry of a legend takes
const WIDER = 1.6; // how much wider columns and panels become at most
const pen = document.createElement("canvas").getContext("2d");

// A map brings a second, narrow frame. Of the others, a chart along a measured axis is as wide as its room; one with a
// column per name is never narrower than it is drawn, and panels stand side by side as far as there is room.
function fitted(given, room) {
  const spec = given.usermeta?.narrow ? given : folded(given, room);
  if (spec.usermeta?.narrow) return room < spec.width ? narrowed(spec) : spec;
  if (spec.facet && typeof spec.spec?.width === "number") return panelled(spec, room);
  if (spec.vconcat?.every((part) => typeof part.width === "number")) return stacked(spec, room);
  if (typeof spec.width !== "number") return spec;
  const measured = (spec.layer?.[0] ?? spec).encoding?.x?.type === "quantitative";
  if (!measured && room < spec.width + LABELS) return spec;
  const axis = { ...spec.config?.axis, labelSeparation: 6 };
  const padding = { left: 5, top: 5, bottom: 5, right: measured ? BEHIND : 5 };
  const width = measured ? room : Math.min(room, WIDER * spec.width + LABELS);
  const autosize = { type: "fit-x", contains: "padding" };
  return { ...spec, title: wrapped(spec, room), config: { ...spec.config, axis }, padding, width, autosize };
}

function stacked(spec, room) {
  const wide = (part) => Math.max(NARROWEST, Math.min(room - LABELS - BEHIND, WIDER * part.width));
  return { ...spec, title: wrapped(spec, room), vconcat: spec.vconcat.map((part) => ({ ...part, width: wide(part) })) };
}

function panelled(spec, room) {
  const between = LABELS / 3 + (spec.spacing?.column ?? spec.spacing ?? 20);
  const wanted = spec.columns ?? 1;
  const most = Math.max(1, Math.min(wanted, Math.floor((room - LABELS) / (NARROWEST + between))));
  const columns = Math.ceil(wanted / Math.ceil(wanted / most));
  const each = Math.floor((room - LABELS - columns * between) / columns);
  const width = Math.max(NARROWEST, Math.min(each, WIDER * spec.spec.width));
  return { ...spec, title: wrapped(spec, room), columns, spec: { ...spec.spec, width } };
}

// Legends above and below a plot in as many columns as there is room for.
function folded(part, room) {
  if (Array.isArray(part)) return part.map((each) => folded(each, room));
  if (part === null || typeof part !== "object") return part;
  const found = Object.entries(part).map(([name, held]) => {
    if (name === "datasets" || name === "data") return [name, held];
    if (name !== "legend" || !["top", "bottom"].includes(held?.orient)) return [name, folded(held, room)];
    const most = Math.max(1, Math.floor((room - LABELS) / ENTRY));
    return [name, { ...held, columns: Math.min(held.columns ?? most, most) }];
  });
  return Object.fromEntries(found);
}

// Title and subtitle in lines that are no longer than the room.
function wrapped(spec, room) {
  const said = typeof spec.title === "string" ? { text: spec.title } : spec.title;
  const form = spec.config?.title ?? {};
  const lines = (text, size, weight) => {
    pen.font = `${weight} ${size}px ${getComputedStyle(document.body).fontFamily}`;
    return [text ?? []].flat().flatMap((part) => broken(part, room - 10));
  };
  return said && {
    ...said,
    text: lines(said.text, form.fontSize ?? 15, form.fontWeight ?? 600),
    subtitle: lines(said.subtitle, form.subtitleFontSize ?? 12, 400),
  };
}

function broken(text, room) {
  const found = [""];
  for (const word of text.split(/(?<=[ ，；：、])(?!%)/u)) {
    const longer = found.at(-1) + word;
    if (found.at(-1) && pen.measureText(longer.trimEnd()).width > room) found.push(word);
    else found[found.length - 1] = longer;
  }
  return found.map((line) => line.trimEnd());
}

// A chart wider than its room is moved sideways: by touch, and by the arrow keys, for which it has to take the focus.
function fit(chart) {
  const wide = chart.scrollWidth > chart.clientWidth;
  if (wide) chart.tabIndex = 0;
  else chart.removeAttribute("tabindex");
  const note = chart.parentElement.querySelector(":scope > .sideways");
  if (note) note.hidden = !wide;
}

function narrowed(spec) {
  const params = spec.params.map((param) => (param.name === "narrow" ? { ...param, value: true } : param));
  const legend = { ...spec.config.legend, orient: "bottom" };
  return { ...spec, ...spec.usermeta.narrow, params, config: { ...spec.config, legend } };
}

// Groups of marks without a name of their own, which a reader of the screen would otherwise stop at.
function pass(chart) {
  for (const group of chart.querySelectorAll('svg [role^="graphics"]:not([aria-label])')) {
    group.removeAttribute("role");
    group.removeAttribute("aria-roledescription");
  }
}

async function draw(chart) {
  if (chart.dataset.state) return;
  chart.dataset.state = "drawing";
  try {
    const answer = await fetch(chart.dataset.spec);
    if (!answer.ok) throw new Error(String(answer.status));
    const holder = document.createElement("div");
    chart.append(holder);
    await window.vegaEmbed(holder, fitted(await answer.json(), chart.clientWidth || chart.closest(".block, main").clientWidth), OPTIONS);
    pass(chart);
    fit(chart);
    chart.dataset.state = "drawn";
  } catch (why) {
    chart.dataset.state = "failed";
    const link = document.createElement("a");
    link.href = chart.dataset.spec;
    link.textContent = `${chart.getAttribute("aria-label")}: ${why.message}`;
    chart.append(link);
  }
}

function makeTabs(block, number) {
  const parts = [...block.querySelectorAll(":scope > .tab")];
  const list = document.createElement("div");
  list.className = "tabs";
  list.setAttribute("role", "tablist");
  const heading = block.querySelector(":scope > h2");
  list.setAttribute("aria-label", heading?.textContent ?? block.getAttribute("aria-label"));
  const buttons = parts.map((part) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = part.dataset.label;
    button.id = `tab-${number}-${part.dataset.tab}`;
    part.id = `part-${number}-${part.dataset.tab}`;
    button.setAttribute("role", "tab");
    button.setAttribute("aria-controls", part.id);
    part.setAttribute("role", "tabpanel");
    part.setAttribute("aria-labelledby", button.id);
    list.append(button);
    return button;
  });
  const choose = (chosen) =>
    buttons.forEach((button, place) => {
      button.setAttribute("aria-selected", String(place === chosen));
      button.tabIndex = place === chosen ? 0 : -1;
      parts[place].hidden = place !== chosen;
    });
  buttons.forEach((button, place) => {
    button.addEventListener("click", () => choose(place));
    button.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = (place + step + buttons.length) % buttons.length;
      choose(next);
      buttons[next].focus();
    });
  });
  if (heading) heading.after(list);
  else block.prepend(list);
  // An address may lead to rows that stand in another part than the first.
  const led = document.getElementById(window.location.hash.slice(1));
  choose(Math.max(parts.findIndex((part) => part !== led && part.contains(led)), 0));
  if (led && block.contains(led)) led.scrollIntoView();
}

document.querySelectorAll(".block").forEach(makeTabs);

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (entry.isIntersecting) draw(entry.target);
  }
}, { rootMargin: "300px" });
const sized = new ResizeObserver((entries) => entries.forEach((entry) => fit(entry.target)));
document.querySelectorAll(".chart").forEach((chart) => {
  seen.observe(chart);
  sized.observe(chart);
});

const placed = document.querySelector("form[data-placed]");
if (placed) {
  placed.addEventListener("submit", (event) => {
    event.preventDefault();
    const path = placed.dataset.placed.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(placed.elements[name].value));
    window.location.assign(path);
  });
}

const menu = document.querySelector(".pages details");
if (menu && window.innerWidth < 800) menu.open = false;

// What is printed is drawn before: all charts, one after the other, once the page has nothing else to do.
async function drawAll() {
  for (const chart of document.querySelectorAll(".chart")) await draw(chart);
}
window.addEventListener("load", () => (window.requestIdleCallback ?? window.setTimeout)(drawAll));
window.addEventListener("beforeprint", () => document.querySelectorAll(".chart").forEach(draw));

// Without a safe connection browsers have no clipboard: what is to be copied is then marked, and copied as of old.
async function copy(button) {
  const text = button.previousElementSibling;
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text.textContent);
  } else {
    window.getSelection().selectAllChildren(text);
    document.execCommand("copy");
  }
  const said = button.textContent;
  button.textContent = button.dataset.done;
  setTimeout(() => (button.textContent = said), 2000);
}
document.querySelectorAll(".copy").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
});
