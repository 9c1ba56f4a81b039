import * as api from "./api.js";
import { tokenLine } from "./curl.js";
import { meaningOf } from "./meaning.js";
import { cents, euros } from "./money.js";
import { drawRecord } from "./record.js";
import { clearTimeline, drawTimeline, spoken } from "./timeline.js";
import { ask, drawTruth, isMoving } from "./truth.js";

const HANG_UP_AFTER_MS = 300;
const LOOK_EVERY_MS = 200;
const LOOK_FOR_MS = 90_000;
const OTHER_AMOUNT = 100;
/** The order is larger than the charge, so that it is the key alone that keeps the second charge away. */
const ORDER_IN_CHARGES = 10;
const BUTTONS = ["pay", "five", "lose", "retry", "other", "flush"];

const page = (id) => document.getElementById(id);
let payment = null;

/** A payment is one key; whatever else is chosen is another payment. */
function begin() {
  if (!api.isSignedIn()) {
    return;
  }
  const amount = cents(page("amount").value);
  const fault = Number.isNaN(amount);
  page("amount").setAttribute("aria-invalid", String(fault));
  page("amount-fault").textContent = fault ? "An amount such as 42.00" : "";
  BUTTONS.forEach((id) => { page(id).disabled = fault || id === "retry" || id === "other"; });
  if (fault) {
    return;
  }
  const what = page("form").elements.what.value;
  const name = `${random(4)}-${random(4)}`;
  payment = {
    what, amount, card: page("card").value, key: `pay-${name}`, reference: `cart-${name}`,
    order: null, orderId: null, entries: [], firstAnswer: null, startedAt: null,
    record: null, seen: {}, truth: null, watched: false, news: false,
  };
  page("card").disabled = what === "order";
  page("key").textContent = payment.key;
  page("other-hint").textContent = `${euros(amount + OTHER_AMOUNT)}: refused, nothing is done`;
  clearTimeline();
  draw(payment);
}

/** Also where the browser has no crypto.randomUUID: over plain HTTP from another host. */
function random(bytes) {
  return [...crypto.getRandomValues(new Uint8Array(bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function requestOf(current, amount = current.amount) {
  const money = { amount, currency: "EUR" };
  return current.what === "order"
    ? { path: "/orders", key: current.key, body: { ...money, reference: current.reference } }
    : { path: "/charges", key: current.key, body: { order_id: current.orderId, ...money, payment_method: current.card } };
}

/** A charge needs an order, made once, under a key of its own. */
async function prepared(current) {
  if (current.what === "order") {
    return;
  }
  current.order ??= api.send({
    path: "/orders",
    key: `order-${current.key}`,
    body: { amount: current.amount * ORDER_IN_CHARGES, currency: "EUR", reference: current.reference },
  });
  const answer = await current.order;
  if (answer.status !== 201) {
    current.order = null;
    throw new Error(`no order could be made: ${answer.text}`);
  }
  current.orderId = JSON.parse(answer.text).id;
}

async function perform(current, label, amount, hangUp = false) {
  const entry = { label, request: requestOf(current, amount), start: performance.now(), end: null, answer: null, hungUp: hangUp };
  current.startedAt ??= entry.start;
  current.entries.push(entry);
  page("retry").disabled = page("other").disabled = false;
  watch(current);
  try {
    entry.answer = hangUp ? await api.sendAndHangUp(entry.request, HANG_UP_AFTER_MS) : await api.send(entry.request);
  } catch {
    // no answer: told as such
  }
  entry.end = performance.now();
  ended(current, entry);
}

function ended(current, entry) {
  const answer = entry.answer;
  if (answer && !answer.replayed && [201, 202, 402].includes(answer.status)) {
    current.firstAnswer ??= answer;
  }
  current.news = true;
  draw(current);
  watch(current);
  const { badge, text } = meaningOf(entry, current);
  say(`${entry.label}: ${badge}, ${spoken(entry.end - entry.start)}. ${text}`);
}

/** Looks from outside for as long as something moves, and once after. */
async function watch(current) {
  if (current.watched) {
    return;
  }
  current.watched = true;
  const until = performance.now() + LOOK_FOR_MS;
  let reached = true;
  do {
    current.news = false;
    try {
      current.record = await api.record(current.key);
      draw(current);
      current.truth = await ask(current);
      reached = true;
    } catch {
      if (reached) {
        say("The service does not answer.");
      }
      reached = false;
    }
    draw(current);
    await new Promise((done) => setTimeout(done, LOOK_EVERY_MS));
  } while (current === payment && performance.now() < until && (current.news || moves(current)));
  current.watched = false;
}

function moves(current) {
  return current.entries.some((entry) => entry.end === null)
    || current.record?.state === "in_progress"
    || isMoving(current.truth);
}

function draw(current) {
  if (current !== payment) {
    return;
  }
  drawTimeline(current);
  drawRecord(current);
  const news = drawTruth(current);
  if (news && current.entries.length > 0) {
    say(news);
  }
}

function say(text) {
  const line = document.createElement("span");
  line.textContent = `${text} `;
  page("said").append(line);
  while (page("said").childElementCount > 5) {
    page("said").firstChild.remove();
  }
}

async function flush(current) {
  const entry = { label: "Flush Redis", start: performance.now(), end: null, flushed: false };
  entry.flushed = await api.flushRedis();
  entry.end = performance.now();
  current.entries.push(entry);
  draw(current);
  say(meaningOf(entry, current).text);
}

const ACTIONS = {
  pay: (current) => perform(current, "Pay"),
  five: (current) => Promise.all([1, 2, 3, 4, 5].map((i) => perform(current, `Pay, ${i} of 5`))),
  lose: (current) => perform(current, "Pay, hang up", current.amount, true),
  retry: (current) => perform(current, "Retry"),
  other: (current) => perform(current, "Other amount", current.amount + OTHER_AMOUNT),
  flush,
};

async function act(name) {
  const current = payment;
  try {
    await prepared(current);
    if (current === payment) {
      await ACTIONS[name](current);
    }
  } catch (failure) {
    page("because").textContent = `That did not work: ${failure.message}`;
    say(page("because").textContent);
  }
}

async function copy(button, text) {
  try {
    await navigator.clipboard.writeText(text);
    say("Copied.");
  } catch {
    getSelection().selectAllChildren(button.parentElement.querySelector("pre"));
    say("Selected; copy it with your keyboard.");
  }
}

function useToken(event) {
  event.preventDefault();
  try {
    api.signInWith(page("token").value.trim());
  } catch {
    say("That is no access token.");
    return;
  }
  page("sign-in").hidden = true;
  begin();
}

/** Without tokens for anybody this is no development: the token is the visitor's own, and Redis is not emptied. */
function askForToken() {
  page("sign-in").hidden = false;
  page("flush").hidden = true;
  page("by-hand-note").textContent = "Keep your token in TOKEN; each request above has its own line under curl.";
  page("token-line").parentElement.hidden = true;
  BUTTONS.forEach((id) => { page(id).disabled = true; });
}

async function start() {
  Object.keys(ACTIONS).forEach((name) => page(name).addEventListener("click", () => act(name)));
  page("renew").addEventListener("click", begin);
  page("form").addEventListener("change", begin);
  page("form").addEventListener("submit", (event) => event.preventDefault());
  page("sign-in-form").addEventListener("submit", useToken);
  page("copy-token").addEventListener("click", (event) => copy(event.target, page("token-line").textContent));
  page("timeline").addEventListener("click", (event) => {
    if (event.target.dataset.copy) {
      copy(event.target, event.target.dataset.copy);
    }
  });
  if (await api.signIn(`playground-${random(4)}`)) {
    page("token-line").textContent = tokenLine(api.merchant());
    begin();
  } else {
    askForToken();
  }
}

start();
