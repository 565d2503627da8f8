// What a person can start. Each action says what it does, and which command does the same.
import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "./html.js";
import { Badge, Icon } from "./icons.js";
import { createStore, useStore } from "./store.js";
import { newId, post } from "./api.js";
import { mayAct } from "./login.js";
import { Command } from "./command.js";
import { ProblemBox } from "./states.js";
import { baseName, duration } from "./format.js";
import { follow } from "./requests.js";

/** The action that waits for a confirmation, or null. */
export const pending = createStore(null);

/**
 * Opens the dialog of an action: {kind, driver, path, command}.
 * A letter action brings {kind, filter, expected, title, text, command, done} instead.
 */
export const ask = (action) => pending.set(action);

const at = (a) => (a.driver ? ` at ${a.driver}` : "");
const option = (a) => (a.driver ? ` --driver ${a.driver}` : "");

const KINDS = {
  replicate: {
    icon: "upload",
    title: (a) => `Replicate now${a.driver ? ` to ${a.driver}` : ""}`,
    text: (a) =>
      `Scans the backup directory, ships every archive that has no good copy${at(a)}, and verifies the copies. What waits for its next attempt is tried at once.`,
    command: (a) => `offsite replicate${option(a)}`,
    button: "Replicate",
  },
  sweep: {
    icon: "verify",
    title: (a) => `Sweep now${at(a)}`,
    text: (a) => `Reads every copy${at(a)} back and compares its SHA-256. Damaged copies are repaired. This reads all stored bytes.`,
    command: (a) => `offsite verify-integrity --all${option(a)}`,
    button: "Start the sweep",
  },
  verify: {
    icon: "verify",
    title: () => "Verify this archive",
    text: (a) => `Reads the copies of this archive${at(a)} back and compares their SHA-256.`,
    command: (a) => `offsite verify-integrity${option(a)}`,
    button: "Verify",
  },
  repair: {
    icon: "repair",
    title: () => "Repair this archive",
    text: (a) => `Ships this archive again${at(a)}, where its copy is damaged or missing, and verifies it.`,
    command: (a) => `offsite verify-integrity${option(a)}`,
    button: "Repair",
  },
  probe: {
    icon: "probe",
    title: (a) => `Probe ${a.driver}`,
    text: (a) => `Looks whether ${a.driver} would take a copy now. It changes no archive.`,
    command: () => "offsite doctor",
    button: "Probe",
  },
  test: {
    icon: "bell",
    title: () => "Send a test notification",
    text: () => "Sends a test message by each configured channel, and says whether its receiver accepted it. Nothing else happens.",
    command: () => "offsite notify test",
    button: "Send",
  },
  replay: { icon: "replay", button: "Replay" },
  discard: { icon: "trash", button: "Discard", danger: true },
};

async function run(action) {
  const { kind, driver, path } = action;
  if (kind === "probe") return post(`destinations/${encodeURIComponent(driver)}/probe`);
  if (kind === "test") return tested(await post("notifications/test"));
  if (kind === "replay" || kind === "discard") {
    return post(`dead-letters/${kind}`, { filter: action.filter, expected: action.expected });
  }
  const id = newId();
  await post("requests", { id, kind, ...(path ? { path } : {}), ...(driver ? { driver } : {}) });
  follow(id, action.title || KINDS[kind].title(action));
  return null;
}

const tested = ({ ok, channels }) => ({
  ok,
  findings: channels.map((c) => ({ level: c.error ? "error" : "ok", text: `${c.channel}: ${c.error || "accepted"}` })),
});

const took = (millis) => (millis < 1000 ? `${millis} ms` : duration(millis / 1000));

/** Returns the root's dialog: it traps the focus, and Escape closes it. */
export function ActionDialog() {
  const action = useStore(pending);
  return action ? html`<${Confirm} key=${action} action=${action} />` : null;
}

function Confirm({ action }) {
  const dialog = useRef(null);
  const opener = useRef(document.activeElement);
  const [state, setState] = useState({ step: "ask" });
  const kind = KINDS[action.kind];
  const title = action.title || kind.title(action);
  const close = () => {
    dialog.current?.close();
    pending.set(null);
    if (opener.current?.isConnected) opener.current.focus();
  };
  useEffect(() => {
    dialog.current.showModal();
  }, []);
  const confirm = async (event) => {
    event.preventDefault();
    setState({ step: "busy" });
    try {
      const result = await run(action);
      action.done?.();
      if (result) setState({ step: "done", result });
      else close();
    } catch (problem) {
      setState({ step: "ask", problem });
      if (problem.status === 409) action.done?.();
    }
  };
  return html`<dialog ref=${dialog} aria-labelledby="dialog-title" onCancel=${close} onClick=${(e) => e.target === dialog.current && close()}>
    <form class="dialog" onSubmit=${confirm} method="dialog">
      <div class="dialog-head">
        <h2 id="dialog-title"><${Icon} name=${kind.icon} /> ${title}</h2>
        <button type="button" class="quiet icon-only" onClick=${close} aria-label="Close"><${Icon} name="cross" /></button>
      </div>
      ${
        state.step === "done"
          ? html`<${Result} action=${action} result=${state.result} close=${close} />`
          : html`<${Question} action=${action} kind=${kind} state=${state} close=${close} />`
      }
    </form>
  </dialog>`;
}

function Question({ action, kind, state, close }) {
  const [typed, setTyped] = useState("");
  const allowed = mayAct();
  const mustType = action.kind === "discard" && allowed;
  const ready = !mustType || typed.replace(/[\s,.]/g, "") === String(action.expected);
  return html`
    ${action.path && html`<p class="path strong"><bdi>${baseName(action.path)}</bdi></p>`}
    <p>${action.text || kind.text(action)}</p>
    ${
      mustType &&
      html`<label for="typed">Type <strong>${action.expected}</strong> to confirm</label>
      <input id="typed" inputmode="numeric" autocomplete="off" autofocus value=${typed} onInput=${(e) => setTyped(e.target.value)} />`
    }
    <${Command} text=${action.command || kind.command(action)} label="The same on the host" />
    ${
      !allowed &&
      html`<p class="notice unknown"><${Icon} name="unknown" /> <span>You are logged in with the read-only token. Use the command, or log in with the admin token.</span></p>`
    }
    <${ProblemBox} problem=${state.problem} />
    <div class="buttons end">
      <button type="button" class="quiet" autofocus=${!allowed} onClick=${close}>${allowed ? "Cancel" : "Close"}</button>
      ${
        allowed &&
        html`<button
        type="submit"
        class=${kind.danger ? "danger" : ""}
        autofocus=${!mustType}
        disabled=${!ready || state.step === "busy"}
        aria-busy=${state.step === "busy" ? "true" : undefined}
      >
        ${kind.button}${action.expected > 1 ? ` ${action.expected}` : ""}
      </button>`
      }
    </div>
  `;
}

const FINDINGS = { ok: "safe", info: "safe", safe: "safe", warning: "attention", warn: "attention", attention: "attention" };

function Result({ action, result, close }) {
  const done = useRef(null);
  useEffect(() => done.current.focus(), []);
  return html`
    <div role="status">
      ${
        result.findings
          ? html`<p><${Badge} level=${result.ok ? "safe" : "unsafe"}>${result.ok ? "Works" : "Does not work"}</${Badge}>${result.took_millis != null && ` after ${took(result.took_millis)}`}</p>
            <ul class="findings">
              ${result.findings.map(
                (f, i) =>
                  html`<li key=${i} class=${FINDINGS[f.level] || "unsafe"}>
                    <${Icon} name=${FINDINGS[f.level] || "unsafe"} />
                    <span>${f.text}${f.hint && html`<span class="hint">${f.hint}</span>`}</span>
                  </li>`,
              )}
            </ul>`
          : html`<p>
            <${Badge} level=${result.failed ? "attention" : "safe"}>${result.failed ? "Not all" : "Done"}</${Badge}>
            ${result.done} ${action.kind === "replay" ? "replayed" : "discarded"}${result.failed ? `, ${result.failed} failed` : ""}.
          </p>`
      }
    </div>
    <div class="buttons end"><button type="button" ref=${done} onClick=${close}>Close</button></div>
  `;
}
