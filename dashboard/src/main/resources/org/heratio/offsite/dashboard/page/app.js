// The page: a session, a live summary, and the view of the address.
import { render } from "preact";
import { useEffect } from "preact/hooks";
import { html } from "./html.js";
import { onUnauthorized } from "./api.js";
import { live, rememberServer, start, stop } from "./live.js";
import { link, route } from "./route.js";
import { useStore } from "./store.js";
import { Login, loadSession, session } from "./login.js";
import { ActionDialog, pending } from "./actions.js";
import { Requests } from "./requests.js";
import { Announcer, useTab } from "./verdict.js";
import { Faults, Footer, Header, Lost, useFocusOnView } from "./frame.js";
import { Empty, ProblemBox, Skeleton } from "./states.js";
import { Overview } from "./overview.js";
import { Stuck } from "./stuck.js";
import { History } from "./history.js";
import { Journal } from "./journal.js";
import { Notifications } from "./notifications.js";
import { Archive } from "./archive.js";

const TITLES = { overview: "Overview", stuck: "Stuck", history: "History", journal: "Journal", notifications: "Notifications", archives: "Archive", missing: "Not found" };

function View({ view, id, summary, lost }) {
  if (view === "stuck") return html`<${Stuck} />`;
  if (view === "history") return html`<${History} />`;
  if (view === "journal") return html`<${Journal} />`;
  if (view === "notifications") return html`<${Notifications} />`;
  if (view === "archives" && id != null) return html`<${Archive} key=${id} id=${id} />`;
  if (view === "overview") return summary ? html`<${Overview} summary=${summary} lost=${lost} />` : html`<${FirstLoad} />`;
  return html`<div class="view">
    <h1 tabindex="-1">No such view</h1>
    <${Empty} title="This address leads nowhere"><a href=${link("overview")}>Go to the overview</a></${Empty}>
  </div>`;
}

function FirstLoad() {
  const { error } = useStore(live);
  return html`<div class="view">
    <section class="verdict unknown">
      <div class="verdict-text"><h1 tabindex="-1">Are we safe?</h1><p>Asking the ledger. Until it answers, the state is unknown.</p></div>
    </section>
    <${ProblemBox} problem=${error} title="There is no answer yet" />
    <div class="columns even"><div class="card"><${Skeleton} lines=${3} /></div><div class="card"><${Skeleton} lines=${3} /></div></div>
    <div class="card"><${Skeleton} lines=${6} /></div>
  </div>`;
}

function Page({ me }) {
  const { connection, summary, receivedAt } = useStore(live);
  const { view, id } = useStore(route);
  const lost = summary !== null && ["reconnecting", "stale", "offline"].includes(connection);
  useEffect(() => {
    rememberServer(me.server);
    start(() => !pending.get());
    return stop;
  }, []);
  useTab(lost ? "unknown" : summary?.verdict.level, TITLES[view]);
  useFocusOnView(view, id);
  return html`
    <${Header} view=${view} summary=${summary} connection=${connection} session=${me} />
    <main id="main" tabindex="-1" class=${lost ? "old" : ""}>
      ${lost && html`<${Lost} connection=${connection} receivedAt=${receivedAt} />`}
      ${view !== "overview" && html`<${Faults} summary=${summary} />`}
      <${View} view=${view} id=${id} summary=${summary} lost=${lost} />
    </main>
    <${Footer} session=${me} summary=${summary} />
    <${Announcer} summary=${summary} connection=${connection} />
    <${Requests} />
    <${ActionDialog} />
  `;
}

function App() {
  const me = useStore(session);
  useEffect(() => {
    onUnauthorized(() => session.get().state === "in" && session.set((s) => ({ ...s, state: "out", ended: true })));
    loadSession();
  }, []);
  useEffect(() => {
    if (me.state !== "failed") return undefined;
    const timer = setInterval(loadSession, 5000);
    return () => clearInterval(timer);
  }, [me.state]);
  if (me.state === "out") return html`<${Login} ended=${me.ended} />`;
  if (me.state === "in") return html`<${Page} me=${me} />`;
  return html`<main class="login" id="main">
    <div class="card">
      <h1>Heratio Offsite</h1>
      ${
        me.state === "failed"
          ? html`<${ProblemBox} problem=${me.problem} retry=${loadSession} title="The server of this page does not answer" />
            <p class="muted">
              The pipeline may well be running. <code>offsite status</code> tells on the host. This page tries again every 5 s.
            </p>`
          : html`<${Skeleton} lines=${3} />`
      }
    </div>
  </main>`;
}

render(html`<${App} />`, document.getElementById("app"));
