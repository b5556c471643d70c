// Draws every <figure data-chart> from the JSON that stands beside it; one theme, intervals always drawn.
import * as echarts from "echarts/core";
import { BarChart, CustomChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";

echarts.use([BarChart, CustomChart, LineChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, LabelLayout, SVGRenderer]);

const drawn = new Map();

function palette() {
  const style = getComputedStyle(document.documentElement);
  const named = (name) => style.getPropertyValue(name).trim();
  return {
    ink: named("--sd-ink"), muted: named("--sd-muted"), line: named("--sd-line"), accent: named("--sd-accent"),
    second: named("--sd-second"), sheet: named("--sd-sheet"), hatch: named("--sd-hatch"),
    font: named("--tblr-font-sans-serif").replaceAll('"', "'") || "sans-serif", // double quotes would end an attribute of the SVG that is saved
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

// A band between two rows of values, as one shape; a gap where either is unknown.
function band(name, low, high, colour, opacity) {
  const known = low.map((value, i) => i).filter((i) => low[i] !== null && high[i] !== null);
  return {
    name, type: "custom", silent: true, tooltip: { show: false }, z: 1, clip: true, data: known.length ? [[known[0], low[known[0]]]] : [],
    renderItem: (params, api) => ({
      type: "polygon",
      shape: { points: [...known.map((i) => api.coord([i, high[i]])), ...[...known].reverse().map((i) => api.coord([i, low[i]]))] },
      style: { fill: colour, opacity },
    }),
  };
}

const ends = (rows) => {
  const known = rows.flat().filter((value) => value !== null);
  return known.length ? [Math.min(...known), Math.max(...known)] : [0, 1];
};

// Zero is on the axis unless that would squeeze the figures into less than half of it.
function axisOf(rows, about) {
  const [low, high] = ends(rows);
  return marks(low > 0 && low < 0.6 * high ? 0 : low, high < 0 ? 0 : high, about);
}

function years(data, axis, colours, width) {
  const short = data.years.at(-1) - data.years[0] <= 30; // two labels at least, however short a run is
  const every = (width < 420 ? 20 : 10) / (short ? 2 : 1);
  return {
    ...axis, type: "category", boundaryGap: false, data: data.years, splitLine: { show: false }, axisLine: { onZero: false, lineStyle: { color: colours.line } },
    axisLabel: { ...axis.axisLabel, interval: (i, year) => Number(year) % every === 0, showMinLabel: null },
    axisTick: { show: false },
  };
}

function fan(data, colours, width) {
  const { axis, option } = base(colours);
  const shown = (value) => (value === null ? "–" : read(value, data.decimals));
  const past = data.years.map((_, i) => (i < data.observed ? data.median[i] : null));
  const ahead = data.years.map((_, i) => (i < data.observed - 1 ? null : data.median[i]));
  const last = data.years.length - 1;
  return {
    ...option,
    tooltip: {
      ...option.tooltip,
      formatter: (found) => {
        const i = found[0].dataIndex, known = data.lo80[i] !== null;
        const chance = i < data.observed && data.low[i] !== null ? `<br>${data.words.outer} ${shown(data.low[i])} – ${shown(data.high[i])}` : "";
        const said = known ? `${data.words.inner} ${shown(data.lo80[i])} – ${shown(data.hi80[i])}<br>${data.words.outer} ${shown(data.lo95[i])} – ${shown(data.hi95[i])}` : data.words.observed + chance;
        return `<b>${data.years[i]}</b> ${shown(data.median[i])}<br>${said}`;
      },
    },
    xAxis: years(data, axis, colours, width),
    yAxis: { ...axis, type: "value", ...axisOf([data.lo95, data.hi95, data.median, data.low, data.high], 5), axisLabel: { ...axis.axisLabel, formatter: (value) => read(value) } },
    series: [
      band(data.words.outer, data.lo95, data.hi95, colours.accent, 0.14),
      band(data.words.inner, data.lo80, data.hi80, colours.accent, 0.22),
      { name: data.words.median, type: "line", symbol: "none", showAllSymbol: true, z: 5, lineStyle: { color: colours.accent, width: 2.5 }, itemStyle: { color: colours.accent },
        data: ahead.map((value, i) => (i === last && value !== null
          ? { value, symbol: "circle", symbolSize: 6, label: { show: true, position: "right", formatter: shown(value), color: colours.ink, fontWeight: "bold", fontSize: 13 } } : value)) },
      { name: data.words.outer, type: "custom", renderItem: whisker(colours, false), z: 4, silent: true, tooltip: { show: false }, encode: { x: 0, y: [1, 2] }, data: data.low.map((low, i) => [i, low, data.high[i]]).filter((row) => row[1] !== null && row[2] !== null) },
      { name: data.words.observed, type: "line", symbol: "circle", symbolSize: 4, showAllSymbol: true, z: 6, lineStyle: { color: colours.ink, width: 2 }, itemStyle: { color: colours.ink }, data: past },
    ],
    grid: { ...option.grid, right: 12 + 8 * Math.max(3, shown(data.median[last]).length), top: 14 },
  };
}

// Scenarios beside each other: at most four, told apart by colour and by dashes, named at their ends.
const DASHES = ["solid", "dashed", "dotted", [8, 3, 2, 3]];

function compare(data, colours, width) {
  const { axis, option } = base(colours);
  const inks = [colours.accent, colours.second, colours.muted, colours.ink];
  const last = data.years.length - 1;
  const beside = width >= 420;
  const longest = Math.max(...data.lines.map((line) => [...line.name].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 13 : 7), 0)));
  return {
    ...option,
    legend: beside ? { show: false } : { top: 0, textStyle: { color: colours.ink, fontSize: 13 }, data: data.lines.map((line) => line.name) },
    tooltip: { ...option.tooltip, valueFormatter: (value) => (value === null || value === undefined ? "–" : read(value, data.decimals)) },
    xAxis: years(data, axis, colours, width),
    yAxis: { ...axis, type: "value", ...axisOf(data.lines.flatMap((line) => [line.lo80, line.hi80]), 5), axisLabel: { ...axis.axisLabel, formatter: (value) => read(value) } },
    series: data.lines.flatMap((line, i) => [
      band(`${line.name} ${data.words.inner}`, line.lo80, line.hi80, inks[i], 0.1),
      { name: line.name, type: "line", symbol: "none", z: 5, lineStyle: { color: inks[i], width: 2.5, type: DASHES[i] }, itemStyle: { color: inks[i] }, data: line.median,
        labelLayout: { moveOverlap: "shiftY" },
        endLabel: beside ? { show: line.median[last] !== null, formatter: line.name, color: inks[i], fontSize: 13, fontWeight: "bold", distance: 6 } : { show: false } },
    ]),
    grid: { ...option.grid, right: beside ? longest + 20 : 16, top: beside ? 14 : 36 },
  };
}

// The pyramid of one year among many; the first year's outline stays behind it.
function ages(data, colours, width) {
  const { axis, option } = base(colours);
  const size = (value) => read(Math.abs(value), 0);
  const most = Math.max(...data.male.flat(), ...data.female.flat(), 1);
  const { interval } = marks(0, most, width < 420 ? 2 : 4);
  const right = steps(0, most, interval);
  const places = [...right.slice(1).map((mark) => -mark).reverse(), ...right];
  const ghost = (values, sign) => ({
    name: data.words.first, type: "line", symbol: "none", silent: true, tooltip: { show: false }, z: 6,
    lineStyle: { color: colours.ink, width: 1, type: "dashed", opacity: 0.7 }, itemStyle: { color: colours.ink }, data: values.map((n, i) => [sign * n, i]),
  });
  const bar = (name, values, sign, colour, decal) => ({
    name, type: "bar", stack: "n", barCategoryGap: "0%", itemStyle: { color: colour, decal }, data: values.map((n) => sign * n),
  });
  const hatch = { ...HATCH, color: colours.hatch };
  const groups = data.male[0].map((_, age) => (age === data.male[0].length - 1 ? `${age}+` : `${age}`));
  return {
    ...option,
    animation: true, animationDuration: 0, animationDurationUpdate: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 180, animationEasingUpdate: "linear",
    legend: { top: 0, itemWidth: 18, itemHeight: 11, selectedMode: false, textStyle: { color: colours.ink, fontSize: 13 }, data: [data.words.male, data.words.female, { name: data.words.first, icon: "path://M0,5 h6 v1 h-6 z M9,5 h6 v1 h-6 z" }] },
    tooltip: { ...option.tooltip, axisPointer: { type: "shadow" }, valueFormatter: size },
    xAxis: { ...axis, type: "value", min: -most * 1.04, max: most * 1.04, axisTick: { show: false, customValues: places }, axisLabel: { ...axis.axisLabel, formatter: size, customValues: places } },
    yAxis: { ...axis, type: "category", data: groups, splitLine: { show: false }, axisLine: { show: false }, axisLabel: { ...axis.axisLabel, interval: (i) => i % 10 === 0 } },
    series: [bar(data.words.male, data.male[0], -1, colours.accent, { symbol: "none" }), bar(data.words.female, data.female[0], 1, colours.second, hatch), ghost(data.male[0], -1), ghost(data.female[0], 1)],
  };
}

// Areas by their size, and how far chance alone may carry each from the figure of all together.
function funnel(data, colours, width) {
  const { axis, option } = base(colours);
  const shown = (value) => read(value, data.decimals);
  const limit = (name, values, type) => ({
    name, type: "line", symbol: "none", silent: true, tooltip: { show: false }, lineStyle: { color: colours.muted, width: 1.25, type }, itemStyle: { color: colours.muted },
    data: data.sizes.map((size, i) => [size, values[i]]),
  });
  const marks_ = marks(Math.min(...data.points.map((point) => point[1]), ...data.inner[0]), Math.max(...data.points.map((point) => point[1]), ...data.inner[1]), 5);
  const point = ([size, value, name, outside]) => ({
    value: [size, value, name], symbol: ["circle", "diamond", "diamond"][outside], symbolSize: outside ? 13 : 9,
    itemStyle: { color: outside ? colours.second : colours.accent, borderColor: colours.sheet, borderWidth: 1 },
    label: { show: true, position: "top", formatter: name, color: colours.ink, fontSize: 12, fontWeight: outside ? "bold" : "normal" },
  });
  return {
    ...option,
    legend: { top: 0, itemWidth: 22, selectedMode: false, textStyle: { color: colours.ink, fontSize: 12 }, data: [{ name: data.words.inner, icon: "path://M0,5h5v1.5h-5zM8,5h5v1.5h-5zM16,5h5v1.5h-5z" }, { name: data.words.outer, icon: "path://M0,5h2v1.5h-2zM5,5h2v1.5h-2zM10,5h2v1.5h-2zM15,5h2v1.5h-2zM20,5h2v1.5h-2z" }] },
    tooltip: { ...option.tooltip, trigger: "item", formatter: ({ value }) => `<b>${value[2]}</b> ${shown(value[1])}<br>${data.words.size} ${read(value[0], 0)}` },
    xAxis: { ...axis, type: "log", min: data.sizes[0], max: data.sizes[data.sizes.length - 1], splitLine: { show: false }, axisLabel: { ...axis.axisLabel, formatter: (value) => read(value, 0), hideOverlap: true, customValues: sizes(data.sizes[0], data.sizes[data.sizes.length - 1], width) }, axisLine: { onZero: false, lineStyle: { color: colours.line } } },
    yAxis: { ...axis, type: "value", ...marks_, axisLabel: { ...axis.axisLabel, formatter: (value) => read(value) } },
    series: [
      limit(data.words.outer, data.outer[0], "dotted"), limit(data.words.outer, data.outer[1], "dotted"),
      limit(data.words.inner, data.inner[0], "dashed"), limit(data.words.inner, data.inner[1], "dashed"),
      { ...limit(data.words.target, data.sizes.map(() => data.target), "solid") },
      { name: data.words.value, type: "line", lineStyle: { width: 0 }, z: 10, labelLayout: { hideOverlap: true }, data: data.points.map(point) },
    ].map((one) => ({ ...one, clip: true })),
    grid: { ...option.grid, top: 36, right: 24 },
  };
}

// Round sizes for a logarithmic axis: 1, 2 and 5 times powers of ten.
function sizes(low, high, width) {
  const found = [];
  for (let power = 10 ** Math.floor(Math.log10(low)); power <= high; power *= 10) for (const times of width < 420 ? [1, 3] : [1, 2, 5]) if (times * power >= low && times * power <= high) found.push(times * power);
  return found;
}

const KINDS = { pyramid, trend, bars, fan, compare, ages, funnel };

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
  if (data.kind === "ages") play(figure, chart, data);
}

// Years one after the other: by the slider, or by themselves until the last.
function play(figure, chart, data) {
  const slider = figure.querySelector(".controls input"), button = figure.querySelector("[data-play]"), told = figure.querySelector(".controls output");
  const last = data.years.length - 1;
  slider.max = last;
  const sum = (values) => values.reduce((all, one) => all + one, 0);
  const show = () => {
    const at = Number(slider.value);
    chart.setOption({ series: [{ data: data.male[at].map((n) => -n) }, { data: data.female[at] }] });
    told.textContent = `${data.years[at]} · ${read(Math.round(sum(data.male[at]) + sum(data.female[at])), 0)} ${data.words.people} · ${data.words.aged} ${read(data.aged[at], 1)}%`;
    slider.setAttribute("aria-valuetext", told.textContent);
  };
  const stop = () => {
    clearInterval(figure.timer);
    button.setAttribute("aria-pressed", "false");
    button.textContent = button.dataset.playWord;
  };
  const step = () => {
    if (Number(slider.value) >= last) return stop();
    slider.value = Number(slider.value) + 1;
    show();
  };
  stop();
  slider.oninput = () => { stop(); show(); };
  button.onclick = () => {
    if (button.getAttribute("aria-pressed") === "true") return stop();
    if (Number(slider.value) >= last) slider.value = 0;
    button.setAttribute("aria-pressed", "true");
    button.textContent = button.dataset.pauseWord;
    figure.timer = setInterval(step, 220);
  };
  show();
}

function drawAll() { document.querySelectorAll("figure[data-chart]").forEach(draw); }

function save(address, name) {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}

// The drawing on the page's own ground, twice as fine as on the screen.
function savePicture(chart, name) {
  const picture = new Image();
  picture.onload = () => {
    const sheet = document.createElement("canvas");
    [sheet.width, sheet.height] = [2 * chart.getWidth(), 2 * chart.getHeight()];
    const pen = sheet.getContext("2d");
    pen.fillStyle = palette().sheet;
    pen.fillRect(0, 0, sheet.width, sheet.height);
    pen.drawImage(picture, 0, 0, sheet.width, sheet.height);
    save(sheet.toDataURL("image/png"), name);
  };
  picture.src = chart.getDataURL({ type: "svg" });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-chart-svg], [data-chart-png]");
  if (!button) return;
  const chart = drawn.get(button.closest("figure").querySelector(".chart"));
  if (button.dataset.chartSvg) save(chart.getDataURL({ type: "svg" }), `${button.dataset.chartSvg}.svg`);
  else savePicture(chart, `${button.dataset.chartPng}.png`);
});
new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
addEventListener("resize", () => drawn.forEach((chart) => chart.resize()));
document.addEventListener("htmx:after:swap", drawAll);
drawAll();
