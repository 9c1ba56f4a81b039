import { euros } from "./money.js";

/**
 * What a request's end means, in words: {kind, badge, text}. Judged by the answer itself, never by what should have
 * come.
 */
export function meaningOf(entry, payment) {
  if (entry.flushed !== undefined) {
    return flushed(entry);
  }
  if (entry.end === null) {
    return { kind: "running", badge: "running", text: "Waiting for the answer." };
  }
  if (entry.hungUp) {
    return {
      kind: "lost", badge: "no answer",
      text: "The browser hung up; the service goes on. A retry gets the answer.",
    };
  }
  return entry.answer ? answered(entry, payment) : {
    kind: "lost", badge: "no answer", text: "Nothing came back. Retry: it is safe.",
  };
}

function answered(entry, payment) {
  const { status, replayed, text } = entry.answer;
  const code = read(text).code;
  if (replayed) {
    return { kind: "replay", badge: `${status} replayed`, text: replay(entry.answer, payment.firstAnswer) };
  }
  if (code === "idempotency-key-in-use") {
    return {
      kind: "wait", badge: `${status} in use`,
      text: `Nothing was begun: one with this key already runs. Try again in ${entry.answer.retryAfter} s.`,
    };
  }
  if (code === "idempotency-key-reused") {
    return {
      kind: "refused", badge: `${status} refused`,
      text: `Nothing was done: this key is for ${euros(payment.amount)}, not for ${euros(entry.request.body.amount)}.`,
    };
  }
  return outcome(status, text, entry.request);
}

function outcome(status, text, request) {
  const { title, detail } = read(text);
  switch (status) {
    case 201:
      return { kind: "ran", badge: `${status} done`, text: done(request) };
    case 202:
      return { kind: "wait", badge: `${status} not known yet`, text: "The card network has not answered. The service finds out by itself." };
    case 402:
      return { kind: "refused", badge: `${status} declined`, text: "The card was declined. Every retry gets this same answer." };
    default:
      return { kind: "refused", badge: `${status}`, text: `${title ?? "No answer that this page knows."} ${detail ?? ""}` };
  }
}

function done({ path, body }) {
  return path === "/orders"
    ? `It ran: an order of ${euros(body.amount)} was made.`
    : `It ran: the card was charged ${euros(body.amount)}.`;
}

function replay(answer, first) {
  if (!first) {
    return "The answer that was lost, kept for the retry. Nothing was done again.";
  }
  return first.status === answer.status && first.text === answer.text
    ? "The first answer again, byte for byte. Nothing was done again."
    : "A stored answer, and not the first one!";
}

function flushed(entry) {
  return entry.flushed
    ? { kind: "event", badge: "empty", text: "Redis has forgotten every key. PostgreSQL has not." }
    : { kind: "event", badge: "not emptied", text: "This Redis is not the service's own; it was left alone." };
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
