// The state of a copy or of an archive: a colour, an icon and a word.
import { html } from "./html.js";
import { Badge } from "./icons.js";

const STATES = {
  verified: ["safe", "check", "verified"],
  replicated: ["moving", "upload", "shipped, not read back"],
  sealed: ["safe", "check", "complete and hashed"],
  settled: ["moving", "clock", "waits for the encryptor"],
  pending: ["moving", "clock", "waiting"],
  superseded: ["unknown", "archive", "superseded"],
  failed: ["unsafe", "unsafe", "failed"],
  corrupt: ["unsafe", "unsafe", "damaged"],
  missing: ["unsafe", "unsafe", "missing"],
};

export function RowState({ status, proved }) {
  const [level, icon, word] = STATES[status] || ["unknown", "unknown", status || "unknown"];
  if (status === "verified" && proved === false) {
    return html`<${Badge} level="unknown" icon="unknown">verified by Heratio only</${Badge}>`;
  }
  return html`<${Badge} level=${level} icon=${icon}>${word}</${Badge}>`;
}
