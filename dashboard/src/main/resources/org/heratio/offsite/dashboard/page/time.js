// Times and ages that stay right while the page is open.
import { useEffect, useState } from "preact/hooks";
import { html } from "./html.js";
import { serverNow } from "./live.js";
import { moment, roughly } from "./format.js";

const TICK_MILLIS = 10_000;

/** Returns the time of the server, again every few seconds. */
export function useNow(millis = TICK_MILLIS) {
  const [now, setNow] = useState(serverNow());
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), millis);
    return () => clearInterval(timer);
  }, [millis]);
  return now;
}

/** A time with its full form as a tooltip. `full` names the day even if it is today. */
export function Time({ at, none = "–", full = false }) {
  if (!at) return none;
  return html`<time datetime=${at} title=${`${at} (UTC)`}>${moment(at, serverNow(), full)}</time>`;
}

/** How long ago, or in how long. `planned`: it was to happen then, and may be overdue. */
export function Age({ at, none = "never", planned = false }) {
  useNow(); // renders again as time passes
  if (!at) return none;
  const seconds = (serverNow() - Date.parse(at)) / 1000;
  const past = !planned ? `${roughly(seconds)} ago` : seconds < 60 ? "due now" : `overdue for ${roughly(seconds)}`;
  const text = seconds >= 0 ? past : `in ${roughly(-seconds)}`;
  return html`<time datetime=${at} title=${`${at} (UTC)`}>${text}</time>`;
}
