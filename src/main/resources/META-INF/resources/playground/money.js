/** Money is a whole number of minor units, here cents; a person writes 42.00. */
const WRITTEN = /^(\d{1,9})(?:[.,](\d{1,2}))?$/;

/** NaN for what is no amount. */
export function cents(written) {
  const parts = WRITTEN.exec(written.trim());
  const amount = parts ? Number(parts[1]) * 100 + Number((parts[2] ?? "").padEnd(2, "0")) : NaN;
  return amount > 0 ? amount : NaN;
}

export function euros(amount) {
  return `${(amount / 100).toFixed(2)} EUR`;
}
