"use strict";
// The operations on the left. Only the rows that are seen exist.
const rowHeight = 24;
const mostHeight = 8e6; // what browsers can scroll; beyond that the rows of the list are as many pixels apart as fit

function rowScale() { return Math.min(1, mostHeight / ((last + 1) * rowHeight)); }

function startsLoss(n, candidate) {
  const prefix = `x${candidate}.`;
  if (!lines[n + 1].includes(`"${prefix}`)) return false;
  const s = step(n);
  return Object.keys(s.d).some((k) => k.startsWith(prefix) && s.d[k].since === n);
}

function drawList() {
  const box = document.getElementById("rows"), spacer = document.getElementById("spacer"), scale = rowScale();
  spacer.style.height = `${(last + 1) * rowHeight * scale}px`;
  const first = Math.max(0, Math.floor(box.scrollTop / (rowHeight * scale)) - 5);
  const end = Math.min(last, first + Math.ceil(box.clientHeight / rowHeight) + 12);
  const rows = [];
  for (let n = first; n <= end; ++n) {
    const s = step(n), loss = startsLoss(n, current.candidate);
    rows.push(h("div", {class: "row" + (n === current.step ? " here" : ""), style: `top:${first * rowHeight * scale + (n - first) * rowHeight}px`,
      title: s.t, "data-step": n, "aria-current": n === current.step ? "step" : null, on: {click: () => go(n)}},
      h("span", {class: "number"}, n), loss ? h("span", {class: "lost", title: "a loss begins here"}) : "", hasWalk(n) ? h("span", {title: "something walks here"}, "⟲ ") : "", s.t));
  }
  spacer.replaceChildren(...rows);
}

function keepInSight() {
  const box = document.getElementById("rows"), top = current.step * rowHeight * rowScale();
  if (top < box.scrollTop || top + rowHeight > box.scrollTop + box.clientHeight) box.scrollTop = top - box.clientHeight / 2;
}

function search(text, from) {
  const wanted = text.toLowerCase();
  return nextStep(from, (n) => lines[n + 1].toLowerCase().includes(wanted) && step(n).t.toLowerCase().includes(wanted));
}
