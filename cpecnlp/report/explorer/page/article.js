// One article: removed stretches struck through, names marked, topics with their sentences.

/** The whole text in order as nodes, cut where a removed stretch or a name begins or ends. */
function marked(store, article, onName) {
  const marks = article.removed.map((row) => ({ row, removed: true }));
  marks.push(...article.entities.map((row) => ({ row, removed: false })));
  marks.sort((a, b) => a.row[0] - b.row[0] || b.removed - a.removed);
  const nodes = [];
  let at = 0;
  for (const { row, removed } of marks) {
    const [start, end] = row;
    if (start < at) continue; // a foreign record may have a name in a removed stretch
    if (start > at) nodes.push(article.text.slice(at, start));
    const text = article.text.slice(start, end);
    nodes.push(removed ? struck(row, text) : named(store, row, text, onName));
    at = end;
  }
  nodes.push(article.text.slice(at));
  return nodes;
}

const scored = (score) => (score === null ? "" : `score ${score.toFixed(2)}`);
const joined = (...parts) => parts.filter(Boolean).join(" · ");

function struck([, , kind, score, source], text) {
  const node = el("del", { tabIndex: 0 }, text);
  node.dataset.kind = kind;
  node.dataset.tip = joined(`removed: ${kind}`, scored(score), source);
  return node;
}

function named(store, [, , entity, label, score, source, ref], text, onName) {
  const [colour, line] = store.style(label);
  const node = el("mark", { tabIndex: 0, role: "button" }, text);
  node.style.setProperty("--colour", colour);
  node.style.setProperty("--line", line);
  node.dataset.kind = label;
  const name = store.index.names[entity];
  node.dataset.tip = joined(name, label, ref !== name && ref, scored(score), source);
  const filter = () => onName(store.called(entity));
  node.addEventListener("click", filter);
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    filter();
  });
  return node;
}

/** A topic as a disclosure that lists the sentences which speak for it. */
function topicNode(store, article, [topic, score], body) {
  const title = joined(store.index.topics[topic][1], score !== null && score.toFixed(2));
  const sentences = article.evidence[topic] ?? [];
  if (!sentences.length) return el("span", { className: "chip" }, title);
  const list = sentences.map(([start, end]) => {
    const show = el("button", { type: "button", className: "plain" }, article.text.slice(start, end));
    show.addEventListener("click", () => highlight("evidence", [rangeOf(body, start, end)], true));
    return el("li", {}, show);
  });
  const node = el("details", { className: "chip" }, el("summary", {}, title), el("ul", {}, ...list));
  node.addEventListener("toggle", () => {
    const ranges = node.open ? sentences.map(([start, end]) => rangeOf(body, start, end)) : [];
    highlight("evidence", ranges, false);
  });
  return node;
}

/** The stretch [start, end) of an element's text, whatever elements it runs through. */
function rangeOf(body, start, end) {
  const range = document.createRange();
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  let at = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (at <= start && start <= at + node.length) range.setStart(node, start - at);
    if (end <= at + node.length) {
      range.setEnd(node, end - at);
      break;
    }
    at += node.length;
  }
  return range;
}

/** Colours ranges without touching the text, in browsers that can (CSS Custom Highlights). */
function highlight(name, ranges, scroll) {
  if (globalThis.CSS?.highlights) CSS.highlights.set(name, new Highlight(...ranges));
  if (scroll && ranges.length) ranges[0].startContainer.parentElement.scrollIntoView({ block: "center" });
}

function highlightTerms(body, query) {
  const whole = body.textContent;
  let text = "";
  const places = []; // of every folded character in the text as it stands
  for (let at = 0; query && at < whole.length; at++) {
    const folded = fold(whole[at]);
    for (let i = 0; i < folded.length; i++) places.push(at);
    text += folded;
  }
  const ranges = [];
  for (const term of terms(query)) {
    for (let at = text.indexOf(term); at >= 0 && ranges.length < 200; at = text.indexOf(term, at + term.length)) {
      ranges.push(rangeOf(body, places[at], places[at + term.length - 1] + 1));
    }
  }
  highlight("term", ranges, false);
}

/** What the names' colours mean in this article, with their counts. */
function legend(store, article) {
  const counts = new Map();
  for (const [, , , label] of article.entities) counts.set(label, (counts.get(label) ?? 0) + 1);
  const keys = [...counts].sort((a, b) => b[1] - a[1]).map(([label, n]) => {
    const key = el("span", { className: "key" }, `${label} ${n}`);
    const [colour, line] = store.style(label);
    key.style.setProperty("--colour", colour);
    key.style.setProperty("--line", line);
    return key;
  });
  const removed = article.removed.reduce((sum, [start, end]) => sum + end - start, 0);
  if (removed) keys.push(el("span", { className: "key cut" }, `removed ${Math.round((100 * removed) / article.text.length)} %`));
  return el("p", { className: "legend" }, ...keys);
}

function toggle(name, text, box) {
  const input = el("input", { type: "checkbox", checked: !box.classList.contains(name) });
  input.addEventListener("change", () => box.classList.toggle(name, !input.checked));
  return el("label", {}, input, ` ${text}`);
}

function facts(store, at, article) {
  const { published, ...fields } = article.fields;
  const said = [store.outlet(at), store.index.dates[at], ...Object.entries(fields).map((pair) => pair.join(": "))];
  const line = el("p", { className: "facts" }, joined(...said, store.index.ids[at]));
  // other schemes (javascript:, data:) are shown by nobody and followed by nobody
  if (/^https?:\/\//i.test(article.url)) {
    line.append(" · ", el("a", { href: article.url, rel: "noopener noreferrer", target: "_blank" }, "original"));
  }
  return line;
}

function drawArticle(store, at, article, query, onName, onBack) {
  const box = $("article");
  const body = el("div", { className: "text" }, ...marked(store, article, onName));
  const back = el("button", { type: "button", className: "back" }, "← Articles");
  back.addEventListener("click", onBack);
  const title = el("h2", { tabIndex: -1 }, store.index.titles[at]);
  box.replaceChildren(
    back,
    title,
    facts(store, at, article),
    el("div", { className: "chips" }, ...article.topics.map((topic) => topicNode(store, article, topic, body))),
    el("p", { className: "switches" }, toggle("clean", "removed parts", box), toggle("bare", "labels", box)),
    legend(store, article),
    body,
  );
  box.scrollTop = 0;
  highlight("evidence", [], false);
  highlightTerms(body, query);
  title.focus({ preventScroll: true });
}

/** The reason of a mark, on hover and on keyboard focus alike. */
function tooltips() {
  const tip = $("tip");
  let owner = null;
  const hide = () => {
    owner?.removeAttribute("aria-describedby");
    owner = null;
    tip.hidden = true;
  };
  const show = (event) => {
    const node = event.target.closest?.("[data-tip]");
    if (node === owner) return;
    hide();
    if (!node) return;
    owner = node;
    tip.textContent = node.dataset.tip;
    tip.hidden = false;
    node.setAttribute("aria-describedby", "tip");
    const place = node.getClientRects()[0];
    const left = Math.min(place.left, innerWidth - tip.offsetWidth - 8);
    const above = place.top - tip.offsetHeight - 6;
    tip.style.left = `${Math.max(8, left)}px`;
    tip.style.top = `${above > 4 ? above : place.bottom + 6}px`;
  };
  document.addEventListener("pointerover", show);
  document.addEventListener("focusin", show);
  document.addEventListener("focusout", hide);
  document.addEventListener("scroll", hide, true);
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
}
