// What moves: the stages as lanes, and each transfer.
import { html } from "./html.js";
import { Badge, Icon } from "./icons.js";
import { bytes, baseName, compact, folder, count, duration, rate } from "./format.js";
import { link } from "./route.js";

const STAGE_ICONS = { watcher: "watch", encryptor: "encrypt", uploader: "upload", verifier: "verify", sweep: "refresh" };

function stateOf(s) {
  if (s.waiting == null && s.in_flight == null) return ["unknown", "Unknown"];
  if (s.stage === "unrouted") return s.dead > 0 ? ["unsafe", "Stuck"] : ["idle", "Idle", "check"];
  if (s.consumers === 0) return s.waiting > 0 ? ["unsafe", "No worker"] : ["unknown", "No worker"];
  if (s.paused) return ["attention", "Paused", "paused"];
  if (s.dead > 0) return ["unsafe", "Stuck"];
  if (s.retrying > 0) return ["attention", "Retrying"];
  if (s.in_flight > 0) return ["moving", "Working"];
  return s.waiting > 0 ? ["moving", "Waiting", "clock"] : ["idle", "Idle", "check"];
}

export function Lanes({ stages }) {
  if (!stages.length) return html`<p class="card muted">No stage has reported yet.</p>`;
  return html`<ul class="lanes" aria-label="Stages">
    ${stages.map((s) => html`<${Lane} key=${`${s.stage} ${s.driver}`} s=${s} />`)}
  </ul>`;
}

function Lane({ s }) {
  const [level, word, icon] = stateOf(s);
  const figures = [
    ["Waiting", s.waiting],
    ["In flight", s.in_flight],
    ["Retrying", s.retrying],
    ["Dead", s.dead],
    ["Workers", s.consumers],
  ].filter(([, value]) => value != null || level === "unknown");
  return html`<li class=${`lane ${level}`}>
    <div class="lane-name">
      <${Icon} name=${STAGE_ICONS[s.stage] || "archive"} />
      <h3>${s.stage}${s.driver ? html` <span class="chip">${s.driver}</span>` : ""}</h3>
      <${Badge} level=${level} icon=${icon}>${word}</${Badge}>
    </div>
    <dl class="figures">
      ${figures.map(
        ([name, value]) => html`<div key=${name} class=${name === "Dead" && value > 0 ? "bad" : value ? "" : "zero"}>
          <dt>${name}</dt>
          <dd title=${count(value)}>
            ${
              name === "Dead" && value > 0
                ? html`<a href=${link("stuck")}>${compact(value)}<span class="offscreen"> dead letters: show them</span></a>`
                : compact(value)
            }
          </dd>
        </div>`,
      )}
    </dl>
  </li>`;
}

const KINDS = { encrypt: "Encrypting", upload: "Uploading", verify: "Reading back" };

export function Transfers({ transfers, total, known }) {
  const more = (total ?? transfers.length) - transfers.length;
  return html`<div class="transfers">
    <h3>Transfers ${transfers.length > 0 && html`<span class="tally">${count(total ?? transfers.length)}</span>`}</h3>
    ${
      transfers.length === 0
        ? html`<p class="muted"><${Icon} name=${known ? "check" : "unknown"} /> ${known ? "Nothing is being transferred." : "Not known while the broker does not answer."}</p>`
        : html`<ul>
          ${transfers.map((t) => html`<${Transfer} key=${`${t.kind} ${t.path} ${t.driver}`} t=${t} />`)}
        </ul>`
    }
    ${more > 0 && html`<p class="muted">and ${count(more)} more</p>`}
  </div>`;
}

function Transfer({ t }) {
  const name = baseName(t.path);
  const percent = t.total_bytes > 0 ? Math.min(100, Math.floor((100 * t.done_bytes) / t.total_bytes)) : null;
  return html`<li class="transfer">
    <div class="transfer-head">
      <span class="transfer-kind"><${Icon} name=${t.kind} /> ${KINDS[t.kind] || t.kind}</span>
      <span class="path" title=${folder(t.path) + name}><bdi>${name}</bdi></span>
      ${t.driver && html`<span class="chip">${t.driver}</span>`}
    </div>
    <progress value=${percent ?? undefined} max="100" aria-label=${`${KINDS[t.kind] || t.kind} ${name}`}></progress>
    <p class="transfer-facts">
      <span>${percent == null ? "" : `${percent} % · `}${bytes(t.done_bytes)} ${t.total_bytes == null ? "so far" : `of ${bytes(t.total_bytes)}`}</span>
      <span>${rate(t.bytes_per_second)}</span>
      <span>${t.eta_seconds == null ? "time left unknown" : `${duration(t.eta_seconds)} left`}</span>
    </p>
  </li>`;
}
