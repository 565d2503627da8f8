// The address of a view, in the hash: it survives a login, a reload and any path prefix.
import { createStore } from "./store.js";

const VIEWS = ["overview", "stuck", "history", "journal", "notifications", "archives"];

export function parse(hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [view, id] = path.split("/");
  return {
    view: view === "" ? "overview" : VIEWS.includes(view) ? view : "missing",
    id: id && /^\d+$/.test(id) ? Number(id) : null,
    params: Object.fromEntries(new URLSearchParams(query)),
  };
}

export const route = createStore(parse(location.hash));

window.addEventListener("hashchange", () => route.set(parse(location.hash)));

/** Returns the link to a view. */
export function link(view, params = {}, id = null) {
  const query = new URLSearchParams(Object.entries(params).filter(([, value]) => value != null && value !== ""));
  const text = query.toString();
  return `#/${view === "overview" ? "" : view}${id == null ? "" : `/${id}`}${text ? `?${text}` : ""}`;
}

/** Changes the parameters of the view in the address, without a step in the browser's history if `replace`. */
export function setParams(params, replace = false) {
  const now = route.get();
  const target = link(now.view, params, now.id);
  if (replace) {
    history.replaceState(null, "", target);
    route.set(parse(target));
  } else {
    location.hash = target;
  }
}
