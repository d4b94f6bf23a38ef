/**
 * `<tide-chart data-option='{…}' [data-format="money:CNY|percent|number"]>`: an ECharts drawing in the shared theme.
 * The option is made by the view; the same numbers stand beside it as a table (see cotton/chart.html), so
 * the drawing itself is one labelled image. Follows the size of its box and the light or dark theme.
 */
import type { ECharts, EChartsCoreOption, init } from "echarts/core";
import { pageLanguage } from "./language";

type Tree = { [key: string]: unknown };

/** Reads a theme colour as the browser computes it, since a canvas does not know CSS variables. */
function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim() || "currentColor";
}

/** The one theme of every chart. */
export function theme(): Tree {
  const text = colour("--color-base-content");
  const muted = colour("--tide-muted");
  const line = colour("--color-base-300");
  const axis = {
    axisLine: { lineStyle: { color: line } },
    axisTick: { show: false },
    axisLabel: { color: muted, fontSize: 12 },
    splitLine: { lineStyle: { color: line, type: "dashed" } },
    nameTextStyle: { color: muted, fontSize: 12 },
  };
  return {
    color: ["--color-primary", "--color-info", "--color-warning", "--color-success", "--color-secondary"].map(colour),
    textStyle: { color: text, fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 },
    legend: { textStyle: { color: text }, inactiveColor: muted, top: 0, itemGap: 16 },
    categoryAxis: { ...axis, splitLine: { show: false } },
    valueAxis: axis,
    timeAxis: { ...axis, splitLine: { show: false } },
    tooltip: {
      backgroundColor: colour("--color-base-100"),
      borderColor: line,
      borderWidth: 1,
      textStyle: { color: text, fontSize: 12 },
    },
    bar: { itemStyle: { borderRadius: [3, 3, 0, 0] }, barMaxWidth: 32 },
    line: { symbolSize: 6, lineStyle: { width: 2 } },
    radar: { axisName: { color: muted }, splitLine: { lineStyle: { color: line } }, splitArea: { show: false } },
  };
}

/** Makes the number writer named by `data-format`. */
export function formatter(format: string): (value: number) => string {
  const locale = pageLanguage() === "zh-hans" ? "zh-CN" : "en";
  const [kind, currency] = format.split(":");
  const options: Intl.NumberFormatOptions =
    kind === "money" && currency
      ? { style: "currency", currency, maximumFractionDigits: 2, minimumFractionDigits: 0 }
      : kind === "percent"
        ? { style: "percent", maximumFractionDigits: 0 }
        : { maximumFractionDigits: 2 };
  const writer = new Intl.NumberFormat(locale, options);
  return (value) => writer.format(value);
}

/** Fills in what every chart wants: room at the edges, a tooltip that needs no inline style, written numbers. */
export function complete(option: Tree, format: string): Tree {
  const write = formatter(format);
  const valueAxis = (axis: unknown): unknown => {
    if (Array.isArray(axis)) return axis.map(valueAxis);
    if (typeof axis !== "object" || axis === null || (axis as Tree).type !== "value") return axis;
    const own = axis as Tree;
    return { ...own, axisLabel: { formatter: write, ...(own.axisLabel as Tree | undefined) } };
  };
  const reduced = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? false;
  return {
    animation: !reduced,
    animationDuration: 150,
    grid: { left: 8, right: 16, top: option.legend ? 36 : 16, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    ...option,
    xAxis: valueAxis(option.xAxis),
    yAxis: valueAxis(option.yAxis),
    tooltip: {
      trigger: "axis",
      confine: true,
      valueFormatter: (value: unknown) => (typeof value === "number" ? write(value) : String(value ?? "–")),
      ...(option.tooltip as Tree | undefined),
      renderMode: "richText",
    },
  };
}

export class TideChart extends HTMLElement {
  static readonly observedAttributes = ["data-option"];
  /** Fetches ECharts when the first chart is drawn. */
  static load: () => Promise<{ init: typeof init }> = () => import("./charts");
  #chart: ECharts | null = null;
  #sizes: ResizeObserver | null = null;
  #scheme = globalThis.matchMedia?.("(prefers-color-scheme: dark)");

  connectedCallback(): void {
    void this.draw();
    document.addEventListener("scheme-change", this.#redraw);
    this.#scheme?.addEventListener("change", this.#redraw);
    if (typeof ResizeObserver !== "undefined") {
      this.#sizes = new ResizeObserver(() => this.#chart?.resize());
      this.#sizes.observe(this);
    }
  }

  disconnectedCallback(): void {
    document.removeEventListener("scheme-change", this.#redraw);
    this.#scheme?.removeEventListener("change", this.#redraw);
    this.#sizes?.disconnect();
    this.#chart?.dispose();
    this.#chart = null;
  }

  attributeChangedCallback(): void {
    if (this.#chart) void this.draw();
  }

  #redraw = (): void => void this.draw();

  /** Draws the current option; resolves when the picture stands. */
  async draw(): Promise<void> {
    const option = JSON.parse(this.dataset.option ?? "{}") as Tree;
    const { init } = await TideChart.load();
    if (!this.isConnected) return;
    this.#chart?.dispose();
    this.#chart = init(this, theme(), { renderer: "canvas" });
    this.#chart.setOption(complete(option, this.dataset.format ?? "number") as EChartsCoreOption);
    this.dataset.drawn = "";
  }
}

customElements.define("tide-chart", TideChart);
