// Puts a slider beside every number of the form, and asks for the answer again while it moves. Without this file the
// numbers and the button do the same.
"use strict";

const WAIT = 60; // milliseconds that a slider rests before the answer is asked for
const AGAIN = 1500; // milliseconds after which an answer that is still being computed is asked for again
const form = document.getElementById("build");
const told = document.getElementById("told");
const wrong = document.getElementById("wrong");
let asking = null;
let timer = 0;

function slide(input) {
  const range = document.createElement("input");
  const name = input.labels[0].textContent;
  const board = input.closest("fieldset").querySelector("legend").textContent;
  Object.assign(range, { type: "range", min: input.min, max: input.max, step: 1 });
  range.value = input.value === "" ? input.dataset.rest : input.value;
  range.setAttribute("aria-label", `${board}, ${name}`);
  range.setAttribute("aria-describedby", input.getAttribute("aria-describedby"));
  range.setAttribute("aria-valuetext", `${range.value} %`);
  range.addEventListener("input", () => {
    const rests = input.placeholder !== "" && range.value === range.min;
    input.value = rests ? "" : range.value;
    range.setAttribute("aria-valuetext", `${range.value} %`);
    later();
  });
  input.addEventListener("input", () => {
    range.value = input.value === "" ? input.dataset.rest : input.value;
    range.setAttribute("aria-valuetext", `${range.value} %`);
    later();
  });
  input.parentElement.before(range);
}

// The parameters of the page, as its own links state them: sliders that rest are left out.
function query() {
  const pairs = [];
  for (const option of form.elements.region.selectedOptions) pairs.push(["region", option.value]);
  pairs.push(["year", form.elements.year.value]);
  for (const input of form.querySelectorAll(".lever input[type=number]")) {
    const [kind, region, ...rest] = input.name.split(".");
    const place = `${region}:${rest.join(".")}`;
    const value = input.valueAsNumber;
    if (Number.isNaN(value)) continue;
    if (kind === "c" && value !== 0) pairs.push(["change", `${place}:${value}`]);
    if (kind === "m") pairs.push(["measure", `${place}:${Number((value / 100).toFixed(6))}`]);
  }
  return new URLSearchParams(pairs).toString().replaceAll("%3A", ":");
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT);
}

async function ask() {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  const asked = query();
  form.dataset.state = "asking";
  try {
    const answer = await fetch(`${form.dataset.answer}?${asked}`, { signal });
    const found = await answer.json();
    if (answer.status === 202 || answer.status === 503) {
      told.textContent = told.dataset.wait;
      timer = setTimeout(ask, AGAIN);
      return;
    }
    say(found.error);
    if (found.error) return;
    const page = new DOMParser().parseFromString(found.page, "text/html");
    lead(page);
    await painted();
    if (signal.aborted) return;
    show(page, found.specs);
    history.replaceState(null, "", `${form.dataset.page}?${asked}`);
    form.dataset.state = "answered";
  } catch (why) {
    if (why.name !== "AbortError") say({ message: why.message, remedy: "" });
  }
}

function say(error) {
  wrong.hidden = !error;
  if (!error) return;
  form.dataset.state = "refused";
  wrong.querySelector(".what").textContent = error.message;
  wrong.querySelector(".next").textContent = error.remedy;
}

// Sentence and numbers come first, and are on the screen before tables and charts are made anew.
function lead(page) {
  for (const place of ["#told", ".cards"]) take(place, page);
}

function painted() {
  return new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
}

function take(place, page) {
  const [old, fresh] = [document.querySelector(place), page.querySelector(place)];
  if (old && fresh && old.innerHTML !== fresh.innerHTML) old.innerHTML = fresh.innerHTML;
}

// Takes the words, numbers and tables of the new page; sliders, tabs and the place on the page stay as they are.
function show(page, specs) {
  for (const place of ["#there", "#same", ".languages"]) take(place, page);
  document.getElementById("keep-query").value = page.getElementById("keep-query").value;
  for (const block of document.querySelectorAll(".block")) {
    const fresh = page.getElementById(block.id);
    for (const part of block.querySelectorAll(":scope > .tab")) {
      const other = fresh.querySelector(`.tab[data-tab=${part.dataset.tab}]`);
      if (part.dataset.tab !== "chart") part.innerHTML = other.innerHTML;
      else redraw(part.querySelector(".chart"), other.querySelector(".chart"), specs[block.id]);
    }
  }
}

// Draws a chart anew beside the old one, then takes its place; one that was not looked at yet is drawn when it is.
async function redraw(chart, other, spec) {
  if (chart.dataset.spec === other.dataset.spec) return;
  chart.dataset.spec = other.dataset.spec;
  chart.setAttribute("aria-label", other.getAttribute("aria-label"));
  if (!chart.dataset.state || !spec) return;
  const holder = document.createElement("div");
  holder.hidden = true;
  chart.append(holder);
  const wanted = chart.dataset.spec;
  await window.vegaEmbed(holder, fitted(spec, chart.closest(".block").clientWidth), OPTIONS);
  if (chart.dataset.spec !== wanted) {
    holder.remove();
    return;
  }
  for (const old of [...chart.children]) if (old !== holder) old.remove();
  holder.hidden = false;
  pass(chart);
  fit(chart);
  chart.dataset.state = "drawn";
}

if (form) form.querySelectorAll(".lever input[type=number]").forEach(slide);
