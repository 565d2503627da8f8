// The first view: are we safe, then what moves.
import { html } from "./html.js";
import { Faults } from "./frame.js";
import { Icon } from "./icons.js";
import { ask } from "./actions.js";
import { FirstSteps, ledgerUp, NeedsYou, ThreeTwoOne, Verdict } from "./verdict.js";
import { Destinations } from "./destinations.js";
import { Lanes, Transfers } from "./stages.js";
import { Throughput } from "./throughput.js";

export function Overview({ summary, lost }) {
  const isNew = summary.archives?.total === 0;
  return html`<div class="view">
    <${Verdict} summary=${summary} lost=${lost} />
    <${Faults} summary=${summary} />
    ${isNew && html`<${FirstSteps} summary=${summary} />`}
    ${
      (!isNew || summary.needs_you?.length > 0) &&
      html`<div class="columns even">
      <${NeedsYou} items=${summary.needs_you || []} summary=${summary} />
      <${ThreeTwoOne} state=${summary.three_two_one} known=${ledgerUp(summary)} />
    </div>`
    }
    <${Destinations} destinations=${summary.destinations || []} />
    <section aria-labelledby="moves-title">
      <div class="section-head">
        <h2 id="moves-title" class="section-title">What moves</h2>
        <div class="buttons">
          <button type="button" class="quiet" onClick=${() => ask({ kind: "replicate" })}><${Icon} name="upload" /> Replicate now</button>
          <button type="button" class="quiet" onClick=${() => ask({ kind: "sweep" })}><${Icon} name="verify" /> Sweep now</button>
        </div>
      </div>
      <${Lanes} stages=${summary.stages || []} />
      <div class="columns even">
        <div class="card"><${Transfers} transfers=${summary.transfers || []} total=${summary.transfers_total} known=${summary.broker?.up !== false} /></div>
        <div class="card"><${Throughput} points=${summary.throughput || []} /></div>
      </div>
    </section>
  </div>`;
}
