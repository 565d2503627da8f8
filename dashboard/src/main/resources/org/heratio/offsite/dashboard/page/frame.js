// What stands around each view: navigation, state of the connection, banners and the foot.
import { useEffect, useState } from "preact/hooks";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { retryNow } from "./live.js";
import { link } from "./route.js";
import { logout } from "./login.js";
import { Time, useNow } from "./time.js";
import { clockWithSeconds, clock, compact, zone } from "./format.js";

const CONNECTIONS = {
  connecting: ["unknown", "clock", "Connecting"],
  live: ["safe", "check", "Live"],
  polling: ["safe", "clock", "Every 15 s"],
  reconnecting: ["attention", "refresh", "Reconnecting"],
  stale: ["attention", "attention", "Stale"],
  offline: ["unsafe", "offline", "Offline"],
  paused: ["unknown", "paused", "Paused"],
};

export function Header({ view, summary, connection, session }) {
  const stuck = (summary?.stages || []).reduce((sum, s) => sum + (s.dead || 0), 0);
  const items = [
    ["overview", "Overview"],
    ["stuck", "Stuck", stuck],
    ["history", "History"],
    ["journal", "Journal"],
  ];
  const current = { archives: "history", notifications: "journal" }[view] || view;
  return html`<header class="top">
    <a class="skip" href="#main" onClick=${skip}>Skip to the content</a>
    <a class="brand" href=${link("overview")} aria-label="Heratio Offsite"><span class="logo small"><${Icon} name="safe" /></span><span><span class="brand-long">Heratio </span>Offsite</span></a>
    <nav aria-label="Views">
      <ul>
        ${items.map(
          ([name, title, tally]) => html`<li key=${name}>
            <a href=${link(name)} aria-current=${current === name ? "page" : undefined}>
              ${title}${tally > 0 && html`<span class="tally bad">${compact(tally)}<span class="offscreen"> dead letters</span></span>`}
            </a>
          </li>`,
        )}
      </ul>
    </nav>
    <div class="tools">
      <${Connection} connection=${connection} />
      <${ThemeSwitch} />
      <${User} session=${session} />
    </div>
  </header>`;
}

function skip(event) {
  event.preventDefault();
  document.getElementById("main").focus();
}

function Connection({ connection }) {
  const [level, icon, word] = CONNECTIONS[connection];
  return html`<span class=${`connection badge ${level}`} title="State of the connection to the server"><${Icon} name=${icon} /> <span>${word}</span></span>`;
}

const THEMES = { auto: ["light", "as the system"], light: ["dark", "light"], dark: ["auto", "dark"] };

function ThemeSwitch() {
  const [choice, setChoice] = useState(window.offsiteTheme.choice());
  const [next, word] = THEMES[choice] || THEMES.auto;
  const press = () => {
    window.offsiteTheme.choose(next);
    setChoice(next);
  };
  return html`<button type="button" class="quiet icon-only" onClick=${press} title=${`Colours: ${word}`} aria-label=${`Colours: ${word}. Change`}>
    <${Icon} name=${choice} />
  </button>`;
}

function User({ session }) {
  const readOnly = session.role === "read_only";
  return html`<span class="user">
    <span class=${`chip ${readOnly ? "read-only" : ""}`} title=${session.user || ""}><${Icon} name="person" /> ${readOnly ? "read-only" : session.role || "…"}</span>
    <button type="button" class="quiet icon-only" onClick=${logout} aria-label="Log out" title="Log out"><${Icon} name="leave" /></button>
  </span>`;
}

/** Says that the page does not know what happens now. */
export function Lost({ connection, receivedAt }) {
  const asOf = receivedAt ? clockWithSeconds(receivedAt) : null;
  return html`<div class="notice attention lost">
      <${Icon} name=${connection === "offline" ? "offline" : "attention"} />
      <div>
        <strong>${connection === "offline" ? "This browser is offline" : connection === "stale" ? "No sign of life from the server" : "The page lost its server"}</strong>
        <p>${asOf ? `The figures are as of ${asOf}. ` : ""}${connection === "offline" ? "The pipeline may well be running." : "Reconnecting."}</p>
      </div>
      <button type="button" class="quiet" onClick=${retryNow}>Try now</button>
    </div>`;
}

const WITHOUT = {
  ledger: "What is safe is not known until it answers. Nothing is lost: the stages wait for it.",
  broker: "The figures of the queues are missing. The figures of the ledger are right. Work continues when the broker is back.",
};

/** Says what the pipeline lacks: the ledger, or the broker. */
export function Faults({ summary }) {
  const faults = [summary?.ledger, summary?.broker].some((part) => part?.up === false);
  if (!faults) return null;
  return html`<div class="faults">
    ${summary.ledger?.up === false && html`<${Down} what="ledger" state=${summary.ledger} asOf=${summary.as_of} text=${WITHOUT.ledger} />`}
    ${summary.broker?.up === false && html`<${Down} what="broker" state=${summary.broker} text=${WITHOUT.broker} />`}
  </div>`;
}

function Down({ what, state, text, asOf }) {
  return html`<div class="notice unsafe" role="alert">
    <${Icon} name="unsafe" />
    <div>
      <strong>The ${what} does not answer${state.since ? html` since <${Time} at=${state.since} />` : ""}</strong>
      ${state.error && html`<p class="error">${state.error}</p>`}
      <p>${text}${asOf ? html` The figures below are as of ${clock(asOf)}.` : ""}</p>
    </div>
  </div>`;
}

export function Footer({ session, summary }) {
  const now = useNow(1000);
  const server = summary?.server || session.server;
  return html`<footer class="foot muted">
    <span>Server time ${server?.now ? clockWithSeconds(now) : "–"} · ${zone()}</span>
    <span><a href="api">API</a>${server?.version ? ` · offsite ${server.version}` : ""}</span>
  </footer>`;
}

/** Moves the focus to the heading of a view that was opened, as a page load would do. */
export function useFocusOnView(view, id) {
  const [first, setFirst] = useState(true);
  useEffect(() => {
    if (first) return setFirst(false);
    window.scrollTo(0, 0);
    (document.querySelector("main h1") || document.getElementById("main"))?.focus({ preventScroll: true });
    return undefined;
  }, [view, id]);
}
