// A command to copy. The clipboard API is missing on plain HTTP, so that an old way stands behind it.
import { useRef, useState } from "preact/hooks";
import { html } from "./html.js";
import { Icon } from "./icons.js";

async function copy(text, near) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "offscreen";
    field.setAttribute("readonly", "");
    near.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}

export function Command({ text, label }) {
  const box = useRef(null);
  const [state, setState] = useState("");
  if (!text) return null;
  const press = async () => {
    setState((await copy(text, box.current)) ? "Copied" : "Press Ctrl+C");
    box.current.querySelector("button").focus();
    setTimeout(() => setState(""), 2500);
  };
  return html`<div class="command" ref=${box}>
    ${label && html`<span class="command-label">${label}</span>`}
    <div class="command-line">
      <code>${text}</code>
      <button type="button" class="quiet" onClick=${press} aria-label=${`Copy the command ${text}`}>
        <${Icon} name=${state === "Copied" ? "check" : "copy"} /> <span aria-live="polite">${state || "Copy"}</span>
      </button>
    </div>
  </div>`;
}
