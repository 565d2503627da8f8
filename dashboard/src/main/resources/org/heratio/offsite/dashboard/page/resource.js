// Data of one view: loaded when the view opens, and again when the summary says that something changed.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { useStore } from "./store.js";
import { live } from "./live.js";

const SHORTEST_MILLIS = 5_000;

/** Returns {data, error, loading, reload}. Old data stays while new data is on its way. */
export function useResource(load, deps) {
  const [state, setState] = useState({ data: null, error: null, loading: true });
  const current = useRef(null);
  const reload = useCallback(async () => {
    current.current?.abort();
    const mine = new AbortController();
    current.current = mine;
    setState((s) => ({ ...s, loading: true }));
    try {
      const data = await load(mine.signal);
      if (!mine.signal.aborted) setState({ data, error: null, loading: false });
    } catch (error) {
      if (!mine.signal.aborted) setState((s) => ({ ...s, error, loading: false }));
    }
  }, deps);
  useEffect(() => {
    reload();
    return () => current.current?.abort();
  }, [reload]);
  return { ...state, reload };
}

/** Calls `action` after a new summary, at most every five seconds, and never while the tab is hidden. */
export function useOnChange(action, deps) {
  const { summary } = useStore(live);
  const last = useRef(Date.now());
  const asOf = summary?.as_of;
  useEffect(() => {
    if (!asOf) return undefined;
    const wait = Math.max(0, last.current + SHORTEST_MILLIS - Date.now());
    const timer = setTimeout(() => {
      last.current = Date.now();
      if (!document.hidden) action();
    }, wait);
    return () => clearTimeout(timer);
  }, [asOf, ...deps]);
}
