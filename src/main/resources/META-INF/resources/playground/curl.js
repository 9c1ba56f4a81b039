/** The same requests for a shell. */
export function tokenLine(merchant) {
  return `TOKEN=$(curl -s -X POST ${location.origin}/dev/tokens -H 'Content-Type: application/json' \\
  -d ${quoted(JSON.stringify({ merchant }))} | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')`;
}

export function requestLine(request) {
  return `curl -si ${location.origin}${request.path} \\
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
  -H ${quoted(`Idempotency-Key: ${request.key}`)} \\
  -d ${quoted(JSON.stringify(request.body))}`;
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
