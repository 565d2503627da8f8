// Who is told what happens, and whether they are reached.
import { html } from "./html.js";
import { Badge, Icon } from "./icons.js";
import { ask } from "./actions.js";
import { get } from "./api.js";
import { Command } from "./command.js";
import { count } from "./format.js";
import { useOnChange, useResource } from "./resource.js";
import { Empty, ProblemBox, Skeleton } from "./states.js";
import { Events } from "./story.js";
import { Age, Time } from "./time.js";

export function Notifications() {
  const page = useResource((signal) => get("notifications", {}, signal), []);
  useOnChange(page.reload, [page.reload]);
  const { data } = page;
  return html`<div class="view">
    <header class="view-head">
      <h1 tabindex="-1">Notifications</h1>
      <p class="muted">Messages about what needs somebody, by webhook and by e-mail.</p>
    </header>
    <section class="card" aria-labelledby="test-title">
      <h2 id="test-title">Do they arrive?</h2>
      <p>A test message goes by each configured channel. Silence proves nothing.</p>
      <div class="buttons">
        <button type="button" onClick=${() => ask({ kind: "test" })}><${Icon} name="bell" /> Send test</button>
      </div>
      <${Command} text="offsite notify test" label="The same on the host" />
    </section>
    <${ProblemBox} problem=${page.error} retry=${page.reload} title="The notifications cannot be read" />
    ${!data && page.loading && html`<${Skeleton} lines=${5} label="Loading the notifications" />`}
    ${data && data.channels.length === 0 && html`<${Empty} icon="bell" title="No channel is configured">Set <code>BACKUP_OFFSITE_NOTIFY_WEBHOOK_URL</code> or <code>BACKUP_OFFSITE_NOTIFY_MAIL_HOST</code>.</${Empty}>`}
    ${data && data.channels.map((c) => html`<${Channel} key=${c.name} c=${c} />`)}
    ${data && data.waiting.length > 0 && html`<${Waiting} items=${data.waiting} />`}
    ${data && html`<${Told} title="Given up" items=${data.given_up} />`}
    ${data && html`<${Told} title="Sent" items=${data.sent} />`}
  </div>`;
}

function Channel({ c }) {
  const level = c.failing_since ? "attention" : c.delivered_at ? "safe" : "unknown";
  const word = c.failing_since ? "Failing" : c.delivered_at ? "Works" : "Never used";
  return html`<section class="card" aria-label=${c.name}>
    <h2>${c.name} <${Badge} level=${level}>${word}</${Badge}></h2>
    <p>
      ${c.failing_since ? html`Fails since <${Time} at=${c.failing_since} />: ${c.error}. ` : ""}
      ${c.delivered_at ? html`Last accepted <${Age} at=${c.delivered_at} />.` : "Nothing was accepted yet."} ${count(c.waiting)} waiting.
      ${c.configured ? "" : " This process has no settings for it."}
    </p>
  </section>`;
}

function Waiting({ items }) {
  return html`<section class="card" aria-labelledby="waiting-title">
    <h2 id="waiting-title">Waiting</h2>
    <ol class="story" aria-label="Messages that wait">
      ${items.map(
        (m) => html`<li key=${`${m.channel} ${m.message}`}>
          <span class="story-icon"><${Icon} name="clock" /></span>
          <div>
            <p class="story-what"><strong>${m.title}</strong> <span class="chip">${m.channel}</span></p>
            <p class="muted small">Made <${Time} at=${m.made_at} full />, ${count(m.attempts)} failed attempts, the next <${Time} at=${m.due_at} full /></p>
          </div>
        </li>`,
      )}
    </ol>
  </section>`;
}

function Told({ title, items }) {
  if (items.length === 0) return null;
  return html`<section class="card" aria-label=${title}>
    <h2>${title}</h2>
    <${Events} items=${items} label=${title} />
  </section>`;
}
