// Moves the bar of a job by the events of the server and goes to its answer; keeps the list of jobs up to date.
"use strict";

const RELOAD = 2000; // milliseconds between two looks at the list

function written(holder, name, text) {
  const part = holder.querySelector(`[data-part=${name}]`);
  if (part && part.textContent !== text) part.textContent = text;
}

function follow(waiting) {
  const events = new EventSource(waiting.dataset.events);
  events.onerror = () => {
    if (events.readyState === EventSource.CLOSED) window.location.replace(waiting.dataset.result);
  };
  events.onmessage = (event) => {
    const job = JSON.parse(event.data);
    if (!job.active) {
      events.close();
      window.location.replace(job.state === "done" ? waiting.dataset.result : waiting.dataset.job);
      return;
    }
    waiting.querySelector("progress").value = job.progress;
    for (const name of ["told", "stage", "percent", "took"]) written(waiting, name, job[name]);
  };
}

// A row whose state changed is put in anew; in one that still runs only what moves, so that the focus stays where it is.
function renew(table, fresh) {
  for (const row of fresh.querySelectorAll("tr[id]")) {
    const old = document.getElementById(row.id);
    if (!old) {
      table.tBodies[0].prepend(row);
    } else if (old.dataset.state !== row.dataset.state) {
      const held = old.contains(document.activeElement);
      old.replaceWith(row);
      if (held) row.querySelector("a").focus();
    } else if (row.querySelector("progress")) {
      old.querySelector("progress").value = row.querySelector("progress").value;
      for (const name of ["told", "stage", "took"]) {
        written(old, name, row.querySelector(`[data-part=${name}]`).textContent);
      }
    }
  }
}

function watch(table) {
  window.setTimeout(async () => {
    try {
      const answer = await fetch(window.location.href);
      if (answer.ok) renew(table, new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      // The server does not answer now; the next look may find it again.
    }
    watch(table);
  }, RELOAD);
}

document.querySelectorAll(".waiting").forEach(follow);
document.querySelectorAll("table.jobs").forEach(watch);
