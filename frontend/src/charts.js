// Draws every <figure data-chart> from the JSON that stands beside it; one theme, intervals always drawn.
import * as echarts from "echarts/core";
import { BarChart, CustomChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";

echarts.use([BarChart, CustomChart, LineChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

const drawn = new Map();

function palette() {
  const style = getComputedStyle(document.documentElement);
  const named = (name) => style.getPropertyValue(name).trim();
  return {
    ink: named("--sd-ink"), muted: named("--sd-muted"), line: named("--sd-line"), accent: named("--sd-accent"),
    second: named("--sd-second"), sheet: named("--sd-sheet"), hatch: named("--sd-hatch"), font: named("--tblr-font-sans-serif") || "sans-serif",
  };
}

const HATCH = { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [1.5, 4.5], rotation: -Math.PI / 4 };
const read = (value, decimals) =>
  value.toLocaleString("en", { minimumFractionDigits: decimals ?? 0, maximumFractionDigits: decimals ?? 4 }).replace("-", "−");

function base(colours) {
  const axis = {
    axisLine: { lineStyle: { color: colours.line } }, axisTick: { show: false },
    axisLabel: { color: colours.muted, fontSize: 12 }, splitLine: { lineStyle: { color: colours.line } },
  };
  return {
    axis,
    option: {
      animation: false,
      // The sentence for screen readers is the page's; here only the pattern that tells two colours apart in grey.
      aria: { enabled: true, label: { enabled: false }, decal: { show: true, decals: [{ symbol: "none" }] } },
      textStyle: { fontFamily: colours.font, color: colours.ink },
      grid: { left: 8, right: 16, top: 28, bottom: 8, containLabel: true },
      tooltip: {
        trigger: "axis", confine: true, backgroundColor: colours.sheet, borderColor: colours.line,
        textStyle: { color: colours.ink, fontSize: 13 },
      },
    },
  };
}

// Round marks that hold everything: {min, max, interval}.
function marks(low, high, about) {
  const rough = Math.max(high - low, 1e-9) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const interval = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) * power;
  const tidy = (value) => Number(value.toPrecision(12));
  return { min: tidy(Math.floor(low / interval) * interval), max: tidy(Math.ceil(high / interval) * interval), interval };
}

// The round marks between two ends.
function steps(low, high, interval) {
  const first = Math.ceil(low / interval), last = Math.floor(high / interval);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * interval).toPrecision(12)));
}

function pyramid(data, colours, width) {
  const { axis, option } = base(colours);
  const size = (value) => read(Math.abs(value));
  const most = Math.max(...data.male, ...data.female, 1);
  const { interval } = marks(0, most, width < 420 ? 2 : 4);
  const right = steps(0, most, interval);
  const at = [...right.slice(1).map((mark) => -mark).reverse(), ...right];
  return {
    ...option,
    legend: { top: 0, itemWidth: 18, itemHeight: 11, textStyle: { color: colours.ink, fontSize: 13 }, data: [data.words.male, data.words.female] },
    tooltip: { ...option.tooltip, axisPointer: { type: "shadow" }, valueFormatter: size },
    xAxis: { ...axis, type: "value", min: -most * 1.04, max: most * 1.04, axisTick: { show: false, customValues: at }, axisLabel: { ...axis.axisLabel, formatter: size, customValues: at } },
    yAxis: { ...axis, type: "category", data: data.ages, splitLine: { show: false } },
    series: [
      { name: data.words.male, type: "bar", stack: "n", barCategoryGap: "14%", itemStyle: { color: colours.accent, decal: { symbol: "none" } }, data: data.male.map((n) => -n) },
      { name: data.words.female, type: "bar", stack: "n", itemStyle: { color: colours.second, decal: { ...HATCH, color: colours.hatch } }, data: data.female },
    ],
  };
}

function whisker(colours, across) {
  return (params, api) => {
    const at = (value) => api.coord(across ? [value, api.value(0)] : [api.value(0), value]);
    const low = at(api.value(1)), high = at(api.value(2));
    return {
      type: "line", shape: { x1: low[0], y1: low[1], x2: high[0], y2: high[1] },
      style: { stroke: colours.ink, opacity: 0.8, lineWidth: 1.5 },
    };
  };
}

// The ends of every value and its interval.
function reach(data) {
  const ends = [...data.values, ...data.low, ...data.high].filter((value) => value !== null);
  return ends.length ? [Math.min(...ends), Math.max(...ends)] : [0, 1];
}

function intervals(data, colours, across) {
  return {
    name: data.words.interval, type: "custom", renderItem: whisker(colours, across), z: 10, silent: true, tooltip: { show: false },
    encode: across ? { x: [1, 2], y: 0 } : { x: 0, y: [1, 2] },
    data: data.low.map((low, i) => [i, low, data.high[i]]).filter((row) => row[1] !== null && row[2] !== null),
  };
}

function trend(data, colours) {
  const { axis, option } = base(colours);
  const last = data.values.length - 1;
  return {
    ...option,
    tooltip: { ...option.tooltip, valueFormatter: (value) => (value === null ? "–" : read(value, data.decimals)) },
    xAxis: { ...axis, type: "category", data: data.labels, splitLine: { show: false }, axisLine: { onZero: false, lineStyle: { color: colours.line } }, axisLabel: { ...axis.axisLabel, hideOverlap: true } },
    yAxis: { ...axis, type: "value", ...marks(...reach(data), 5), axisLabel: { ...axis.axisLabel, formatter: (value) => read(value) } },
    series: [
      { name: data.words.value, type: "line", symbol: "circle", symbolSize: 7, itemStyle: { color: colours.accent }, lineStyle: { color: colours.accent, width: 2 },
        data: data.values.map((value, i) => (i === last && value !== null
          ? { value, label: { show: true, position: "right", formatter: read(value, data.decimals), color: colours.ink, fontWeight: "bold", fontSize: 13 } } : value)) },
      intervals(data, colours, false),
    ],
    grid: { ...option.grid, right: 44, top: 16 },
  };
}

// Areas beside each other: a bar each, named and with its figure on the left, in the order given.
function bars(data, colours, width) {
  const { axis, option } = base(colours);
  const low = Math.min(0, reach(data)[0]), high = Math.max(0, reach(data)[1]);
  const at = steps(low, high, marks(low, high, width < 420 ? 4 : 5).interval);
  return {
    ...option,
    tooltip: { ...option.tooltip, axisPointer: { type: "shadow" }, valueFormatter: (value) => (value === null ? "–" : read(value, data.decimals)) },
    xAxis: { ...axis, type: "value", position: "bottom", min: low * 1.03, max: high * 1.03, axisTick: { show: false, customValues: at }, axisLabel: { ...axis.axisLabel, formatter: (value) => read(value), customValues: at } },
    yAxis: {
      ...axis, type: "category", inverse: true, data: data.labels, splitLine: { show: false }, axisLine: { onZero: false, lineStyle: { color: colours.line } },
      axisLabel: {
        ...axis.axisLabel, interval: 0, color: colours.ink,
        formatter: (name, i) => `{name|${name}}  {value|${data.values[i] === null ? "–" : read(data.values[i], data.decimals)}}`,
        rich: { name: { color: colours.ink, fontSize: 13 }, value: { color: colours.ink, fontSize: 13, fontWeight: "bold", width: 44, align: "right" } },
      },
    },
    series: [
      { name: data.words.value, type: "bar", data: data.values, barMaxWidth: 14, itemStyle: { color: colours.accent, opacity: 0.65, decal: { symbol: "none" } } },
      intervals(data, colours, true),
    ],
    grid: { ...option.grid, top: 4 },
  };
}

const KINDS = { pyramid, trend, bars };

function draw(figure) {
  const source = figure.querySelector("script[type='application/json']");
  const place = figure.querySelector(".chart");
  if (!source || !place) return;
  const data = JSON.parse(source.textContent);
  drawn.get(place)?.dispose();
  if (data.kind === "bars") place.style.height = `${2.5 + data.labels.length * 1.75}rem`;
  const chart = echarts.init(place, null, { renderer: "svg" });
  chart.setOption(KINDS[data.kind](data, palette(), place.clientWidth));
  drawn.set(place, chart);
}

function drawAll() { document.querySelectorAll("figure[data-chart]").forEach(draw); }

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-chart-svg]");
  if (!button) return;
  const chart = drawn.get(button.closest("figure").querySelector(".chart"));
  const link = document.createElement("a");
  link.href = chart.getDataURL({ type: "svg" });
  link.download = `${button.dataset.chartSvg}.svg`;
  link.click();
});
new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
addEventListener("resize", () => drawn.forEach((chart) => chart.resize()));
document.addEventListener("htmx:after:swap", drawAll);
drawAll();
