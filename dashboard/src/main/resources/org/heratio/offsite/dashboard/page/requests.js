// Requests that this page started: followed until they end, and shown in a corner.
import { useEffect } from "preact/hooks";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { createStore, useStore } from "./store.js";
import { get } from "./api.js";

const POLL_MILLIS = 2_000;

const followed = createStore([]);

export const follow = (id, title) => followed.set((all) => [...all, { id, title, status: null, problem: null, ended: false }].slice(-4));

const change = (id, update) => followed.set((all) => all.map((r) => (r.id === id ? { ...r, ...update } : r)));
const dismiss = (id) => followed.set((all) => all.filter((r) => r.id !== id));

function isOver(status) {
  return status.finished ?? (status.found != null && status.open === 0);
}

async function poll(id) {
  try {
    const status = await get(`requests/${id}`);
    change(id, { status, problem: null, ended: isOver(status) });
  } catch (problem) {
    change(id, { problem, ended: problem.status >= 400 && problem.status < 500 });
  }
}

function sentence({ status, problem }) {
  if (problem) return problem.message;
  if (!status) return "Asked for. The pipeline takes it up.";
  const parts = [
    [status.done, "done"],
    [status.damaged, "damaged"],
    [status.failed, "failed"],
    [status.open, "open"],
  ].filter(([n]) => n > 0);
  return parts.length ? parts.map(([n, word]) => `${n} ${word}`).join(", ") : "Nothing to do.";
}

export function Requests() {
  const all = useStore(followed);
  const running = all.filter((r) => !r.ended).map((r) => r.id);
  useEffect(() => {
    if (!running.length) return undefined;
    const timer = setInterval(() => !document.hidden && running.forEach(poll), POLL_MILLIS);
    return () => clearInterval(timer);
  }, [running.join()]);
  return html`<section class="requests" aria-label="Requests of this tab" aria-live="polite">
    ${all.map((r) => {
      const bad = r.problem || (r.ended && r.status?.failed > 0);
      const icon = bad ? "attention" : r.ended ? "check" : "clock";
      return html`<article key=${r.id} class=${`request ${bad ? "attention" : r.ended ? "safe" : "moving"}`}>
        <${Icon} name=${icon} />
        <div><strong>${r.title}</strong><span>${r.ended && !bad ? "Finished: " : ""}${sentence(r)}</span></div>
        <button type="button" class="quiet icon-only" onClick=${() => dismiss(r.id)} aria-label=${`Hide: ${r.title}`}><${Icon} name="cross" /></button>
      </article>`;
    })}
  </section>`;
}
