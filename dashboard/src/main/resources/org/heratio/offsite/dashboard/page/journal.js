// The journal: who did what, and what happened, newest first.
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { get } from "./api.js";
import { link, route, setParams } from "./route.js";
import { useStore } from "./store.js";
import { useOnChange, useResource } from "./resource.js";
import { Empty, ProblemBox, Skeleton } from "./states.js";
import { EVENTS, Events } from "./story.js";

export function Journal() {
  const { params } = useStore(route);
  const { kind = "", cursor = "" } = params;
  const page = useResource((signal) => get("journal", { kind, cursor }, signal), [kind, cursor]);
  useOnChange(() => !cursor && page.reload(), [page.reload, cursor]);
  const { data } = page;
  return html`<div class="view">
    <header class="view-head">
      <h1 tabindex="-1">Journal</h1>
      <p class="muted">What happened, and who asked for it. Newest first. <a href=${link("notifications")}>Notifications</a></p>
    </header>
    <form class="filters" aria-label="Filter the journal" onSubmit=${(e) => e.preventDefault()}>
      <label>Event
        <select value=${kind} onChange=${(e) => setParams({ kind: e.target.value })}>
          <option value="">any</option>
          ${Object.entries(EVENTS).map(([name, [, , words]]) => html`<option key=${name} value=${name}>${name}: ${words}</option>`)}
        </select>
      </label>
    </form>
    <${ProblemBox} problem=${page.error} retry=${page.reload} title="The journal cannot be read" />
    ${!data && page.loading && html`<${Skeleton} lines=${8} label="Loading the journal" />`}
    ${data && data.items.length === 0 && html`<${Empty} icon="archive" title=${kind ? "No such event" : "Nothing has happened yet"} />`}
    ${data && data.items.length > 0 && html`<div class="card"><${Events} items=${data.items} withPath=${true} label="Events" /></div>`}
    ${
      data &&
      html`<nav class="pages" aria-label="Pages">
      ${cursor && html`<a class="button quiet" href=${link("journal", { kind })}><${Icon} name="left" /> Newest</a>`}
      ${data.next && html`<a class="button quiet" href=${link("journal", { kind, cursor: data.next })}>Older <${Icon} name="right" /></a>`}
    </nav>`
    }
  </div>`;
}
