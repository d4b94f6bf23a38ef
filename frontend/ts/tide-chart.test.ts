import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { complete, formatter, TideChart } from "./tide-chart";

const chart = { setOption: vi.fn(), resize: vi.fn(), dispose: vi.fn() };
TideChart.load = async () => ({ init: vi.fn(() => chart) as never });

beforeEach(() => {
  document.documentElement.lang = "en";
});
afterEach(() => document.body.replaceChildren());

test("numbers are written in the page's language and kind", () => {
  expect(formatter("money:CNY")(1234.5)).toBe("CN¥1,234.5");
  expect(formatter("percent")(0.925)).toBe("93%");
  document.documentElement.lang = "zh-Hans";
  expect(formatter("money:CNY")(12)).toBe("¥12");
});

test("value axes and tooltips write their numbers; tooltips need no inline style", () => {
  const option = complete({ yAxis: { type: "value" }, xAxis: { type: "category" }, tooltip: { trigger: "item" } }, "percent") as {
    yAxis: { axisLabel: { formatter: (n: number) => string } };
    xAxis: object;
    tooltip: { trigger: string; renderMode: string; valueFormatter: (n: unknown) => string };
  };
  expect(option.yAxis.axisLabel.formatter(0.5)).toBe("50%");
  expect(option.xAxis).toEqual({ type: "category" });
  expect(option.tooltip.renderMode).toBe("richText");
  expect(option.tooltip.trigger).toBe("item");
  expect(option.tooltip.valueFormatter(null)).toBe("–");
});

test("draws its option, draws again in the other scheme, and lets go", async () => {
  const element = document.createElement("tide-chart") as TideChart;
  element.dataset.option = '{"series":[{"type":"bar","data":[1]}]}';
  document.body.append(element);
  await element.draw();
  expect(chart.setOption.mock.lastCall?.[0]).toMatchObject({ series: [{ type: "bar", data: [1] }] });
  const before = chart.setOption.mock.calls.length;
  document.dispatchEvent(new CustomEvent("scheme-change"));
  await vi.waitFor(() => expect(chart.setOption.mock.calls.length).toBe(before + 1));
  element.remove();
  expect(chart.dispose).toHaveBeenCalled();
});
