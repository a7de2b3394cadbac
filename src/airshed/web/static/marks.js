// Makes the marks of a map links to the pages of their regions: one stop of the Tab key, from which the arrow keys go on.
"use strict";

const LANGUAGE = document.documentElement.lang;
const STEPS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

// What Vega keeps of the row behind a mark.
function codeOf(element) {
  return element.__data__?.datum?.code;
}

function middle(element) {
  const box = element.getBoundingClientRect();
  return [box.left + box.width / 2, box.top + box.height / 2];
}

// The nearest mark in a direction; what lies aside counts double.
function nearest(marks, from, [right, down]) {
  const [x, y] = middle(from);
  let best = null;
  let least = Infinity;
  for (const mark of marks) {
    const [there, below] = middle(mark);
    const ahead = (there - x) * right + (below - y) * down;
    const aside = Math.abs((there - x) * down) + Math.abs((below - y) * right);
    if (ahead > 0.5 && aside <= 2 * ahead && ahead + 2 * aside < least) [best, least] = [mark, ahead + 2 * aside];
  }
  return best;
}

function follow(element) {
  window.location.assign(`/${LANGUAGE}/region/${encodeURIComponent(codeOf(element))}`);
}

function link(chart) {
  const found = [...chart.querySelectorAll("svg path[aria-label]")].filter(codeOf);
  if (!found.length) return;
  const order = found.map((mark) => [mark, ...middle(mark)]).sort((a, b) => a[2] - b[2] || a[1] - b[1]);
  const marks = order.map(([mark]) => mark);
  chart.setAttribute("role", "group");
  chart.classList.add("linked");
  // A map wider than the screen opens at its eastern end, so that the places downwind are seen first.
  if (chart.scrollWidth > chart.clientWidth) chart.scrollLeft = chart.scrollWidth;
  const choose = (mark, from) => {
    from.tabIndex = -1;
    mark.tabIndex = 0;
    mark.focus();
  };
  marks.forEach((mark, place) => {
    mark.setAttribute("role", "link");
    mark.removeAttribute("aria-roledescription");
    mark.setAttribute("tabindex", place ? "-1" : "0");
    mark.addEventListener("click", () => follow(mark));
    mark.addEventListener("keydown", (event) => {
      if (event.key === "Enter") return follow(mark);
      const ends = { Home: marks[0], End: marks[marks.length - 1] };
      const next = STEPS[event.key] ? nearest(marks, mark, STEPS[event.key]) : ends[event.key];
      if (!STEPS[event.key] && !next) return undefined;
      event.preventDefault();
      if (next) choose(next, mark);
      return undefined;
    });
  });
}

const drawn = new MutationObserver((changes) => {
  for (const { target } of changes) {
    if (target.dataset.state === "drawn") link(target);
  }
});
document.querySelectorAll(".chart").forEach((chart) => drawn.observe(chart, { attributeFilter: ["data-state"] }));
