// Who is logged in, and the form that logs in by a token.
import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { createStore } from "./store.js";
import { get, post } from "./api.js";
import { ProblemBox } from "./states.js";

/** state: loading, in, out or failed (no answer that says either). ended: it was open, and the server knows it no longer. */
export const session = createStore({ state: "loading", role: null, user: null, server: null, problem: null, ended: false });

export async function loadSession() {
  try {
    session.set({ state: "in", problem: null, ...(await get("session")) });
  } catch (problem) {
    session.set((s) => ({ ...s, state: problem.status === 401 ? "out" : "failed", problem }));
  }
}

export async function logout() {
  session.set((s) => ({ ...s, state: "loading" }));
  await post("logout").catch(() => {});
  await loadSession();
}

export const mayAct = () => session.get().role === "admin";

function useCountdown() {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (seconds <= 0) return undefined;
    const timer = setTimeout(() => setSeconds(seconds - 1), 1000);
    return () => clearTimeout(timer);
  }, [seconds]);
  return [seconds, setSeconds];
}

export function Login({ ended }) {
  const field = useRef(null);
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const [wait, setWait] = useCountdown();
  useEffect(() => {
    document.title = "Log in · Heratio Offsite";
    field.current.focus();
  }, []);

  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await post("login", { token: field.current.value.trim() });
      field.current.value = "";
      await loadSession();
    } catch (e) {
      setProblem(e);
      if (e.status === 429) setWait(e.retryAfter || 30);
      field.current.select();
    } finally {
      setBusy(false);
    }
  };

  return html`<main class="login" id="main">
    <form class="card" onSubmit=${submit}>
      <span class="logo"><${Icon} name="safe" /></span>
      <h1>Heratio Offsite</h1>
      <p class="muted">Log in with the token of this installation: the admin token, or the read-only one.</p>
      ${ended && !problem && html`<p class="notice unknown" role="status"><${Icon} name="unknown" /> <span>Your session has ended. Log in again.</span></p>`}
      <label for="token">Token</label>
      <input
        id="token"
        ref=${field}
        type="password"
        required
        autocomplete="current-password"
        spellcheck="false"
        aria-invalid=${problem?.status === 401 ? "true" : undefined}
        aria-describedby="token-help"
      />
      <p id="token-help" class="muted small">It is sent once. A cookie then keeps you logged in.</p>
      <${ProblemBox} problem=${problem} title=${problem?.status === 401 ? "This token is not valid" : "You are not logged in"} />
      <button type="submit" disabled=${busy || wait > 0} aria-busy=${busy ? "true" : undefined}>
        ${wait > 0 ? `Wait ${wait} s` : "Log in"}
      </button>
    </form>
  </main>`;
}
