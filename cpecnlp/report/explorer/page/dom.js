// Small helpers. Text reaches the page through textContent and attributes alone, never as HTML.

const $ = (id) => document.getElementById(id);

/** A new element: properties, then children (nodes or strings). */
function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role") node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children);
  return node;
}

/** Calls `run` when `wait` milliseconds have passed without another call. */
function later(run, wait) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(run, wait, ...given);
  };
}

const number = new Intl.NumberFormat("en").format;
const count = (n, one, many = `${one}s`) => `${number(n)} ${n === 1 ? one : many}`;
const nextFrame = () => new Promise((done) => setTimeout(done));
