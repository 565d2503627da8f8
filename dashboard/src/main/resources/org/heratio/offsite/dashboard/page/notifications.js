// Who is told what happens, and whether they are reached.
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { ask } from "./actions.js";
import { Command } from "./command.js";
import { NeedsYou } from "./verdict.js";

export function Notifications({ summary }) {
  const failing = (summary?.needs_you || []).filter((item) => item.code === "NOTIFIER_FAILING");
  return html`<div class="view">
    <header class="view-head">
      <h1 tabindex="-1">Notifications</h1>
      <p class="muted">Messages about what needs somebody, by webhook and by e-mail.</p>
    </header>
    ${failing.length > 0 && html`<${NeedsYou} items=${failing} summary=${summary} />`}
    <section class="card" aria-labelledby="test-title">
      <h2 id="test-title">Do they arrive?</h2>
      <p>A test message goes by each configured channel. Silence proves nothing.</p>
      <div class="buttons">
        <button type="button" onClick=${() => ask({ kind: "test" })}><${Icon} name="bell" /> Send test</button>
      </div>
      <${Command} text="offsite notify test" label="The same on the host" />
    </section>
  </div>`;
}
