// The map of squares: the slider moves it through its years, and it can be taken along as a picture.
function move(figure) {
  const slider = figure.querySelector(".controls input[type=range]"), told = figure.querySelector(".controls output");
  const source = figure.querySelector("script[type='application/json']");
  if (!slider || !source) return;
  const steps = JSON.parse(source.textContent), squares = [...figure.querySelectorAll("[data-square]")];
  slider.addEventListener("input", () => {
    const [label, cells] = steps[Number(slider.value) - Number(slider.min)];
    told.textContent = label;
    slider.setAttribute("aria-valuetext", label);
    squares.forEach((square, i) => {
      const [shade, shown, interval, words] = cells[i], [, figureText, smallText] = square.querySelectorAll("text");
      square.setAttribute("aria-label", words);
      square.querySelector("title").textContent = words;
      square.querySelector("rect").setAttribute("class", `s${shade}`);
      square.querySelectorAll("text").forEach((text) => text.setAttribute("class", text === figureText ? `t${shade} v` : `t${shade}`));
      figureText.textContent = shown;
      smallText.textContent = interval;
    });
  });
  slider.form.addEventListener("submit", (event) => event.preventDefault());
}

// The drawing with its colours, which elsewhere have no style sheet.
function taken(figure) {
  const drawing = figure.querySelector("svg[viewBox]"), copy = drawing.cloneNode(true);
  const marks = drawing.querySelectorAll("rect, text"), copies = copy.querySelectorAll("rect, text");
  marks.forEach((mark, i) => {
    const style = getComputedStyle(mark);
    for (const name of ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-weight", "text-anchor"]) copies[i].setAttribute(name, style.getPropertyValue(name));
    if (mark.tagName === "text") copies[i].setAttribute("font-family", style.fontFamily.replaceAll('"', "'"));
    copies[i].removeAttribute("class");
  });
  copy.querySelectorAll("a").forEach((link) => link.removeAttribute("href")); // the picture leads nowhere
  copy.setAttribute("width", drawing.viewBox.baseVal.width);
  copy.setAttribute("height", drawing.viewBox.baseVal.height);
  return new XMLSerializer().serializeToString(copy);
}

function save(address, name) {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}

function savePicture(figure, address) {
  const picture = new Image();
  picture.onload = () => {
    const sheet = document.createElement("canvas");
    [sheet.width, sheet.height] = [3 * picture.width, 3 * picture.height];
    const pen = sheet.getContext("2d");
    pen.fillStyle = getComputedStyle(figure).backgroundColor;
    pen.fillRect(0, 0, sheet.width, sheet.height);
    pen.drawImage(picture, 0, 0, sheet.width, sheet.height);
    save(sheet.toDataURL("image/png"), `${figure.id}.png`);
  };
  picture.src = address;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-map-svg], [data-map-png]");
  if (!button) return;
  const figure = button.closest("figure"), address = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(taken(figure))}`;
  if (button.matches("[data-map-svg]")) save(address, `${figure.id}.svg`);
  else savePicture(figure, address);
});
document.querySelectorAll("figure[data-map]").forEach(move);
