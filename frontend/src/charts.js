// Draws every <figure data-chart> from the JSON that stands beside it; one theme, intervals always drawn.
import * as echarts from "echarts/core";
import { BarChart, CustomChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";

echarts.use([BarChart, CustomChart, LineChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

const drawn = new Map();

function palette() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    ink: read("--sd-ink"), muted: read("--sd-muted"), line: read("--sd-line"), accent: read("--sd-accent"),
    second: read("--sd-second"), band: read("--sd-band"), font: read("--tblr-font-sans-serif") || "sans-serif",
  };
}

function base(colours) {
  const axis = {
    axisLine: { lineStyle: { color: colours.line } }, axisTick: { show: false },
    axisLabel: { color: colours.muted }, splitLine: { lineStyle: { color: colours.line } },
  };
  return {
    axis,
    option: {
      animation: false, aria: { enabled: true, decal: { show: true } },
      textStyle: { fontFamily: colours.font, color: colours.ink },
      grid: { left: 8, right: 16, top: 28, bottom: 8, containLabel: true },
      tooltip: { trigger: "axis", confine: true },
    },
  };
}

function pyramid(data, colours) {
  const { axis, option } = base(colours);
  const size = (value) => Math.abs(value).toLocaleString();
  const most = Math.max(...data.male, ...data.female, 1);
  const step = 10 ** Math.floor(Math.log10(most)) / 2;
  const largest = Math.ceil(most / step) * step;
  return {
    ...option,
    legend: { top: 0, textStyle: { color: colours.ink }, data: [data.words.male, data.words.female] },
    tooltip: { ...option.tooltip, axisPointer: { type: "shadow" }, valueFormatter: size },
    xAxis: { ...axis, type: "value", min: -largest, max: largest, axisLabel: { ...axis.axisLabel, formatter: size, hideOverlap: true } },
    yAxis: { ...axis, type: "category", data: data.ages, splitLine: { show: false } },
    series: [
      { name: data.words.male, type: "bar", stack: "n", barCategoryGap: "12%", itemStyle: { color: colours.accent }, data: data.male.map((n) => -n) },
      { name: data.words.female, type: "bar", stack: "n", itemStyle: { color: colours.second }, data: data.female },
    ],
  };
}

function whisker(colours) {
  return (params, api) => {
    const low = api.coord([api.value(0), api.value(1)]);
    const high = api.coord([api.value(0), api.value(2)]);
    return {
      type: "line", shape: { x1: low[0], y1: low[1], x2: high[0], y2: high[1] },
      style: { stroke: colours.muted, lineWidth: 1.5 },
    };
  };
}

// The axis holds every interval whole, and zero under bars.
function span(data, bars) {
  const ends = [...data.values, ...data.low, ...data.high].filter((value) => value !== null);
  if (bars) ends.push(0);
  if (!ends.length) return {};
  const room = (Math.max(...ends) - Math.min(...ends)) * 0.05;
  const tidy = (value) => Number(value.toPrecision(2));
  const low = Math.min(...ends), high = Math.max(...ends);
  return { min: low < 0 || !bars ? tidy(low - room) : 0, max: tidy(high + room) };
}

function trend(data, colours) {
  const { axis, option } = base(colours);
  const bars = data.kind === "bars";
  return {
    ...option,
    xAxis: { ...axis, type: "category", data: data.labels, splitLine: { show: false }, axisLabel: { ...axis.axisLabel, hideOverlap: true } },
    yAxis: { ...axis, type: "value", scale: !bars, ...span(data, bars) },
    series: [
      { name: data.words.value, type: bars ? "bar" : "line", data: data.values, symbolSize: 7, barMaxWidth: 36,
        itemStyle: { color: colours.accent }, lineStyle: { color: colours.accent, width: 2 } },
      { name: data.words.interval, type: "custom", renderItem: whisker(colours), z: 10, silent: true, tooltip: { show: false },
        data: data.low.map((low, i) => [i, low, data.high[i]]).filter((row) => row[1] !== null && row[2] !== null) },
    ],
  };
}

const KINDS = { pyramid, trend, bars: trend };

function draw(figure) {
  const source = figure.querySelector("script[type='application/json']");
  const place = figure.querySelector(".chart");
  if (!source || !place) return;
  const data = JSON.parse(source.textContent);
  drawn.get(place)?.dispose();
  const chart = echarts.init(place, null, { renderer: "svg" });
  chart.setOption(KINDS[data.kind](data, palette()));
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
