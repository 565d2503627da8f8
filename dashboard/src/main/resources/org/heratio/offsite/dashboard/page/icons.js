// Icons as inline SVG. Each stands beside a word, so that screen readers skip it.
import { html } from "./html.js";

const PATHS = {
  safe: "M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6zM8.5 12l2.5 2.5 4.5-5",
  attention: "M12 4L2.5 20h19zM12 10v4M12 17v.5",
  unsafe: "M8 3h8l5 5v8l-5 5H8l-5-5V8zM9 9l6 6M15 9l-6 6",
  unknown: "M12 3a9 9 0 100 18 9 9 0 000-18zM9.5 9.5a2.5 2.5 0 114 2c-1 .7-1.5 1.2-1.5 2.5M12 17v.5",
  moving: "M5 12h14M13 6l6 6-6 6",
  check: "M5 12.5l4.5 4.5L19 7",
  cross: "M6 6l12 12M18 6L6 18",
  paused: "M9 5v14M15 5v14",
  upload: "M12 16V4M7 9l5-5 5 5M4 20h16",
  encrypt: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 017 0v3",
  verify: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.5a2.5 2.5 0 100 5 2.5 2.5 0 000-5",
  watch: "M10.5 4a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM15.5 15.5L21 21",
  clock: "M12 3a9 9 0 100 18 9 9 0 000-18zM12 7v5l3.5 2",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  refresh: "M20 11a8 8 0 00-14.5-3.5L4 9M4 4v5h5M4 13a8 8 0 0014.5 3.5L20 15M20 20v-5h-5",
  search: "M10.5 4a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM15.5 15.5L21 21",
  light: "M12 8a4 4 0 100 8 4 4 0 000-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.5 1.5M17.5 17.5L19 19M5 19l1.5-1.5M17.5 6.5L19 5",
  dark: "M20 14.5A8.5 8.5 0 019.5 4 8.5 8.5 0 1020 14.5z",
  auto: "M3 5h18v12H3zM8 21h8M12 17v4",
  leave: "M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9",
  archive: "M3 4h18v5H3zM5 9v11h14V9M10 13h4",
  destination: "M4 4h16v6H4zM4 14h16v6H4zM7.5 7v.1M7.5 17v.1",
  inbox: "M4 13l3-8h10l3 8v6H4zM4 13h5l1 2.5h4L15 13h5",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13",
  replay: "M4 5v5h5M4.5 10A8 8 0 1112 20",
  repair: "M14 6a4 4 0 015-2l-2.5 2.5 1 1L20 5a4 4 0 01-5.5 5L7 18.5 5.5 17 13 9.5A4 4 0 0114 6z",
  probe: "M3 12h4l3-7 4 14 3-7h4",
  offline: "M3 3l18 18M8.5 15.5a5 5 0 017 0M5 12a10 10 0 014-2.3M19 12a10 10 0 00-5-2.7M12 19v.1",
  person: "M12 4a4 4 0 100 8 4 4 0 000-8zM4 20c1-4 4-5.5 8-5.5s7 1.5 8 5.5",
  bell: "M6 16V11a6 6 0 0112 0v5l2 2H4zM10 21h4M12 3v2",
  left: "M15 5l-7 7 7 7",
  right: "M9 5l7 7-7 7",
};

export function Icon({ name }) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d=${PATHS[name] || PATHS.unknown} />
  </svg>`;
}

/** Levels of the verdict: always an icon and a word, never a colour alone. */
export const LEVELS = {
  safe: { word: "Safe", icon: "safe" },
  attention: { word: "Attention", icon: "attention" },
  unsafe: { word: "Not safe", icon: "unsafe" },
  unknown: { word: "Unknown", icon: "unknown" },
};

export const levelOf = (level) => (Object.hasOwn(LEVELS, level) ? level : "unknown");

export function Badge({ level, icon, children }) {
  return html`<span class=${`badge ${level}`}><${Icon} name=${icon || level} /> ${children}</span>`;
}
