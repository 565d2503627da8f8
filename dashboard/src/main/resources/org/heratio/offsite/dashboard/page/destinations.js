// A card for each destination: is it safe, how old is its proof, and when does it run next.
import { html } from "./html.js";
import { Badge, Icon, LEVELS, levelOf } from "./icons.js";
import { Age, Time } from "./time.js";
import { baseName, count } from "./format.js";
import { ask } from "./actions.js";
import { link } from "./route.js";

export function Destinations({ destinations, role }) {
  return html`<section aria-labelledby="destinations-title">
    <h2 id="destinations-title" class="section-title">Destinations</h2>
    ${
      destinations.length === 0
        ? html`<p class="card muted">No destination is configured. Set <code>BACKUP_OFFSITE_DRIVER</code>.</p>`
        : html`<ul class="destinations">
          ${destinations.map((d) => html`<${Destination} key=${d.driver} d=${d} role=${role} />`)}
        </ul>`
    }
  </section>`;
}

function Destination({ d }) {
  const level = levelOf(d.level);
  return html`<li class=${`card destination ${level}`}>
    <header>
      <h3>
        <${Icon} name="destination" /> <span>${d.driver}</span>
      </h3>
      <${Badge} level=${level}>${LEVELS[level].word}</${Badge}>
    </header>
    ${d.description && d.description !== d.driver && html`<p class="muted description">${d.description}</p>`}
    <p class="sentence">${d.sentence}</p>
    ${
      d.paused &&
      html`<p class="pause"><${Icon} name="paused" /> <span>Paused since <${Time} at=${d.paused.since} />: ${d.paused.reason}</span></p>`
    }
    <${Facts} d=${d} />
    <footer class="buttons">
      <button type="button" class="quiet" onClick=${() => ask({ kind: "probe", driver: d.driver })}>
        <${Icon} name="probe" /> Probe<span class="offscreen"> ${d.driver}</span>
      </button>
      <button type="button" class="quiet" onClick=${() => ask({ kind: "replicate", driver: d.driver })}>
        <${Icon} name="upload" /> Replicate<span class="offscreen"> to ${d.driver}</span>
      </button>
      <button type="button" class="quiet" onClick=${() => ask({ kind: "sweep", driver: d.driver })}>
        <${Icon} name="verify" /> Sweep<span class="offscreen"> ${d.driver}</span>
      </button>
    </footer>
  </li>`;
}

function Facts({ d }) {
  const bad = [
    [d.damaged, "damaged"],
    [d.missing, "missing"],
    [d.failing_proofs, "cannot be read back"],
  ].filter(([n]) => n > 0);
  return html`<dl class="facts">
    <div class="newest">
      <dt>Newest safe archive</dt>
      <dd>
        ${
          d.newest_safe
            ? html`<${Age} at=${d.newest_safe.landed_at} /> <span class="muted path" title=${baseName(d.newest_safe.path)}><bdi>${baseName(d.newest_safe.path)}</bdi></span>`
            : html`<span class="warn"><${Icon} name="unknown" /> none</span>`
        }
      </dd>
    </div>
    <div>
      <dt>Waiting</dt>
      <dd>${count(d.waiting)}${d.waiting > 0 && d.oldest_waiting_since ? html` <span class="muted">since <${Time} at=${d.oldest_waiting_since} /></span>` : ""}</dd>
    </div>
    <div>
      <dt>Oldest proof</dt>
      <dd><${Age} at=${d.oldest_proof_at} none="none" /></dd>
    </div>
    <div>
      <dt>Verified copies</dt>
      <dd>
        <a href=${link("history", { driver: d.driver })}>${count(d.verified)} of ${count(d.copies)}<span class="offscreen"> at ${d.driver}: show them</span></a>
      </dd>
    </div>
    <div>
      <dt>Last success</dt>
      <dd><${Age} at=${d.last_success_at} /></dd>
    </div>
    <div>
      <dt>Next sweep</dt>
      <dd><${Age} at=${d.next_sweep_at} planned none="not planned" /></dd>
    </div>
    ${
      bad.length > 0 &&
      html`<div class="newest bad">
      <dt>Bad copies</dt>
      <dd><${Icon} name="unsafe" /> ${bad.map(([n, what]) => `${count(n)} ${what}`).join(", ")}</dd>
    </div>`
    }
  </dl>`;
}
