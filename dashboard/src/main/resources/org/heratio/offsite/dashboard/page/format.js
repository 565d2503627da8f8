// Numbers, sizes, times and names for people.

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

export function bytes(count) {
  if (count == null) return "–";
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return unit === 0 ? `${count} B` : `${value.toFixed(1)} ${UNITS[unit]}`;
}

export function rate(bytesPerSecond) {
  return bytesPerSecond == null ? "–" : `${bytes(Math.round(bytesPerSecond))}/s`;
}

export function count(number, capped = false) {
  if (number == null) return "–";
  return capped ? `${(number - (number % 1000)).toLocaleString("en")}+` : number.toLocaleString("en");
}

const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

/** Returns a number in few characters: 1.05M. */
export const compact = (number) => (number >= 100_000 ? COMPACT.format(number) : count(number));

export function plural(number, one, many = `${one}s`) {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** Returns seconds in the two largest units that say something. */
export function duration(seconds) {
  if (seconds == null) return "–";
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  const minutes = Math.floor(s / 60);
  if (minutes < 60) return minutes < 10 && s % 60 ? `${minutes} min ${s % 60} s` : `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${Math.floor(hours / 24)} days`;
}

/** Returns an age or a wait in one unit: minutes, hours or days. */
export function roughly(seconds) {
  const s = Math.max(0, seconds);
  if (s < 60) return `${Math.round(s)} s`;
  if (s < 5400) return `${Math.round(s / 60)} min`;
  if (s < 48 * 3600) return `${Math.round(s / 3600)} h`;
  return `${Math.round(s / 86400)} days`;
}

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const SECONDS = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const YEAR = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

export const clock = (time) => CLOCK.format(new Date(time));
export const clockWithSeconds = (time) => SECONDS.format(new Date(time));
export const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || "local time";

/** Returns the hour of today, alone unless `full`; with the day if it is another one; with the year if it is not this one. */
export function moment(time, now = Date.now(), full = false) {
  if (!time) return "–";
  const then = new Date(time);
  const today = new Date(now);
  if (then.toDateString() === today.toDateString()) return full ? `Today, ${CLOCK.format(then)}` : CLOCK.format(then);
  return `${(then.getFullYear() === today.getFullYear() ? DAY : YEAR).format(then)}, ${CLOCK.format(then)}`;
}

// Control characters, and characters that turn the direction of text, would hide or forge a part of a name.
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Returns a name in which nothing is invisible. */
export function visible(text) {
  return String(text ?? "").replace(HIDDEN, (c) => {
    const short = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[c];
    return short || `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

export const baseName = (path) =>
  visible(
    String(path ?? "")
      .replace(/\/+$/, "")
      .replace(/^.*\//, ""),
  );
export const folder = (path) => visible(String(path ?? "").replace(/[^/]*$/, ""));

/** Returns a text as one word of a shell. */
export function quoted(text) {
  return /^[A-Za-z0-9_.:-]+$/.test(text) && !text.startsWith("-") ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
