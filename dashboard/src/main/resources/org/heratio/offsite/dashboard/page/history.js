// The history: a search with its filters in the address, in pages by key.
import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { get } from "./api.js";
import { live } from "./live.js";
import { link, route, setParams } from "./route.js";
import { useStore } from "./store.js";
import { useOnChange, useResource } from "./resource.js";
import { Empty, ProblemBox, Skeleton } from "./states.js";
import { Table } from "./table.js";
import { Time } from "./time.js";
import { RowState } from "./copies.js";
import { baseName, bytes, count, folder } from "./format.js";

const FILTERS = ["q", "status", "driver", "from", "to", "all"];
const TYPING_MILLIS = 300;
const NEWEST = 100_000; // so many rows are searched unless all are asked for
const keyOf = (row) => `${row.id}`;

export const COLUMNS = [
  {
    key: "archive",
    title: "Archive",
    wide: true,
    cell: (r) =>
      html`${
        r.version_id == null
          ? html`<span class="path"><bdi>${baseName(r.local_path)}</bdi></span>`
          : html`<a class="path" href=${link("archives", {}, r.version_id)}><bdi>${baseName(r.local_path)}</bdi></a>`
      }
        <span class="muted small path"><bdi>${folder(r.local_path)}</bdi></span>
        ${r.error && html`<span class="error small">${r.error}</span>`}`,
  },
  { key: "driver", title: "Destination", cell: (r) => html`<span class="chip">${r.driver}</span>` },
  { key: "status", title: "State", cell: (r) => html`<${RowState} status=${r.status} proved=${r.proved} />` },
  { key: "size", title: "Size", number: true, cell: (r) => (r.size_bytes ? bytes(r.size_bytes) : "–") },
  { key: "shipped", title: "Shipped", cell: (r) => html`<${Time} at=${r.status === "failed" ? null : r.replicated_at} full />` },
  { key: "verified", title: "Read back", cell: (r) => html`<${Time} at=${r.verified_at} none="not yet" full />` },
];

export function History() {
  const { params } = useStore(route);
  const query = Object.fromEntries([...FILTERS, "cursor"].map((k) => [k, params[k]]));
  const key = JSON.stringify(query);
  const page = useResource((signal) => get("history", { ...query, limit: 50 }, signal), [key]);
  const fresh = useFresh(query, key, page.data);
  const { data } = page;
  const filtered = FILTERS.some((f) => params[f]);
  return html`<div class="view">
    <header class="view-head">
      <h1 tabindex="-1">History</h1>
      <p class="muted">Each archive at each destination, newest first.</p>
    </header>
    <${Filters} params=${params} />
    <${ProblemBox} problem=${page.error} retry=${page.reload} title="The history cannot be read" />
    ${
      fresh.count > 0 &&
      html`<button type="button" class="pill" onClick=${() => {
        fresh.clear();
        page.reload();
      }}><${Icon} name="refresh" /> ${fresh.count >= 50 ? "50+" : fresh.count} new: show</button>`
    }
    ${!data && page.loading && html`<${Skeleton} lines=${8} label="Loading the history" />`}
    ${data && html`<${Found} data=${data} params=${params} filtered=${filtered} busy=${page.loading} updates=${fresh.updates} />`}
  </div>`;
}

/** Looks at the first page again when something changed: rows are updated in place, new ones only counted. */
function useFresh(query, key, shown) {
  const [state, setState] = useState({ count: 0, updates: {} });
  useEffect(() => setState({ count: 0, updates: {} }), [key, shown]);
  useOnChange(async () => {
    if (!shown || query.cursor) return;
    const newest = await get("history", { ...query, limit: 50 }).catch(() => null);
    if (!newest) return;
    const known = new Set(shown.items.map(keyOf));
    const added = newest.items.findIndex((row) => known.has(keyOf(row)));
    setState({
      count: shown.items.length === 0 ? newest.items.length : added < 0 ? newest.items.length : added,
      updates: Object.fromEntries(newest.items.map((row) => [keyOf(row), row])),
    });
  }, [key, shown]);
  return { ...state, clear: () => setState({ count: 0, updates: {} }) };
}

function Found({ data, params, filtered, busy, updates }) {
  const rows = data.items.map((row) => updates[keyOf(row)] || row);
  const { summary } = useStore(live);
  const mayBeMore = !summary || summary.archives.total * summary.destinations.length > NEWEST;
  const partial = data.searched !== "all" && mayBeMore;
  if (rows.length === 0) {
    return filtered || params.cursor
      ? html`<${Empty} icon="search" title="Nothing matches">
          <p>${partial ? `Only the newest ${count(NEWEST)} rows were searched.` : "Try fewer filters."}</p>
          <p>${partial ? html`<a href=${link("history", { ...params, cursor: "", all: 1 })}>Search all archives</a>` : html`<a href=${link("history")}>Clear the filters</a>`}</p>
        </${Empty}>`
      : html`<${Empty} icon="archive" title="Nothing has been shipped yet">The first archive appears here as soon as it has landed.</${Empty}>`;
  }
  return html`<div class=${busy ? "busy" : ""} aria-busy=${busy ? "true" : "false"}>
    <p class="summary-line" role="status">
      ${count(data.total, data.total_is_capped)} ${data.total === 1 ? "row" : "rows"}
      ${partial && filtered && html` in the newest ${count(NEWEST)} · <a href=${link("history", { ...params, cursor: "", all: 1 })}>search all</a>`}
    </p>
    <${Table} caption="Archives at their destinations, newest first" columns=${COLUMNS} rows=${rows} />
    <nav class="pages" aria-label="Pages">
      ${params.cursor && html`<a class="button quiet" href=${link("history", { ...params, cursor: "" })}><${Icon} name="left" /> Newest</a>`}
      ${data.next && html`<a class="button quiet" href=${link("history", { ...params, cursor: data.next })}>Older <${Icon} name="right" /></a>`}
    </nav>
  </div>`;
}

function Filters({ params }) {
  const { summary } = useStore(live);
  const timer = useRef(null);
  const [text, setText] = useState(params.q || "");
  const sent = useRef(params.q || "");
  useEffect(() => {
    if ((params.q || "") !== sent.current) setText((sent.current = params.q || ""));
  }, [params.q]);
  const change = (name, value, replace = false) => setParams({ ...route.get().params, cursor: "", [name]: value }, replace);
  const search = (value) => {
    sent.current = value.trim();
    change("q", value.trim(), true);
  };
  const typing = (event) => {
    const { value } = event.target;
    setText(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => search(value), TYPING_MILLIS);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  const drivers = [...new Set([...(summary?.destinations || []).map((d) => d.driver), params.driver].filter(Boolean))];
  const submit = (event) => {
    event.preventDefault();
    clearTimeout(timer.current);
    search(text);
  };
  return html`<form class="filters" role="search" aria-label="Search the history" onSubmit=${submit}>
    <label class="filter-text">Part of a name
      <input type="search" value=${text} onInput=${typing} placeholder="database_2026" spellcheck="false" autocomplete="off" />
    </label>
    <label>State
      <select value=${params.status || ""} onChange=${(e) => change("status", e.target.value)}>
        <option value="">any</option>
        ${["replicated", "verified", "failed"].map((s) => html`<option key=${s} value=${s}>${s}</option>`)}
      </select>
    </label>
    <label>Destination
      <select value=${params.driver || ""} onChange=${(e) => change("driver", e.target.value)}>
        <option value="">any</option>
        ${drivers.map((d) => html`<option key=${d} value=${d}>${d}</option>`)}
      </select>
    </label>
    <label>From <input type="date" value=${params.from || ""} onChange=${(e) => change("from", e.target.value)} /></label>
    <label>To <input type="date" value=${params.to || ""} onChange=${(e) => change("to", e.target.value)} /></label>
    ${FILTERS.some((f) => params[f]) && html`<a class="button quiet" href=${link("history")}>Clear</a>`}
  </form>`;
}
