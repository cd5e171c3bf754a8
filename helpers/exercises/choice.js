// One question: a group of radio buttons or a number field, and a reply below that screen readers announce.

const OURS = new Set(["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", " "]);

function add(parent, name, className) {
  const node = document.createElement(name);
  node.className = className;
  parent.append(node);
  return node;
}

function write(node, words) {
  // `code` between backticks; everything else is plain text
  node.replaceChildren(
    ...words.split("`").map((piece, place) => {
      if (place % 2 === 0) return document.createTextNode(piece);
      const code = document.createElement("code");
      code.textContent = piece;
      return code;
    }),
  );
}

function addRadios(fieldset, model) {
  // radios of one name exclude each other across the whole page, so the name is this view's own
  const group = `curso-${Math.random().toString(36).slice(2)}`;
  return model.get("options").map((words, place) => {
    const label = add(fieldset, "label", "curso-opcao");
    const radio = add(label, "input", "");
    radio.type = "radio";
    radio.name = group;
    radio.addEventListener("change", () => {
      model.set("choice", place);
      model.save_changes();
    });
    write(add(label, "span", ""), words);
    return radio;
  });
}

function addField(fieldset, legend, model) {
  const field = add(fieldset, "input", "curso-numero");
  field.type = "text";
  field.inputMode = "decimal";
  field.autocomplete = "off";
  field.setAttribute("aria-label", legend.textContent);
  field.placeholder = model.get("hint");
  const send = () => {
    model.set("text", field.value);
    model.save_changes();
  };
  field.addEventListener("change", send);
  field.addEventListener("keydown", (event) => {
    // plain Enter only: with Shift or Ctrl it runs the cell, and leaving the field sends the answer
    if (event.key !== "Enter" || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    send();
  });
  return field;
}

function render({ model, el }) {
  const fieldset = add(el, "fieldset", "curso-pergunta");
  const legend = add(fieldset, "legend", "");
  write(legend, model.get("question"));
  const radios = addRadios(fieldset, model);
  const field = radios.length ? null : addField(fieldset, legend, model);
  const reply = add(el, "p", "curso-retorno");
  reply.setAttribute("role", "status");

  // JupyterLab moves between cells with the keys that choose an option
  const stop = new AbortController();
  fieldset.addEventListener(
    "keydown",
    (event) => {
      if (OURS.has(event.key) && event.target.matches("input")) event.stopPropagation();
    },
    { signal: stop.signal },
  );

  const show = () => {
    radios.forEach((radio, place) => (radio.checked = place === model.get("choice")));
    if (field) field.value = model.get("text");
    write(reply, model.get("reply"));
    reply.dataset.tom = model.get("tone");
    reply.hidden = !model.get("reply");
  };
  model.on("change:choice change:text change:reply change:tone", show);
  show();
  return () => {
    stop.abort();
    model.off("change:choice change:text change:reply change:tone", show);
  };
}

export default { render };
