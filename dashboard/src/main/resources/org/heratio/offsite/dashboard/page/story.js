// Events of the journal: the story of one archive, or of the whole installation.
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { Time } from "./time.js";
import { baseName } from "./format.js";
import { link } from "./route.js";

/** Each event with its icon, its level and its words. */
export const EVENTS = {
  landed: ["archive", "", "landed"],
  settled: ["check", "", "settled: no process writes to it"],
  superseded: ["archive", "", "superseded: the file changed"],
  sealed: ["encrypt", "", "read, checked and hashed"],
  same_bytes: ["archive", "", "has the bytes of another version"],
  shipped: ["upload", "moving", "shipped"],
  adopted: ["archive", "moving", "adopted from Heratio"],
  proved: ["verify", "safe", "read back and correct"],
  damaged: ["unsafe", "unsafe", "found damaged"],
  doubted: ["attention", "attention", "cannot be read back"],
  archived: ["archive", "attention", "in an archive tier"],
  repaired: ["repair", "safe", "repaired"],
  failed: ["unsafe", "unsafe", "failed"],
  given_up: ["unsafe", "unsafe", "given up"],
  replayed: ["replay", "moving", "replayed"],
  deleted: ["trash", "", "deleted from the backup directory"],
  requested: ["person", "moving", "asked for by a person"],
  unreadable: ["attention", "attention", "cannot be read"],
  readable: ["check", "safe", "can be read again"],
  notified: ["bell", "", "people were told"],
  not_notified: ["bell", "attention", "people could not be told"],
};

export function Events({ items, withPath = false, label }) {
  return html`<ol class=${withPath ? "story with-path" : "story"} aria-label=${label}>
    ${items.map((e) => html`<${Event} key=${e.id} e=${e} withPath=${withPath} />`)}
  </ol>`;
}

function Event({ e, withPath }) {
  const [icon, level, words] = EVENTS[e.event] || ["unknown", "", e.event];
  return html`<li class=${level}>
    <span class="story-icon"><${Icon} name=${icon} /></span>
    <div>
      <p class="story-what">
        ${
          withPath &&
          e.path &&
          html`${
            e.version_id == null
              ? html`<span class="path"><bdi>${baseName(e.path)}</bdi></span>`
              : html`<a class="path" href=${link("archives", {}, e.version_id)}><bdi>${baseName(e.path)}</bdi></a>`
          } `
        }
        <strong>${words}</strong>
        ${e.driver && html` <span class="chip">${e.driver}</span>`}
        ${e.code && html` <code>${e.code}</code>`}
      </p>
      ${e.detail && html`<p class="story-detail">${e.detail}</p>`}
      <p class="muted small"><${Time} at=${e.at} full />${e.actor && html` · by ${e.actor}`}</p>
    </div>
  </li>`;
}
