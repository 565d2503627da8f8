// The live summary: one EventSource a tab, closed while the tab is hidden.
import { address, get } from "./api.js";
import { createStore } from "./store.js";

const SILENCE_MILLIS = 45_000; // three missed heartbeats
const FIRST_EVENT_MILLIS = 10_000; // a proxy that holds events back is not called live
const POLL_MILLIS = 15_000;
const LONGEST_WAIT_MILLIS = 30_000;

/**
 * connection: connecting, live, polling (answers, but sends no events), reconnecting, stale, offline or paused.
 * receivedAt: when the last summary came, by the clock of this browser.
 */
export const live = createStore({ connection: "connecting", summary: null, receivedAt: 0, error: null });

let source = null;
let timer = null;
let lastSign = 0;
let failures = 0;
let running = false;
let attempt = 0;
let serverId = null;
let skew = 0;
let mayReload = () => true;

/** Returns the time of the server in milliseconds, even if the clock of this computer is wrong. */
export const serverNow = () => Date.now() + skew;

/** Tells which server the page belongs to. Another one later means an upgrade or a restart. */
export function rememberServer(server) {
  if (!server) return;
  if (server.now) skew = Date.parse(server.now) - Date.now();
  if (serverId && server.id && server.id !== serverId && mayReload()) return reloadOnce(server.id);
  if (!serverId) serverId = server.id;
}

function reloadOnce(id) {
  try {
    if (sessionStorage.getItem("offsite-reloaded-for") === id) return;
    sessionStorage.setItem("offsite-reloaded-for", id);
  } catch {
    return; // without storage, a loop of reloads could not be stopped
  }
  location.reload();
}

function patch(change) {
  live.set((now) => ({ ...now, ...change }));
}

function accept(summary) {
  lastSign = Date.now();
  rememberServer(summary.server);
  patch({ summary, receivedAt: lastSign, error: null });
}

function closeSource() {
  source?.close();
  source = null;
  clearTimeout(timer);
}

function retryIn(millis) {
  clearTimeout(timer);
  timer = setTimeout(connect, millis);
}

function failed(error) {
  failures++;
  const wait = Math.min(LONGEST_WAIT_MILLIS, 1000 * 2 ** Math.min(failures - 1, 5));
  patch({ connection: navigator.onLine === false ? "offline" : "reconnecting", error });
  retryIn(wait * (0.75 + Math.random() / 2));
}

async function connect() {
  closeSource();
  if (!running || document.hidden) return;
  const mine = ++attempt;
  try {
    const summary = await get("summary");
    if (mine !== attempt || !running || document.hidden) return;
    accept(summary);
  } catch (error) {
    if (mine !== attempt || !running) return;
    if (error.status !== 401) failed(error);
    return;
  }
  listen();
}

/** Asks again every few seconds: the summary came, the stream does not, as with too many tabs or a proxy that holds it back. */
function poll() {
  closeSource();
  failures = 0;
  patch({ connection: "polling" });
  retryIn(POLL_MILLIS);
}

function isLive() {
  clearTimeout(timer);
  failures = 0;
  lastSign = Date.now();
  patch({ connection: "live", receivedAt: lastSign, error: null });
}

function listen() {
  let heard = false;
  lastSign = Date.now();
  source = new EventSource(address("events"));
  timer = setTimeout(poll, FIRST_EVENT_MILLIS);
  source.addEventListener("summary", (event) => {
    heard = true;
    accept(JSON.parse(event.data));
    isLive();
  });
  source.addEventListener("heartbeat", (event) => {
    heard = true;
    isLive();
    const beat = JSON.parse(event.data);
    if (beat.now) skew = Date.parse(beat.now) - lastSign;
  });
  source.addEventListener("error", () => {
    closeSource();
    if (heard) failed(null);
    else poll();
  });
}

function watchSilence() {
  if (!running || document.hidden || !source || Date.now() - lastSign < SILENCE_MILLIS) return;
  patch({ connection: "stale" });
  connect();
}

function visibilityChanged() {
  if (!running) return;
  if (document.hidden) {
    attempt++;
    closeSource();
    patch({ connection: "paused" });
  } else {
    patch({ connection: "connecting" });
    connect();
  }
}

setInterval(watchSilence, 5000);
document.addEventListener("visibilitychange", visibilityChanged);
window.addEventListener("online", () => running && connect());
window.addEventListener("offline", () => running && patch({ connection: "offline" }));
window.addEventListener("pagehide", closeSource);
window.addEventListener("pageshow", (event) => event.persisted && running && connect());

/** Starts the stream. `mayReloadNow` says whether a reload would interrupt no work of a person. */
export function start(mayReloadNow) {
  mayReload = mayReloadNow;
  running = true;
  failures = 0;
  patch({ connection: document.hidden ? "paused" : "connecting" });
  connect();
}

export function stop() {
  running = false;
  attempt++;
  closeSource();
  live.set({ connection: "connecting", summary: null, receivedAt: 0, error: null });
}

export const retryNow = () => connect();
