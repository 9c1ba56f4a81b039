import * as api from "./api.js";
import { euros } from "./money.js";

const SHOWN = 6;

/** The books of both sides, for what was made under this payment's key and for the order that it pays. */
export async function ask(payment) {
  const orders = await api.orders(payment.reference);
  const charges = payment.orderId ? await api.charges(payment.orderId) : [];
  const ours = new Set(charges.map((charge) => charge.id));
  const all = await api.authorizations();
  return { orders, charges, authorizations: all && all.filter((row) => ours.has(row.charge)) };
}

export function isMoving(truth) {
  return truth !== null && truth.charges.some((charge) => charge.status === "processing");
}

export function drawTruth(payment) {
  const truth = payment.truth ?? { orders: [], charges: [], authorizations: [] };
  const verdict = judged(payment, truth);
  const line = document.getElementById("verdict");
  const news = line.textContent !== verdict.text;
  line.textContent = verdict.text;
  line.dataset.kind = verdict.kind;
  document.getElementById("because").textContent = because(payment, truth);
  const why = payment.what === "order" ? "" : "; made first, for the charge to pay";
  count("orders", truth.orders, (order) => `${order.id}, ${euros(order.amount_paid)} of ${euros(order.amount)} paid${why}`);
  count("charges", truth.charges, (charge) => `${charge.id}, ${euros(charge.amount)}, ${charge.status}`);
  count("authorizations", truth.authorizations, (row) => `${row.id}, ${euros(row.amount)}, ${row.status}`);
  return news ? verdict.text : "";
}

/** Counted, never assumed: were it more than once, it would say so. */
function judged(payment, truth) {
  if (payment.what === "order") {
    return once(truth.orders.length, `an order of ${euros(payment.amount)} was made`, "No order has been made yet.");
  }
  const paid = truth.authorizations
    ? truth.authorizations.filter((row) => row.status === "approved")
    : truth.charges.filter((charge) => charge.status === "succeeded");
  if (paid.length > 0 && isMoving(truth)) {
    return { kind: "wait", text: `${euros(paid[0].amount)} was taken; the service does not know it yet and is finding out.` };
  }
  if (paid.length === 0 && isMoving(truth)) {
    return { kind: "wait", text: "Not known yet: the service waits for the card network." };
  }
  if (paid.length === 0 && truth.charges.length > 0) {
    return { kind: "none", text: "Declined. Nothing was taken." };
  }
  return once(paid.length, `${euros(paid[0]?.amount ?? payment.amount)} was taken`, "Nothing has been paid yet.");
}

function once(times, what, none) {
  if (times === 0) {
    return { kind: "none", text: none };
  }
  const sentence = what[0].toUpperCase() + what.slice(1);
  return times === 1 ? { kind: "once", text: `${sentence}, once.` } : { kind: "twice", text: `${sentence}, ${times} times!` };
}

function because(payment, truth) {
  const sent = payment.entries.filter((entry) => entry.request).length;
  const asked = "Asked of the service's books and of the card network's, not remembered by this page.";
  if (sent === 0) {
    return asked;
  }
  const outside = truth.authorizations === null
    ? " The card network cannot be asked from here." : "";
  return `${sent} ${sent === 1 ? "request was" : "requests were"} sent under one key. ${asked}${outside}`;
}

function count(what, things, told) {
  document.getElementById(what).textContent = things ? things.length : "?";
  const lines = (things ?? []).slice(0, SHOWN).map((thing) => {
    const line = document.createElement("li");
    line.textContent = told(thing);
    return line;
  });
  document.getElementById(`${what}-list`).replaceChildren(...lines);
}
