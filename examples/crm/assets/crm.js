// Live pages. The server names what changed; whoever shows it fetches the
// page anew and takes over the regions marked with `data-live`. Everything
// else on the website works without this file.
"use strict";

const regions = [...document.querySelectorAll("[data-live]")];
const topics = new Set(regions.flatMap((region) => region.dataset.live.split(" ")));

// At most one fetch at a time, and a short pause after it: a busy sync tells
// of changes many times a second.
const PAUSE = 200;
let wanted = false;
let busy = false;

async function refresh() {
  wanted = true;
  if (busy) return;
  busy = true;
  while (wanted) {
    wanted = false;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.ok) take(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      // The server is gone for the moment; the stream asks again when it is back.
    }
    await new Promise((done) => setTimeout(done, PAUSE));
  }
  busy = false;
}

function take(page) {
  for (const region of regions) {
    const fresh = region.id && page.getElementById(region.id);
    if (fresh) patch(region, fresh);
  }
}

// Children that are equal stay the same nodes, so that focus, open details
// and selections survive.
function patch(region, fresh) {
  const had = region.childElementCount > 0;
  const old = [...region.children];
  const next = [...fresh.children].map((child) => {
    const at = old.findIndex((node) => same(node, child));
    if (at >= 0) return old.splice(at, 1)[0];
    const node = document.importNode(child, true);
    const before = node.id && document.getElementById(node.id);
    if (before) keepOpen(before, node);
    else if (had) appear(node);
    return node;
  });
  for (const node of old) node.remove();
  next.forEach((node, at) => {
    if (region.children[at] !== node) region.insertBefore(node, region.children[at] ?? null);
  });
}

// Equal, whatever the reader has opened.
function same(node, child) {
  if (node.isEqualNode(child)) return true;
  if (!node.querySelector("details[open]")) return false;
  const closed = node.cloneNode(true);
  for (const it of closed.querySelectorAll("details[open]")) it.open = false;
  return closed.isEqualNode(child);
}

function keepOpen(before, after) {
  const old = before.querySelectorAll("details");
  after.querySelectorAll("details").forEach((it, at) => {
    it.open = old[at]?.open ?? it.open;
  });
}

function appear(node) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  requestAnimationFrame(() =>
    node.animate([{ opacity: 0, transform: "translateY(-6px)" }, { opacity: 1, transform: "none" }], {
      duration: 260,
      easing: "ease-out",
    }),
  );
}

if (topics.size > 0) {
  const stream = new EventSource("/events");
  stream.addEventListener("change", (event) => {
    if (event.data.split(" ").some((topic) => topics.has(topic))) refresh();
  });
  // Also after a pause in the connection: something may have been missed.
  stream.addEventListener("open", refresh);
}

// A choice that shows something beside it: its page's regions are taken over,
// the form stays as it is.
for (const select of document.querySelectorAll("select[data-shows]")) {
  select.addEventListener("change", () => {
    history.replaceState(null, "", select.dataset.shows + select.selectedOptions[0].dataset.key);
    refresh();
  });
}

// A test connection takes a moment: say so, and send it once.
for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", () => {
    const button = form.querySelector("button[type=submit]");
    button.textContent = form.dataset.busy;
    button.disabled = true;
  });
}

// The first field that needs a look.
document.querySelector(".error:not(:empty)")?.closest(".field")?.querySelector("input, select, textarea")?.focus();

// What cannot be undone is asked about.
for (const button of document.querySelectorAll("button.danger")) {
  button.addEventListener("click", (event) => {
    if (!confirm("Delete it for good?")) event.preventDefault();
  });
}
