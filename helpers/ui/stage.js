// The drawing surface of every panel: shows an SVG and its sentence, sends keys, clicks and ticks.
// Ticks make "play": the page asks for the next picture only when the last one is painted, so pausing is
// immediate, a slow computer is never flooded, and a page that is gone plays nothing.

const TYPING = "input:not([type=checkbox]), textarea, select, [role=slider], [contenteditable=true]";

function panelOf(el) {
  return el.closest(".curso-painel");
}

function onKey(event, model, state) {
  const key = model.get("heard")[event.key];
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key.startsWith("Arrow")) event.stopPropagation(); // JupyterLab would leave the cell with them
  if (!key || event.target.closest(TYPING)) return;
  // Space on a button that was reached by Tab presses that button, as everywhere else.
  if (key === "play" && event.target.closest("button, input")) return event.stopPropagation();
  event.preventDefault();
  event.stopPropagation();
  if (event.repeat && (key === "play" || state.answering)) return; // a held key waits for each picture
  state.answering = true;
  model.send({ type: "key", key });
}

function onClick(event, model, svg) {
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  model.send({ type: "click", x: at.x, y: at.y });
}

function hideIcons(panel) {
  // ipywidgets' icons are letters of a private alphabet, which would become part of a button's name
  panel?.querySelectorAll("button i").forEach((icon) => icon.setAttribute("aria-hidden", "true"));
}

function nameSliders(panel) {
  // ipywidgets gives its slider handles no accessible name
  for (const slider of panel?.querySelectorAll(".widget-slider") ?? []) {
    const label = slider.querySelector(".widget-label")?.textContent;
    slider.querySelectorAll("[role=slider]").forEach((h) => h.setAttribute("aria-label", label));
  }
}

function render({ model, el }) {
  const stop = new AbortController();
  const stage = document.createElement("div");
  stage.className = "curso-palco";
  stage.tabIndex = 0;
  stage.setAttribute("role", "group");
  const drawing = document.createElement("div");
  drawing.setAttribute("role", "img");
  const sentence = document.createElement("p");
  sentence.className = "curso-frase";
  sentence.setAttribute("aria-live", "polite");
  const notice = document.createElement("p");
  notice.className = "curso-aviso";
  notice.setAttribute("role", "alert");
  stage.append(drawing);
  el.append(stage, sentence, notice);

  const show = () => {
    drawing.innerHTML = model.get("svg");
    stage.setAttribute("aria-label", model.get("title"));
    drawing.setAttribute("aria-label", model.get("sentence"));
    sentence.textContent = model.get("sentence");
    notice.textContent = model.get("notice");
    notice.hidden = !model.get("notice");
    sentence.hidden = !notice.hidden; // one takes the other's place, so that the panel keeps its height
    hideIcons(panelOf(el)); // each time, since a button whose words change gets a new icon
    nameSliders(panelOf(el)); // and a slider's label may change too
    stage.dataset.frame = model.get("frame");
  };
  const state = { answering: false };
  let waiting = false, round = 0;
  const tick = () => {
    if (waiting || !model.get("playing") || stop.signal.aborted) return;
    waiting = true;
    model.send({ type: "tick" });
  };
  const painted = () => {
    // every answer of the kernel ends with a new frame number, after all the rest of the picture
    show();
    waiting = state.answering = false;
    const mine = ++round; // a later picture has its own tick: never two at once
    requestAnimationFrame(() => setTimeout(() => mine === round && tick(), model.get("interval")));
  };
  model.on("change:frame", painted);
  show();

  stage.addEventListener("click", (event) => {
    stage.focus({ preventScroll: true });
    const svg = drawing.querySelector("svg"); // the whole; inside it are windows, which are svg too
    if (svg?.contains(event.target)) onClick(event, model, svg);
  }, { signal: stop.signal });

  const disconnect = () => {
    // ipywidgets marks every view whose kernel was restarted; after that nobody answers
    if (!el.closest(".jupyter-widgets-disconnected")) return;
    stop.abort();
    notice.textContent = model.get("gone");
    [notice.hidden, sentence.hidden] = [false, true];
    panelOf(el)?.classList.add("curso-desligado");
  };
  const restarted = () => setTimeout(disconnect); // when all views are marked
  model.on("comm_live_update", restarted);

  const attach = () => {
    const panel = panelOf(el);
    if (stop.signal.aborted) return;
    if (!panel) return requestAnimationFrame(attach); // the view is rendered before it is in the page
    panel.addEventListener("keydown", (event) => onKey(event, model, state), { signal: stop.signal });
    panel.addEventListener("click", (event) => {
      // after a mouse click on a button the keys belong to the panel again; Tab and Enter keep their place
      if (event.detail > 0 && event.target.closest("button, input[type=checkbox]")) {
        stage.focus({ preventScroll: true });
      }
    }, { signal: stop.signal });
    let byMouse = false; // whether the list that changes was opened with the mouse
    panel.addEventListener("pointerdown", () => (byMouse = true), { signal: stop.signal });
    panel.addEventListener("keydown", () => (byMouse = false), { signal: stop.signal, capture: true });
    panel.addEventListener("change", (event) => {
      if (byMouse && event.target.matches("select")) stage.focus({ preventScroll: true });
    }, { signal: stop.signal });
    nameSliders(panel);
    hideIcons(panel);
  };
  attach();

  return () => {
    stop.abort();
    model.off("change:frame", painted);
    model.off("comm_live_update", restarted);
  };
}

export default { render };
