// Are we safe? One sentence, its reasons, the 3-2-1 line and what needs a person.
import { useEffect } from "preact/hooks";
import { html } from "./html.js";
import { Icon, LEVELS, levelOf, Badge } from "./icons.js";
import { Command } from "./command.js";
import { Age } from "./time.js";
import { count, plural } from "./format.js";
import { link } from "./route.js";

const FAVICON = {
  safe: ["#14703a", "M9 16.5l5 5 9-10"],
  attention: ["#8a5300", "M16 8v10M16 22.5v.5"],
  unsafe: ["#b3261e", "M10 10l12 12M22 10L10 22"],
  unknown: ["#5b6576", "M12 12.5a4 4 0 116 3.2c-1.4 1-2 1.7-2 3.3M16 23v.5"],
};

function favicon(level) {
  const [colour, path] = FAVICON[level];
  const line = 'fill="none" stroke="#fff" stroke-width="3.5" stroke-linecap="round" stroke-linejoin="round"';
  const shape = `<circle cx="16" cy="16" r="15" fill="${colour}"/><path d="${path}" ${line}/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${shape}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** Shows the level in the tab: icon and title. Without a live page it is unknown, never green. */
export function useTab(level, view) {
  useEffect(() => {
    document.getElementById("favicon").href = favicon(levelOf(level));
    document.title = `${LEVELS[levelOf(level)].word} · ${view} · Heratio Offsite`;
  }, [level, view]);
}

/** Tells a screen reader of each change of the verdict, and of nothing else. */
export function Announcer({ summary, connection }) {
  const verdict = summary && `${LEVELS[levelOf(summary.verdict.level)].word}. ${summary.verdict.sentence}`;
  const lost = { offline: "Offline.", stale: "The data are stale.", reconnecting: "Reconnecting." }[connection];
  return html`<p class="offscreen" role="status" aria-live="polite">${lost || ""} ${verdict || ""}</p>`;
}

export const ledgerUp = (summary) => summary.ledger?.up !== false;

/** `lost`: the page no longer knows, and shows what it knew last. */
export function Verdict({ summary, lost }) {
  const level = levelOf(summary.verdict.level);
  const { reasons = [] } = summary.verdict;
  return html`<section class=${`verdict ${level}`} aria-labelledby="verdict-sentence">
    <span class="verdict-icon"><${Icon} name=${level} /></span>
    <div class="verdict-text">
      <p class="verdict-word">${lost ? "Last known: " : ""}${LEVELS[level].word}</p>
      <h1 id="verdict-sentence" tabindex="-1">${summary.verdict.sentence}</h1>
      <p class="verdict-facts">
        ${summary.archives && level !== "unknown" && html`<span>${plural(summary.archives.safe, "archive")} of ${count(summary.archives.total)} safe</span>`}
        <span>Last scan ${summary.last_scan_at ? html`<${Age} at=${summary.last_scan_at} />` : "not known"}</span>
        ${summary.next_scan_at && html`<span>Next scan <${Age} at=${summary.next_scan_at} planned /></span>`}
      </p>
    </div>
    ${
      reasons.length > 0 &&
      html`<ul class="reasons" aria-label="Reasons">
      ${reasons.map((r) => html`<${Reason} key=${r.code + r.text} reason=${r} />`)}
    </ul>`
    }
  </section>`;
}

function Reason({ reason }) {
  const level = levelOf(reason.level);
  return html`<li>
    <${Badge} level=${level}>${LEVELS[level].word}</${Badge}>
    <span class="reason-text">${reason.text}${reason.hint && html`<span class="hint">${reason.hint}</span>`}</span>
  </li>`;
}

/** Three copies, on two media, one of them off-site. */
export function ThreeTwoOne({ state, known }) {
  if (!state) return null;
  const parts = [
    { want: 3, have: state.copies, name: "copies" },
    { want: 2, have: state.media, name: "media" },
    { want: 1, have: state.offsite, name: "off-site" },
  ];
  return html`<section class="card rule" aria-labelledby="rule-title">
    <h2 id="rule-title">3-2-1 rule <${Badge} level=${!known ? "unknown" : state.met ? "safe" : "attention"}>${!known ? "Not known now" : state.met ? "Met" : "Not met"}</${Badge}></h2>
    <ul class="rule-parts">
      ${parts.map(
        (p) => html`<li key=${p.name} class=${p.have >= p.want ? "safe" : "attention"}>
          <${Icon} name=${p.have == null ? "unknown" : p.have >= p.want ? "check" : "attention"} />
          <span><strong>${p.have >= p.want ? p.have : `${p.have ?? "?"} of ${p.want}`}</strong> ${p.name}</span>
        </li>`,
      )}
    </ul>
    <p class="muted">${state.sentence}</p>
  </section>`;
}

function nothingNeeded(summary) {
  if (!ledgerUp(summary)) return html`<p class="muted"><${Icon} name="unknown" /> Not known while the ledger does not answer.</p>`;
  const level = levelOf(summary.verdict.level);
  return html`<p class="all-clear"><${Icon} name="check" /> Nothing${level === "safe" ? ". The pipeline carries on by itself." : " is asked of you."}</p>`;
}

export function NeedsYou({ items, summary }) {
  return html`<section class="card" aria-labelledby="needs-title">
    <h2 id="needs-title">Needs you ${items.length > 0 && html`<span class="tally">${count(items.length)}</span>`}</h2>
    ${
      items.length === 0
        ? nothingNeeded(summary)
        : html`<ul class="needs">
          ${items.map((item) => html`<${Need} key=${`${item.code} ${item.driver} ${item.text}`} item=${item} />`)}
        </ul>`
    }
  </section>`;
}

function Need({ item }) {
  const target = item.link?.startsWith("#/") ? item.link : null;
  return html`<li>
    <div class="need-head">
      <${Icon} name="attention" />
      <p>
        <strong>${item.text}</strong>
        ${item.driver && html` <span class="chip">${item.driver}</span>`}
      </p>
      ${target && html`<a href=${target} class="go">Show<span class="offscreen"> ${item.text}</span> <${Icon} name="right" /></a>`}
    </div>
    ${item.hint && html`<p class="hint">${item.hint}</p>`}
    <${Command} text=${item.command} label="On the host" />
  </li>`;
}

/** A new installation: nothing was ever shipped. */
export function FirstSteps({ summary }) {
  return html`<section class="card first-steps" aria-labelledby="first-title">
    <h2 id="first-title">No archive yet</h2>
    <ol>
      <li>Set <code>HERATIO_BACKUPS_PATH</code> to the directory in which your backups are written.</li>
      <li>Set <code>BACKUP_OFFSITE_DRIVER</code> and the settings of each destination.</li>
      <li>Check all of it with <code>offsite doctor</code>. It prints a hint for each fault.</li>
    </ol>
    <p>
      ${
        summary.next_scan_at
          ? html`The next scan of the directory: <${Age} at=${summary.next_scan_at} planned />.`
          : "No scan is planned: no watcher has said so yet."
      }${" "}
      Then each finished archive appears <a href=${link("history")}>in the history</a>.
    </p>
    <${Command} text="offsite doctor" label="On the host" />
  </section>`;
}
