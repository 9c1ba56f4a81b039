const steps = [...document.querySelectorAll("#states li")];

/** The record as it stands, and when each of its states was first seen, counted from the first request. */
export function drawRecord(payment) {
  const state = payment.record?.state ?? "none";
  payment.seen[state] ??= performance.now() - (payment.startedAt ?? performance.now());
  for (const step of steps) {
    const name = step.dataset.state;
    step.toggleAttribute("data-passed", name !== state && name in payment.seen);
    if (name === state) {
      step.setAttribute("aria-current", "step");
    } else {
      step.removeAttribute("aria-current");
    }
    step.querySelector("i").textContent =
      name in payment.seen && name !== "none" ? `seen after ${(payment.seen[name] / 1000).toFixed(1)} s` : "";
  }
  document.getElementById("facts").replaceChildren(...facts(payment.record).flatMap(row));
}

function facts(record) {
  if (!record) {
    return [];
  }
  return [
    ["request", `${record.method} ${record.path}`],
    ["answer kept", record.response_status ?? "none yet"],
    ["made", record.resource ?? "nothing yet"],
    ["kept until", record.expires_at ? new Date(record.expires_at).toLocaleString("en-GB") : "its end"],
  ];
}

function row([name, value]) {
  const term = document.createElement("dt");
  const text = document.createElement("dd");
  term.textContent = name;
  text.textContent = value;
  return [term, text];
}
