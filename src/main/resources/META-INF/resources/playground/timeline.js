import { requestLine } from "./curl.js";
import { meaningOf } from "./meaning.js";
import { euros } from "./money.js";

/** Between two requests a person thinks; that time is cut to a breath, so that the bars can be compared. */
const BREATH_MS = 150;

const list = document.getElementById("timeline");
const rows = new Map();

export function clearTimeline() {
  rows.clear();
  list.replaceChildren();
  document.getElementById("nothing").hidden = false;
}

export function drawTimeline(payment) {
  const now = performance.now();
  const { places, length } = placed(payment.entries, now);
  payment.entries.forEach((entry, i) => {
    const row = rows.get(entry) ?? added(entry);
    place(row.bar, places[i], length);
    if (row.drawn !== entry.end) {
      row.drawn = entry.end;
      fill(row, entry, payment);
    }
  });
}

/** Where each bar begins and ends, in milliseconds without the idle ones. */
function placed(entries, now) {
  let cut = 0;
  let busyUntil = entries.length ? entries[0].start : now;
  const places = entries.map(({ start, end }) => {
    const idle = start - busyUntil;
    cut += idle > BREATH_MS ? idle - BREATH_MS : 0;
    const until = end ?? now;
    busyUntil = Math.max(busyUntil, until);
    return { from: start - cut, to: until - cut };
  });
  const first = places.length ? places[0].from : 0;
  const length = Math.max(200, ...places.map((place) => place.to - first));
  return { places: places.map(({ from, to }) => ({ from: from - first, to: to - first })), length };
}

function place(bar, { from, to }, length) {
  bar.style.left = `min(${(from / length) * 100}%, 100% - 6px)`;
  bar.style.width = `${((to - from) / length) * 100}%`;
}

function added(entry) {
  document.getElementById("nothing").hidden = true;
  const row = {
    item: made("li"), bar: made("div", "bar"), badge: made("span", "badge"), time: made("span", "time"),
    text: made("p", "meaning"), drawn: undefined,
  };
  const name = made("p", "what", entry.label);
  if (entry.request) {
    name.append(made("small", "", euros(entry.request.body.amount)));
  }
  const track = made("div", "track");
  track.setAttribute("aria-hidden", "true");
  track.append(row.bar);
  const end = made("p", "end");
  end.append(row.badge, row.time);
  row.item.append(name, track, end, row.text);
  list.append(row.item);
  rows.set(entry, row);
  return row;
}

function fill(row, entry, payment) {
  const { kind, badge, text } = meaningOf(entry, payment);
  row.item.dataset.kind = kind;
  row.item.dataset.status = entry.answer?.status ?? "";
  row.badge.textContent = badge;
  row.text.textContent = text;
  row.time.textContent = entry.end === null || entry.flushed !== undefined ? "" : spoken(entry.end - entry.start);
  if (entry.end !== null && entry.request) {
    row.item.append(details(entry));
  }
}

/** "12 ms", "2.03 s" */
export function spoken(millis) {
  return millis < 1000 ? `${Math.max(1, Math.round(millis))} ms` : `${(millis / 1000).toFixed(2)} s`;
}

function details(entry) {
  const box = made("details");
  const line = requestLine(entry.request);
  const copy = made("button", "plain", "Copy");
  copy.type = "button";
  copy.dataset.copy = line;
  copy.setAttribute("aria-label", `Copy the curl line of ${entry.label}`);
  const shown = made("div", "copy");
  shown.append(region(line, `${entry.label} by curl`), copy);
  box.append(made("summary", "", "curl and answer"), shown);
  if (entry.answer) {
    box.append(region(entry.answer.text, `The answer to ${entry.label}`));
  }
  return box;
}

/** Can be scrolled sideways, so it can be reached by keyboard. */
function region(text, name) {
  const block = made("pre", "", text);
  block.tabIndex = 0;
  block.setAttribute("role", "region");
  block.setAttribute("aria-label", name);
  return block;
}

function made(tag, style = "", text = "") {
  const element = document.createElement(tag);
  element.className = style;
  element.textContent = text;
  return element;
}
