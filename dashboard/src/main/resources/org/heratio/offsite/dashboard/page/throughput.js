// The last hour as a chart, and the same figures as a table, since a canvas is mute.
import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { bytes, clock } from "./format.js";
import { Table } from "./table.js";

let library = null;

/** Loads the chart library when a chart is shown for the first time. */
function loadChart() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "vendor/uplot/uPlot.iife.min.js";
    script.onload = () => resolve(window.uPlot);
    script.onerror = () => {
      library = null;
      reject(new Error("The chart cannot be loaded"));
    };
    document.head.append(script);
  });
  return library;
}

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function options(width, top) {
  const axis = {
    stroke: colour("--muted"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
    font: "12px system-ui, sans-serif",
  };
  return {
    width,
    height: 180,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 7 } },
    scales: { y: { range: [0, top] } },
    axes: [
      { ...axis, size: 30, grid: { show: false }, space: 70, values: (_, ticks) => ticks.map((t) => clock(t * 1000)) },
      { ...axis, size: 68, splits: [0, top / 2, top], values: (_, ticks) => ticks.map((v) => (v ? `${bytes(v)}` : "0")) },
    ],
    series: [
      {},
      { label: "Shipped", stroke: colour("--chart-1"), width: 2, fill: colour("--chart-1-fill"), points: { show: false } },
      { label: "Read back", stroke: colour("--chart-2"), width: 2, dash: [6, 4], points: { show: false } },
    ],
  };
}

/** Returns a round number of bytes at or above the largest value: 1, 2 or 5 times a power of ten in its unit. */
function roundUp(most) {
  const unit = 1024 ** Math.max(0, Math.floor(Math.log2(Math.max(most, 1)) / 10));
  const inUnit = most / unit;
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1024].find((s) => s >= inUnit);
  return step * unit;
}

const columnsOf = (points) => [
  points.map((p) => Date.parse(p.at) / 1000),
  points.map((p) => p.shipped_bytes),
  points.map((p) => p.read_back_bytes),
];

const mostOf = (points) => roundUp(Math.max(1024, ...points.map((p) => Math.max(p.shipped_bytes || 0, p.read_back_bytes || 0))));

function useChart(box, points) {
  const chart = useRef(null);
  const [theme, setTheme] = useState(0);
  const [failed, setFailed] = useState(false);
  const top = mostOf(points);
  useEffect(() => {
    const changed = () => setTheme((n) => n + 1);
    window.addEventListener("offsite-theme", changed);
    return () => window.removeEventListener("offsite-theme", changed);
  }, []);
  useEffect(() => {
    let gone = false;
    const resize = new ResizeObserver(([entry]) => chart.current?.setSize({ width: Math.floor(entry.contentRect.width), height: 180 }));
    loadChart().then(
      (Chart) => {
        if (gone || !box.current) return;
        chart.current = new Chart(options(box.current.clientWidth, top), columnsOf(points), box.current);
        resize.observe(box.current);
      },
      () => setFailed(true),
    );
    return () => {
      gone = true;
      resize.disconnect();
      chart.current?.destroy();
      chart.current = null;
    };
  }, [theme, top]);
  useEffect(() => chart.current?.setData(columnsOf(points)), [points]);
  return failed;
}

export function Throughput({ points }) {
  const sum = (key) => points.reduce((total, p) => total + (p[key] || 0), 0);
  const shipped = sum("shipped_bytes");
  const read = sum("read_back_bytes");
  if (shipped + read === 0) {
    return html`<div class="throughput"><h3>Last hour</h3><p class="muted"><${Icon} name="clock" /> No bytes were shipped or read back.</p></div>`;
  }
  return html`<${Chart} points=${points} shipped=${shipped} read=${read} />`;
}

function Chart({ points, shipped, read }) {
  const box = useRef(null);
  const failed = useChart(box, points);
  return html`<div class="throughput">
    <h3>Last hour</h3>
    <ul class="legend">
      <li><span class="swatch one"></span> Shipped <strong>${bytes(shipped)}</strong></li>
      <li><span class="swatch two"></span> Read back <strong>${bytes(read)}</strong></li>
    </ul>
    <div
      class=${failed ? "chart hidden" : "chart"}
      ref=${box}
      role="img"
      aria-label=${`Bytes per minute in the last hour: ${bytes(shipped)} shipped, ${bytes(read)} read back. The table below has the figures.`}
    ></div>
    <details>
      <summary>Figures per minute</summary>
      <${Table}
        caption="Bytes per minute in the last hour"
        columns=${[
          { key: "at", title: "Minute", cell: (p) => clock(p.at) },
          { key: "shipped", title: "Shipped", number: true, cell: (p) => bytes(p.shipped_bytes) },
          { key: "read", title: "Read back", number: true, cell: (p) => bytes(p.read_back_bytes) },
        ]}
        rows=${points.map((p) => ({ ...p, id: p.at })).reverse()}
      />
    </details>
  </div>`;
}
