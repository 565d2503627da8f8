// What a view shows while it has nothing to show.
import { html } from "./html.js";
import { Icon } from "./icons.js";

export function Empty({ icon = "inbox", title, children }) {
  return html`<div class="empty">
    <span class="empty-icon"><${Icon} name=${icon} /></span>
    <p class="empty-title">${title}</p>
    ${children && html`<div class="muted">${children}</div>`}
  </div>`;
}

export function Skeleton({ lines = 3, label = "Loading" }) {
  return html`<div class="skeleton" role="status">
    <span class="offscreen">${label}</span>
    ${Array.from({ length: lines }, (_, i) => html`<span class="bone" key=${i} aria-hidden="true"></span>`)}
  </div>`;
}

/** A problem with its hint, and a button to try again if that may help. */
export function ProblemBox({ problem, retry, title }) {
  if (!problem) return null;
  return html`<div class="notice unsafe" role="alert">
    <${Icon} name=${problem.status === 0 ? "offline" : "attention"} />
    <div>
      <strong>${title || "That did not work"}</strong>
      <p>${problem.message}${problem.code ? html` <code>${problem.code}</code>` : ""}</p>
      ${problem.hint && html`<p class="hint">${problem.hint}</p>`}
      ${retry && html`<button type="button" class="quiet" onClick=${retry}>Try again</button>`}
    </div>
  </div>`;
}
