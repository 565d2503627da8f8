// What is stuck: dead letters, grouped by code and destination.
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { get } from "./api.js";
import { ask } from "./actions.js";
import { Age, Time } from "./time.js";
import { useOnChange, useResource } from "./resource.js";
import { Empty, ProblemBox, Skeleton } from "./states.js";
import { baseName, count, folder, plural, quoted } from "./format.js";

const commandOf = (verb, g) =>
  `offsite dead-letters ${verb}${g.stage ? ` --stage ${quoted(g.stage)}` : ""} --reason ${/^[A-Z_]+$/.test(g.code) ? g.code : quoted(g.code)} --all`;
const filterOf = (g) => ({ code: g.code, destination: g.destination, stage: g.stage });

export function Stuck() {
  const letters = useResource((signal) => get("dead-letters", {}, signal), []);
  useOnChange(letters.reload, [letters.reload]);
  const { data } = letters;
  return html`<div class="view">
    <header class="view-head">
      <h1 tabindex="-1">Stuck</h1>
      <p class="muted">
        Work that a stage gave up. It moves again only when you replay it, after you removed the cause.
      </p>
    </header>
    <${ProblemBox} problem=${letters.error} retry=${letters.reload} title="The dead letters cannot be read" />
    ${!data && letters.loading && html`<${Skeleton} lines=${5} label="Loading the dead letters" />`}
    ${data && data.groups.length === 0 && html`<${Empty} icon="check" title="Nothing is stuck">Every piece of work is done, or will be retried without you.</${Empty}>`}
    ${data && data.groups.length > 0 && html`<p class="summary-line">${count(data.total, data.total_is_capped)} ${data.total === 1 ? "letter" : "letters"} in ${plural(data.groups.length, "group")}</p>`}
    ${data && data.groups.map((g) => html`<${Group} key=${`${g.code} ${g.destination} ${g.stage}`} g=${g} reload=${letters.reload} />`)}
  </div>`;
}

function Group({ g, reload }) {
  const where = [g.stage, g.stage?.endsWith(`:${g.destination}`) ? null : g.destination].filter(Boolean);
  const open = (kind) =>
    ask({
      kind,
      filter: filterOf(g),
      expected: g.count,
      title: `${kind === "replay" ? "Replay" : "Discard"} ${plural(g.count, "letter")}`,
      text:
        kind === "replay"
          ? g.replay?.preview || "Queues the work of these letters again. Doing work twice does no harm."
          : "Deletes these letters for good. The ledger keeps what it says about the archives, and a later scan may queue them again.",
      command: commandOf(kind, g),
      done: reload,
    });
  return html`<section class="card group" aria-label=${`${g.code} ${where.join(" ")}`}>
    <header>
      <div>
        <h2><${Icon} name="unsafe" /> <code>${g.code}</code> <span class="tally">${count(g.count)}</span></h2>
        <p class="muted">
          ${where.map((w) => html`<span class="chip" key=${w}>${w}</span> `)}
          first <${Time} at=${g.oldest_at} />, last <${Age} at=${g.newest_at} />
        </p>
      </div>
      <div class="buttons">
        <button type="button" onClick=${() => open("replay")}><${Icon} name="replay" /> Replay ${count(g.count)}</button>
        <button type="button" class="quiet danger" onClick=${() => open("discard")}><${Icon} name="trash" /> Discard…</button>
      </div>
    </header>
    ${g.hint && html`<p class="hint-box"><strong>Do this first:</strong> ${g.hint}</p>`}
    ${g.replay?.preview && html`<p class="muted"><strong>A replay</strong> ${lower(g.replay.preview)}</p>`}
    <ul class="letters">
      ${g.letters.map((l) => html`<${Letter} key=${l.id} l=${l} g=${g} reload=${reload} />`)}
    </ul>
    ${g.count > g.letters.length && html`<p class="muted">and ${count(g.count - g.letters.length)} more like these</p>`}
  </section>`;
}

const lower = (text) => text.charAt(0).toLowerCase() + text.slice(1);

function Letter({ l, g, reload }) {
  const name = baseName(l.path) || l.id;
  const open = () =>
    ask({
      kind: "replay",
      filter: { id: l.id },
      expected: 1,
      title: "Replay one letter",
      path: l.path,
      text: g.count === 1 && g.replay?.preview ? g.replay.preview : "Queues the work of this letter again. Doing work twice does no harm.",
      command: `offsite dead-letters replay ${quoted(l.id)}`,
      done: reload,
    });
  return html`<li>
    <div>
      <span class="path" title=${folder(l.path) + name}><bdi>${name}</bdi></span>
      <span class="error">${l.error}</span>
    </div>
    <span class="muted"><${Time} at=${l.at} /></span>
    <button type="button" class="quiet" onClick=${open}><${Icon} name="replay" /> Replay<span class="offscreen"> ${name}</span></button>
  </li>`;
}
