"use strict";
// Which step is shown, and what the keys do.
const current = {step: 0, candidate: header.candidate, walking: false};

let helpIsNew = true; // it is open until the first step

function differenceText(v) {
  const list = [];
  const was = v.d.was, skip = new Set(["c", "x", "k"]);
  const order = "mvapifsn";
  const say = (cls, key, state, o) => list.push({cls, rank: order.indexOf(key[0]), text: describe(state, key, o)});
  for (const key of v.d.fresh) if (!skip.has(key[0]) && key[0] !== "n") say("new", key, v.state, v.state.get(key));
  for (const key of v.d.changed) {
    if (skip.has(key[0]) || key[0] === "n") continue;
    const before = describe(was, key, was.get(key)), after = describe(v.state, key, v.state.get(key));
    if (before !== after) list.push({cls: "changed", rank: order.indexOf(key[0]), text: `${after} (was: ${before})`});
  }
  for (const key of v.d.gone) if (!skip.has(key[0]) && key[0] !== "n") say("gone", key, was, was.get(key));
  return list.sort((a, b) => a.rank - b.rank);
}

function drawStep(v) {
  const s = step(current.step), list = differenceText(v), most = 8;
  const lost = [...v.lost.entries()].filter(([, x]) => x.strategy === v.candidate);
  const fresh = lost.filter(([, x]) => x.since === current.step);
  const number = current.step === 0 ? "" : `step ${current.step} of ${last}: `;
  const li = (d) => h("li", {}, h("span", {class: d.cls}, (d.cls === "gone" ? "" : " ") + d.text), d.cls === "gone" ? " is gone" : "");
  document.getElementById("step").replaceChildren(...[
    s.c ? h("p", {class: "dim"}, s.c.join("\n")) : "",
    h("h2", {}, number, h("code", {id: "operation"}, s.t), s.r ? ` returns ${s.r}` : "", s.n ? h("span", {class: "dim"}, `  (line ${s.n})`) : ""),
    fresh.length ? h("p", {class: "lost", id: "loss-here"}, h("b", {class: "lost"}, `From here on ${v.candidate} does not find ${fresh.map(([at]) => at).slice(0, 6).join(", ")}`),
      ` although ${v.candidate === header.reference ? "the page is mapped there" : `${header.reference} does`}: ${header.causes[fresh[0][1].cause].words}. `,
      h("a", {href: "#", on: {click: (e) => { e.preventDefault(); toWalk(); }}}, "See the walk (w)."))
      : lost.length ? h("p", {}, h("span", {class: "lost"}, `${v.candidate} does not find ${lost.map(([at]) => at).slice(0, 6).join(", ")}`),
        lost.length > 6 ? ` and ${lost.length - 6} more` : "", ", since step ", h("a", {href: `#step=${lost[0][1].since}`}, lost[0][1].since), ".") : "",
    header.losses_until !== null && current.step > header.losses_until ? h("p", {class: "dim"}, "What is lost here is known only where something walks: the run is too large.") : "",
    list.length ? h("ul", {}, list.slice(0, most).map(li)) : current.step && !hasWalk(current.step) ? h("p", {class: "dim"}, "changes nothing") : "",
    list.length > most ? h("details", {}, h("summary", {}, `and ${list.length - most} differences more`), h("ul", {}, list.slice(most, 500).map(li))) : ""].filter(Boolean));
}

function show() {
  const v = view(current.step, current.candidate);
  drawStep(v);
  document.getElementById("both").classList.toggle("walking", hasWalk(current.step)); // lines depend on it
  drawPicture(v);
  drawWalk();
  requestAnimationFrame(drawLines);
  drawList();
}

function go(n) {
  n = Math.max(0, Math.min(last, n));
  if (player.timer) { clearInterval(player.timer); player.timer = null; }
  if (n > 0 && n !== current.step && helpIsNew) { helpIsNew = false; document.getElementById("help").open = false; }
  current.step = n;
  current.walking = false;
  player.walk = null;
  player.index = firstLost(n);
  const hash = `#step=${n}`;
  if (location.hash !== hash) history.replaceState(null, "", hash);
  keepInSight();
  show();
}

// Of a step's walks, the first in which the candidate loses something.
function firstLost(n) {
  const list = step(n).w || [];
  return Math.max(0, list.findIndex((w) => w.runs.some((r) => r.verdict.strategy === current.candidate && r.verdict.missed.length)));
}

// To the walk of this step, or to the next step that has one; played from its start.
function toWalk() {
  if (!hasWalk(current.step)) {
    const n = nextStep(current.step, hasWalk);
    if (n < 0) return;
    go(n);
  }
  current.walking = true;
  player.at = 0;
  drawWalk();
  document.getElementById("walk").scrollIntoView({block: "start"});
}

function choose(name) {
  current.candidate = name;
  document.getElementById("candidate").value = name;
  summarize();
  player.index = firstLost(current.step);
  show();
}

function summarize() {
  const lost = new Map();
  let heals = true;
  for (const v of header.verdicts) if (v.strategy === current.candidate) for (const e of v.regressed) lost.set(place(e.pid, e.address), v);
  const p = document.getElementById("summary"), names = [...lost.keys()];
  const failures = header.failures.map((f) => h("span", {class: "lost"}, ` ${f.at ? `line ${f.at}: ` : ""}${f.text}.`));
  const more = header.walks_left_out ? ` ${plural(header.walks_left_out, "walk")} of pages of which nothing is lost, or beyond what a page can hold, cannot be played.` : "";
  if (!header.verdicts.length) p.replaceChildren("Nothing was walked in this run.", ...failures);
  else if (!names.length) p.replaceChildren(h("b", {class: "found"}, `✓ ${current.candidate} finds whatever ${header.reference} finds`), ` in every walk of this run.${more}`, ...failures);
  else p.replaceChildren(h("b", {class: "lost"}, `${current.candidate} loses ${names.slice(0, 4).join(", ")}${names.length > 4 ? ` and ${names.length - 4} more` : ""}`),
    `, which ${header.reference} finds: that process still maps the page, and the kernel would not know. Press ↓ to see how it comes to that, w for the walk.${more}`, ...failures);
}

function begin() {
  document.getElementById("why").textContent = header.why.map((l) => l.replace(/^#\s?/, "").trim()).filter((l) => !l.startsWith("rmapcheck trace")).join(" ");
  document.getElementById("reference").textContent = header.reference;
  const select = document.getElementById("candidate");
  for (const s of header.strategies) if (s.name !== header.reference || header.strategies.length === 1)
    select.append(h("option", {value: s.name, title: s.idea}, `${s.name} (${s.claim})`));
  select.value = current.candidate;
  select.addEventListener("change", () => { choose(select.value); select.blur(); });
  document.getElementById("to-walk").addEventListener("click", toWalk);
  document.getElementById("to-loss").addEventListener("click", () => { const n = nextStep(0, (i) => startsLoss(i, current.candidate)); if (n >= 0) go(n); });
  document.getElementById("theme").addEventListener("click", () => {
    const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    document.documentElement.dataset.theme = dark ? "light" : "dark";
  });
  const box = document.getElementById("search");
  box.addEventListener("keydown", (e) => {
    if (e.key === "Enter") { const n = search(box.value, current.step + 1); box.setCustomValidity(n < 0 ? "nothing like it" : ""); box.reportValidity(); if (n >= 0) go(n); }
    if (e.key === "Escape") box.blur();
    e.stopPropagation();
  });
  document.getElementById("rows").addEventListener("scroll", drawList);
  addEventListener("resize", () => { layout(); drawLines(); drawList(); });
  document.getElementById("help").addEventListener("toggle", layout);
  addEventListener("hashchange", fromHash);
  addEventListener("keydown", onKey);
  addEventListener("beforeprint", drawLines);
  document.getElementById("help").open = !location.hash;
  summarize();
  layout();
  fromHash();
}

function layout() { document.documentElement.style.setProperty("--head", document.querySelector("header").offsetHeight + "px"); }

function fromHash() {
  const m = /step=(\d+)/.exec(location.hash);
  go(m ? +m[1] : 0);
}

function onKey(e) {
  if (e.ctrlKey || e.metaKey || e.altKey || e.target.tagName === "INPUT" || e.target.tagName === "SELECT") return;
  const walk = current.walking && hasWalk(current.step);
  const keys = {
    ArrowDown: () => go(current.step + 1), ArrowUp: () => go(current.step - 1),
    ArrowRight: () => (walk ? moveWalk(1) : go(current.step + 1)), ArrowLeft: () => (walk ? moveWalk(-1) : go(current.step - 1)),
    Home: () => go(0), End: () => go(last), PageDown: () => go(current.step + 20), PageUp: () => go(current.step - 20),
    w: toWalk, " ": () => { if (hasWalk(current.step)) { current.walking = true; play(); } },
    Escape: () => { current.walking = false; moveWalk(Infinity); },
    "/": () => document.getElementById("search").focus(),
    "?": () => { helpIsNew = false; const help = document.getElementById("help"); help.open = !help.open; },
  };
  if (!keys[e.key]) return;
  e.preventDefault();
  keys[e.key]();
}

begin();
