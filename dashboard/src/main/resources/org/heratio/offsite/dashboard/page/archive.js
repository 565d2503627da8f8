// One archive: where it is, what happened to it, and how to get it back.
import { useRef, useState } from "preact/hooks";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { get } from "./api.js";
import { ask } from "./actions.js";
import { link } from "./route.js";
import { useOnChange, useResource } from "./resource.js";
import { Empty, ProblemBox, Skeleton } from "./states.js";
import { Age, Time } from "./time.js";
import { Command } from "./command.js";
import { Events } from "./story.js";
import { RowState } from "./copies.js";
import { baseName, bytes, folder, visible } from "./format.js";

export function Archive({ id }) {
  const archive = useResource((signal) => get(`archives/${id}`, {}, signal), [id]);
  useOnChange(archive.reload, [archive.reload]);
  const { data, error } = archive;
  if (error?.status === 404) {
    return html`<div class="view"><h1 tabindex="-1">Archive ${id}</h1>
      <${Empty} icon="search" title="The ledger knows no such archive"><a href=${link("history")}>Search the history</a></${Empty}></div>`;
  }
  return html`<div class="view">
    <nav aria-label="Breadcrumb" class="crumbs"><a href=${link("history")}><${Icon} name="left" /> History</a></nav>
    <div class="view-head">
      <h1 tabindex="-1" class="path">${data ? html`<bdi>${baseName(data.version.path)}</bdi>` : `Archive ${id}`}</h1>
      ${data && html`<p class="muted path"><bdi>${folder(data.version.path)}</bdi></p>`}
    </div>
    <${ProblemBox} problem=${error} retry=${archive.reload} title="The archive cannot be read" />
    ${!data && archive.loading && html`<${Skeleton} lines=${8} label="Loading the archive" />`}
    ${data && html`<${Body} key=${id} data=${data} />`}
  </div>`;
}

function Body({ data }) {
  const { version: v, copies, commands, others = [] } = data;
  const bad = copies.some((c) => ["corrupt", "missing", "failed"].includes(c.state));
  const start = (kind, command) => ask({ kind, path: v.path, command });
  return html`
    <div class="view-head archive-head">
      <p><${RowState} status=${v.state} /></p>
      ${v.error && html`<div class="notice unsafe"><${Icon} name="unsafe" /><div><p class="error">${v.error}</p>${v.hint && html`<p class="hint">${v.hint}</p>`}</div></div>`}
      <div class="buttons">
        <button type="button" class=${bad ? "quiet" : ""} onClick=${() => start("verify", commands.verify)}><${Icon} name="verify" /> Verify</button>
        ${bad && html`<button type="button" onClick=${() => start("repair", commands.verify)}><${Icon} name="repair" /> Repair</button>`}
        <button type="button" class="quiet" onClick=${() => ask({ kind: "replicate", command: commands.replicate })}><${Icon} name="upload" /> Replicate all</button>
      </div>
    </div>
    <div class="columns">
      <div class="stack">
        <section class="card" aria-labelledby="copies-title">
          <h2 id="copies-title">Copies</h2>
          ${copies.length === 0 ? html`<p class="muted">No destination has a copy.</p>` : html`<ul class="copies">${copies.map((c) => html`<${Copy} key=${c.id} c=${c} />`)}</ul>`}
        </section>
        <section class="card" aria-labelledby="restore-title">
          <h2 id="restore-title">Restore</h2>
          <p class="muted">Run it on a host with the settings and the passphrase. It restores into the working directory, and verifies first.</p>
          <${Command} text=${commands.restore} label="Restore" />
          <${Command} text=${commands.history} label="The same story on the host" />
        </section>
        <${Details} v=${v} />
        ${
          others.length > 0 &&
          html`<section class="card" aria-labelledby="others-title">
          <h2 id="others-title">Other versions of this path</h2>
          <ul class="others">
            ${others.map(
              (o) => html`<li key=${o.id}>
                <a href=${link("archives", {}, o.id)}>Landed <${Time} at=${o.landed_at} full /></a>
                <span class="muted">${bytes(o.size_bytes)}</span>
                <${RowState} status=${o.state} />
              </li>`,
            )}
          </ul>
        </section>`
        }
      </div>
      <${Story} id=${v.id} />
    </div>
  `;
}

function Details({ v }) {
  const rows = [
    ["Size", bytes(v.size_bytes)],
    ["Written", html`<${Time} at=${v.mtime} full />`],
    ["Landed", html`<${Time} at=${v.landed_at} full />`],
    ["Settled", html`<${Time} at=${v.settled_at} full />`],
    ["SHA-256", v.sha256 ? html`<code class="break">${v.sha256}</code>` : "not hashed yet"],
    ["Version", v.id],
  ];
  return html`<section class="card" aria-labelledby="details-title">
    <h2 id="details-title">Details</h2>
    <dl class="pairs">${rows.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
  </section>`;
}

function Copy({ c }) {
  return html`<li>
    <header>
      <h3><${Icon} name="destination" /> ${c.driver}</h3>
      <${RowState} status=${c.state} />
    </header>
    ${c.error && html`<p class="error">${c.error}${c.hint && html`<span class="hint">${c.hint}</span>`}</p>`}
    ${c.proof_failing_since && html`<p class="warn"><${Icon} name="attention" /> It cannot be read back since <${Time} at=${c.proof_failing_since} />.</p>`}
    <dl class="pairs">
      <div><dt>Stored as</dt><dd>${c.remote_path ? html`<code class="break">${visible(c.remote_path)}</code>` : "nothing yet"}</dd></div>
      <div><dt>Payload</dt><dd>${bytes(c.size_bytes)}, ${c.encrypted ? "encrypted" : "not encrypted"}</dd></div>
      <div><dt>Shipped</dt><dd><${Age} at=${c.replicated_at} none="not yet" /></dd></div>
      <div><dt>Read back</dt><dd><${Age} at=${c.verified_at} none="not yet" /></dd></div>
      ${c.attempts > 0 && html`<div><dt>Attempts</dt><dd>${c.attempts}</dd></div>`}
    </dl>
  </li>`;
}

/** The events that are known so far: newest first, more of them on request, and new ones as they come. */
function Story({ id }) {
  const known = useRef(new Map());
  const [older, setOlder] = useState({ next: undefined, problem: null });
  const story = useResource((signal) => get(`archives/${id}/story`, {}, signal), [id]);
  useOnChange(story.reload, [story.reload]);
  const remember = (page) => page.items.forEach((event) => known.current.set(event.id, event));
  const next = older.next === undefined ? story.data?.next : older.next;
  const more = async () => {
    try {
      const page = await get(`archives/${id}/story`, { cursor: next });
      remember(page);
      setOlder({ next: page.next ?? null, problem: null });
    } catch (problem) {
      setOlder({ next, problem });
    }
  };
  if (story.data) remember(story.data);
  const events = [...known.current.values()].sort((a, b) => b.id - a.id);
  return html`<section class="card" aria-labelledby="story-title">
    <h2 id="story-title">Story</h2>
    <${ProblemBox} problem=${story.error || older.problem} retry=${story.reload} title="The story cannot be read" />
    ${!story.data && story.loading && html`<${Skeleton} lines=${5} label="Loading the story" />`}
    ${story.data && events.length === 0 && html`<p class="muted">The journal has no event of this archive.</p>`}
    ${events.length > 0 && html`<${Events} items=${events} label="Events, newest first" />`}
    ${next && html`<button type="button" class="quiet" onClick=${more}>Show older events</button>`}
  </section>`;
}
