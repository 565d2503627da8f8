// A table that becomes a list of cards on a narrow screen. Its roles are written out, as the layout would drop them.
import { html } from "./html.js";

/** columns: {key, title, cell(row), number, wide}; rows need an `id`. */
export function Table({ caption, columns, rows, hideCaption = true }) {
  return html`<div class="table" role="region" aria-label=${caption} tabindex="0">
    <table role="table">
      <caption class=${hideCaption ? "offscreen" : ""}>
        ${caption}
      </caption>
      <thead role="rowgroup">
        <tr role="row">
          ${columns.map((c) => html`<th role="columnheader" scope="col" class=${c.number ? "number" : ""} key=${c.key}>${c.title}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows.map(
          (row) => html`<tr role="row" key=${row.id}>
            ${columns.map(
              (c) => html`<td role="cell" key=${c.key} data-label=${c.title} class=${`${c.number ? "number" : ""} ${c.wide ? "wide" : ""}`}>
                ${c.cell(row)}
              </td>`,
            )}
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
