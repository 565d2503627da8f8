// The JSON API. All addresses are relative, so that the page works below a path prefix.
const BASE = "api/v1/";
const TIMEOUT_MILLIS = 20_000;
// probes, replays and discards take as long as a store or a queue does
const ACT_TIMEOUT_MILLIS = 600_000;

/** An answer that is not the wanted one. `status` is 0 if there was no answer at all. */
export class Problem extends Error {
  constructor(status, { title, detail, code, hint } = {}, retryAfter = null) {
    super(detail || title || (status ? `The server answered ${status}` : "The server does not answer"));
    this.status = status;
    this.code = code || null;
    this.hint = hint || null;
    this.retryAfter = retryAfter;
  }
}

let unauthorized = () => {};

/** Calls `listener` whenever the server says that a login is needed. */
export function onUnauthorized(listener) {
  unauthorized = listener;
}

/** Returns the path and the query, without what is empty. */
export function address(path, params = {}) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) {
    if (value != null && value !== "" && value !== false) query.set(key, value);
  }
  const text = query.toString();
  return BASE + path + (text ? `?${text}` : "");
}

async function call(path, options, params) {
  const timeout = AbortSignal.timeout(options.method === "POST" ? ACT_TIMEOUT_MILLIS : TIMEOUT_MILLIS);
  const signal = options.signal && AbortSignal.any ? AbortSignal.any([options.signal, timeout]) : options.signal || timeout;
  let response;
  try {
    response = await fetch(address(path, params), { credentials: "same-origin", cache: "no-store", ...options, signal });
  } catch (e) {
    if (options.signal?.aborted) throw e;
    throw new Problem(0);
  }
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (response.status === 401 && path !== "login") unauthorized();
  throw problem;
}

async function problemOf(response) {
  const retryAfter = Number(response.headers.get("Retry-After")) || null;
  const isJson = /json/.test(response.headers.get("Content-Type") || "");
  const body = isJson ? await response.json().catch(() => ({})) : {};
  return new Problem(response.status, body || {}, retryAfter);
}

async function bodyOf(response) {
  if (response.status === 204) return null;
  try {
    return await response.json();
  } catch {
    throw new Problem(response.status, { detail: "The answer is not JSON. A proxy may have changed it." });
  }
}

export async function get(path, params, signal) {
  return bodyOf(await call(path, { method: "GET", headers: { Accept: "application/json" }, signal }, params));
}

export async function post(path, body = {}) {
  const headers = { Accept: "application/json", "Content-Type": "application/json" };
  return bodyOf(await call(path, { method: "POST", headers, body: JSON.stringify(body) }));
}

/** Returns a random UUID. `crypto.randomUUID` is missing on plain HTTP. */
export function newId() {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;
  const hex = [...b].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
