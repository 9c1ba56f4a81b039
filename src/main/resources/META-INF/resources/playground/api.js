/** All that the page asks of the service. No wait is without an end. */
const PATIENCE_MS = 30_000;
const JSON_TYPE = { "Content-Type": "application/json" };

const caller = { merchant: "", token: "", madeHere: false };

export function merchant() {
  return caller.merchant;
}

export function isSignedIn() {
  return caller.token !== "";
}

/** In dev and test the service makes tokens for anybody; false where it does not. */
export async function signIn(name) {
  const answer = await fetch("/dev/tokens", {
    method: "POST", headers: JSON_TYPE, body: JSON.stringify({ merchant: name }), signal: patience(),
  });
  if (!answer.ok) {
    return false;
  }
  Object.assign(caller, { merchant: name, token: (await answer.json()).token, madeHere: true });
  return true;
}

/** With a token of one's own. The name in it is only used to ask the sandbox, which asks nobody for a token. */
export function signInWith(token) {
  const claims = JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
  Object.assign(caller, { merchant: claims.merchant ?? claims.sub, token, madeHere: false });
}

/** What came back, the body as the very text that was sent. */
export async function send(request, signal = patience()) {
  const answer = await post(request, signal);
  return {
    status: answer.status,
    replayed: answer.headers.get("Idempotent-Replayed") === "true",
    retryAfter: answer.headers.get("Retry-After"),
    text: await answer.text(),
  };
}

/** Nothing comes back: the line is cut after a while, or earlier as soon as an answer begins. */
export async function sendAndHangUp(request, afterMs) {
  const line = new AbortController();
  const timer = setTimeout(() => line.abort(), afterMs);
  try {
    await post(request, line.signal);
  } catch {
    // as it was meant to be
  } finally {
    clearTimeout(timer);
    line.abort();
  }
}

async function post(request, signal) {
  const answer = await fetch(request.path, {
    method: "POST",
    headers: { ...JSON_TYPE, ...authorized(), "Idempotency-Key": request.key },
    body: JSON.stringify(request.body),
    signal,
  });
  if (answer.status === 401 && caller.madeHere && await signIn(caller.merchant)) {
    return post(request, signal); // an hour has passed
  }
  return answer;
}

/** What the service knows of a key; null where it knows nothing. */
export async function record(key) {
  const answer = await get("/idempotency-key", { ...authorized(), "Idempotency-Key": key });
  return answer.ok ? answer.json() : null;
}

export async function orders(reference) {
  return list(`/orders?limit=100&reference=${encodeURIComponent(reference)}`);
}

export async function charges(order) {
  return list(`/charges?limit=100&order_id=${encodeURIComponent(order)}`);
}

async function list(path) {
  const answer = await get(path, authorized());
  return answer.ok ? (await answer.json()).data : [];
}

/** The other side's own books; null where the card network is not the sandbox of this process. */
export async function authorizations() {
  const answer = await get(`/sandbox/acquirer/authorizations?merchant=${encodeURIComponent(caller.merchant)}`, {});
  return answer.ok ? answer.json() : null;
}

export async function flushRedis() {
  return (await fetch("/dev/redis/flush", { method: "POST", signal: patience() })).ok;
}

function get(path, headers) {
  return fetch(path, { headers, cache: "no-store", signal: patience() });
}

function authorized() {
  return { Authorization: `Bearer ${caller.token}` };
}

function patience() {
  return AbortSignal.timeout(PATIENCE_MS);
}
