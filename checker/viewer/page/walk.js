"use strict";
// A walk, played rmap_item by rmap_item and VMA by VMA: the reference and the candidate side by side.

// Rows of the two runs in one order: {item: {…}} for an rmap_item, then {vma, a, b} for each VMA that either was given,
// where a and b are outcomes (undefined: its tree did not give it).
function rowsOf(a, b) {
  const rows = [];
  const passes = Math.max((a.passes || []).length, (b.passes || []).length);
  for (let p = 0; p < passes; ++p) {
    const one = a.passes[p], two = (b.passes || [])[p];
    const items = Math.max(one ? one.items.length : 0, two ? two.items.length : 0);
    for (let i = 0; i < items; ++i) {
      const x = one && one.items[i], y = two && two.items[i], any = x || y;
      rows.push({item: any, a: x, b: y, pass: p, asks: [one && one.asks, two && two.asks]});
      const found = new Map();
      const key = (v) => `${v[0]}:${v[1]}`;
      for (const v of (y && y.vmas) || []) found.set(key(v), v);
      for (const v of (x && x.vmas) || []) {
        rows.push({vma: v, a: v, b: found.get(key(v)), of: any, fold: y && y.more});
        found.delete(key(v));
      }
      for (const v of found.values()) rows.push({vma: v, a: undefined, b: v, of: any});
      if ((x && x.more) || (y && y.more)) rows.push({fold: true, a: x && x.more, b: y && y.more, of: any});
    }
  }
  return rows;
}

const words = {"found": "✓ found", "not mapped": "does not map the page", "other address": "skipped: has not this address",
  "other process": "skipped: the other round's process"};

function entrySet(v) { return new Set(v.map((e) => place(e.pid, e.address))); }

// The state of the panel: which walk of the step, how far it is played.
const player = {walk: null, index: 0, rows: [], at: -1, timer: null};

function runOf(walk, name) { return walk.runs.find((r) => r.verdict.strategy === name); }

function outcome(row, side, lost) {
  const mine = row[side];
  const asked = row.of ? (side === "a" ? row.askedA : row.askedB) : null;
  if (mine === undefined) {
    const hit = lost && row.a && row.a[4] === "found";
    return h("td", {class: hit ? "is-lost" : "never"}, asked === undefined ? "not asked" : "not given by the tree" + (hit ? ": lost" : ""));
  }
  return h("td", {class: mine[4] === "found" ? "found" : "dim"}, words[mine[4]] + (mine[4] === "found" ? ` ${place(mine[0], mine[3])}` : ""));
}

function questionText(item, state, asks) {
  if (!item) return "– (is over)";
  if (item.freed) return "reads a VMA that was freed: no tree to ask";
  const i = [...state].find(([k, o]) => k[0] === "i" && itemName(state, o) === place(item.pid, item.address));
  const tree = item.own_tree && i ? anonName(i[1].anon_vma) : item.own_tree ? "its anon_vma" : "another tree";
  return `asks ${tree} for ${offsetsText(item.first, item.last)}`;
}

function drawRows(walk, state, candidate, lost) {
  const head = h("tr", {}, h("th", {}, "rmap_item, and VMAs of the tree"), h("th", {}, header.reference),
    h("th", {}, candidate));
  let item = null;
  const body = player.rows.map((row, n) => {
    const cls = (row.item ? "item" : "vma") + (n === player.at ? " at" : n > player.at ? " later" : "");
    const on = {click: () => { player.at = n; drawWalk(); }};
    if (row.item) {
      item = row;
      return h("tr", {class: cls, on}, h("td", {}, `round ${row.item.round}: rmap_item ${place(row.item.pid, row.item.address)}`,
        h("div", {class: "dim"}, row.item.round === 1 ? `looks for entries of process ${row.item.pid}` : `looks for entries of other processes than ${row.item.pid}`)),
        h("td", {}, questionText(row.a, state, row.asks[0])), h("td", {}, questionText(row.b, state, row.asks[1])));
    }
    if (row.fold)
      return h("tr", {class: cls, on}, h("td", {class: "dim"}, "more VMAs, all skipped"),
        h("td", {class: "dim"}, plural(row.a || 0, "VMA")), h("td", {class: "dim"}, plural(row.b || 0, "VMA")));
    row.askedA = item.a;
    row.askedB = item.b;
    const v = row.vma;
    const loses = row.a && row.a[4] === "found" && lost.has(place(v[0], v[3]));
    return h("tr", {class: cls, on}, h("td", {}, `  ${v[0]}:${hex(v[1])}-${hex(v[2])}`, offsetsOfVma(state, v)),
      outcome(row, "a", false), outcome(row, "b", loses));
  });
  return h("table", {class: "walk-rows"}, head, body);
}

function offsetsOfVma(state, v) {
  const vma = vmaAt(state, v[0], v[1]);
  if (!vma) return "";
  return h("span", {class: "dim"}, ` offsets ${offsetsText(vma.pgoff, offsetOf(vma, vma.end - PAGE))}`);
}

// What is found so far, by either.
function drawTally(walk) {
  const found = {a: new Set(), b: new Set()};
  player.rows.slice(0, player.at + 1).forEach((row) => {
    for (const side of ["a", "b"]) if (row.vma && row[side] && row[side][4] === "found") found[side].add(place(row[side][0], row[side][3]));
  });
  const over = player.at >= player.rows.length - 1;
  const row = (name, set) => h("p", {}, h("b", {}, `${name} `), (walk.mapped || []).slice(0, 60).map(([pid, address]) => {
    const at = place(pid, address);
    return h("span", {class: "chip" + (set.has(at) ? " found" : over ? " is-lost" : "")}, at, set.has(at) ? " ✓" : over ? " ✗ lost" : " …");
  }));
  return h("div", {id: "tally"}, row(header.reference, found.a), row(current.candidate, found.b));
}

function drawVerdicts(walk) {
  const known = new Map();
  for (const v of header.verdicts) known.set(`${v.strategy} ${v.page.pid}:${v.page.address} ${v.at}`, v);
  const list = (v) => v.map((e) => place(e.pid, e.address)).join(", ");
  return h("table", {class: "verdicts"},
    h("tr", {}, ["walk", "found", "VMAs visited", "skipped by address", "by process", "lost", "in time"].map((t) => h("th", {}, t))),
    walk.runs.map((r) => {
      const v = r.verdict, judged = known.get(`${v.strategy} ${v.page.pid}:${v.page.address} ${v.at}`) || v;
      return h("tr", {"data-strategy": v.strategy, class: v.strategy === current.candidate ? "chosen" : "", title: "compare with this one",
        on: {click: () => choose(v.strategy)}},
        h("td", {"data-field": "strategy"}, v.strategy), h("td", {"data-field": "found"}, `${v.found} of ${v.mapped}`),
        h("td", {"data-field": "visited"}, v.visited), h("td", {"data-field": "skipped_address"}, v.skipped_address),
        h("td", {"data-field": "skipped_mm"}, v.skipped_mm),
        h("td", {"data-field": "missed", class: v.missed.length ? (v.regressed.length ? "is-lost" : "lost") : ""},
          (v.reads_freed_vma ? "reads a freed VMA " : "") + list(v.missed) + (v.missed.length && !v.regressed.length && v.strategy !== header.reference ? " (the reference, too)" : "")),
        h("td", {"data-field": "lifetime"}, judged.lifetime || ""));
    }));
}

// Why an entry is lost: what the reference did, what the candidate asked instead, and since when.
function explanation(walk, state, entry, run, n) {
  const at = place(entry.pid, entry.address), name = current.candidate;
  const reference = runOf(walk, header.reference);
  const lines = [];
  const hit = rowsOf(reference, run).filter((r) => r.a && r.vma && r.a[4] === "found" && place(r.a[0], r.a[3]) === at);
  const x = state.get(`x${name}.${entry.pid}.${(entry.address / PAGE).toString(16)}`) ||
    state.get(`x${header.reference}.${entry.pid}.${(entry.address / PAGE).toString(16)}`);
  const strategy = header.strategies.find((s) => s.name === name);
  const frame = walk.frame ? frameName(state, walk.frame) : "the page";
  if (hit.length) {
    const row = hit[0], vma = vmaAt(state, entry.pid, entry.address);
    const item = [...state.values()].find((o) => o.record && itemName(state, o) === place(row.of.pid, row.of.address));
    lines.push(`${at} maps ${frame}. ${header.reference} finds it by the rmap_item ${place(row.of.pid, row.of.address)}: it has ` +
      `this address, and the tree of its anon_vma${item ? ` ${anonName(item.anon_vma)}` : ""} has the VMA around it.`);
    let asked = null;
    for (const p of run.passes || []) for (const i of p.items)
      if (i.pid === row.of.pid && i.address === row.of.address && i.round === row.of.round) asked = i;
    if (asked && asked.freed)
      lines.push(`${name} goes by the VMA that the page was merged in${item ? ` (step ${item.record.step})` : ""}, which was freed since: it reads freed memory.`);
    else if (asked && vma) {
      const covers = big(vma.pgoff) <= big(asked.last) && big(asked.first) <= big(offsetOf(vma, vma.end - PAGE));
      lines.push(`${name} asks ${asked.own_tree ? "the same tree" : "another tree"} for ${offsetsText(asked.first, asked.last)} only` +
        (strategy.stores === "nothing" ? ` (${strategy.asks[0]}).` : `: that is what it stored${item ? ` when the page was merged (step ${item.record.step})` : ""}.`));
      lines.push(`The VMA around ${at} has the offsets ${offsetsText(vma.pgoff, offsetOf(vma, vma.end - PAGE))}: ` +
        (covers ? "it is not in the tree that is asked, or not looked at there." : "the tree does not give it, and nobody looks at the entry."));
    }
  } else lines.push(`${at} maps ${frame}, and no rmap_item leads there: ${header.reference} does not find it either.`);
  if (x) lines.push(h("span", {}, `So it is since step ${x.since}: `, h("a", {href: `#step=${x.since}`}, h("code", {}, step(x.since).t))));
  const judged = header.verdicts.find((v) => v.strategy === name && v.at === run.verdict.at && v.page.address === run.verdict.page.address && v.page.pid === run.verdict.page.pid);
  if (judged && judged.lifetime === "stays") lines.push("Scans by ksmd do not end it: as long as the entry is there, the page can be neither reclaimed nor migrated.");
  if (judged && judged.lifetime === "heals") lines.push("It heals: scans by ksmd end it.");
  if (judged && judged.lifetime === "passes") lines.push("It passes: it ends when what is in flight is over.");
  return h("div", {class: "explain", "data-lost": at}, h("b", {class: "lost"}, `${name} loses ${at}`),
    h("ol", {}, lines.map((l) => h("li", {}, l))),
    x ? h("p", {class: "dim"}, `In the judge's words: ${header.causes[x.cause].words}.`) : "");
}

function drawWalk() {
  const panel = document.getElementById("walk"), s = step(current.step);
  if (!s.w || !s.w.length) { panel.replaceChildren(); return; }
  const walk = s.w[Math.min(player.index, s.w.length - 1)], state = stateAt(current.step);
  const run = runOf(walk, current.candidate), reference = runOf(walk, header.reference);
  if (player.walk !== walk || player.of !== current.candidate) {
    player.walk = walk;
    player.of = current.candidate;
    player.rows = reference && reference.passes && run && run.passes ? rowsOf(reference, run) : [];
    player.at = player.rows.length - 1;
  }
  const missed = run ? run.verdict.missed : [];
  const lost = entrySet(missed);
  const pick = s.w.length > 1 ? h("select", {id: "which", on: {change: (e) => { player.index = +e.target.value; drawWalk(); }}},
    s.w.map((w, n) => h("option", {value: n, selected: w === walk}, `page ${place(...w.page)}` +
      (w.runs.some((r) => r.verdict.strategy === current.candidate && r.verdict.missed.length) ? " ✗ lost" : "")))) : "";
  const f = walk.frame ? frameName(state, walk.frame) : "";
  panel.replaceChildren(...[
    h("h2", {}, `The walk of ${f} at ${place(...walk.page)}: who finds every entry that maps it? `, pick),
    walk.ksm ? "" : h("p", {class: "dim"}, "Not a KSM page: rmap_walk_anon() finds its entries, and a strategy has no say."),
    run && run.layout ? h("p", {class: "dim"}, `${current.candidate} needs rmap_items of another layout (${run.layout}): it walked on a machine of its own, played the same steps; the picture is of the kernel's.`) : "",
    h("p", {class: "buttons"}, h("button", {id: "walk-first", on: {click: () => moveWalk(-Infinity)}}, "from the start"), " ",
      h("button", {on: {click: () => moveWalk(-1)}}, "← back"), " ", h("button", {id: "walk-next", on: {click: () => moveWalk(1)}}, "next →"), " ",
      h("button", {on: {click: play}}, "play (space)"), " ", h("button", {on: {click: () => moveWalk(Infinity)}}, "to its end"),
      h("span", {id: "walk-at", class: "dim"}, ` ${player.at + 1} of ${player.rows.length}`)),
    player.rows.length ? drawRows(walk, state, current.candidate, lost) : h("p", {class: "dim"}, "What it did is not kept: the run has too many walks for one page."),
    drawTally(walk),
    ...(player.at >= player.rows.length - 1 ? missed.slice(0, 5).map((e) => explanation(walk, state, e, run, current.step)) : []),
    drawVerdicts(walk)].filter(Boolean));
  highlight(walk);
}

// The same place in the picture.
function highlight(walk) {
  const picture = document.getElementById("picture");
  for (const e of picture.querySelectorAll(".at")) e.classList.remove("at");
  for (const e of picture.querySelectorAll("i.asked")) e.remove();
  const row = player.rows[player.at];
  if (!row || player.at >= player.rows.length - 1) return;
  const of = row.item || row.of;
  const at = (selector) => { const e = picture.querySelector(selector); if (e) e.classList.add("at"); return e; };
  at(`tr[data-item="${place(of.pid, of.address)}"]`);
  if (row.vma) {
    const v = row.vma;
    at(`[data-vma="${v[0]}:${hex(v[1])}-${hex(v[2])}"] .vma-head`);
    at(`td[data-entry="${place(v[0], v[3])}"]`);
    for (const e of picture.querySelectorAll(`tr[data-avc="${v[0]}:${hex(v[1])}-${hex(v[2])}"]`)) e.classList.add("at");
  }
  const state = stateAt(current.step);
  const i = [...state.values()].find((o) => o.record && itemName(state, o) === place(of.pid, of.address));
  const y = row.item ? row.b : row.askedB;
  const tree = i && picture.querySelector(`.tree[data-anon-vma="${anonName(i.anon_vma)}"]`);
  if (!tree || !y || y.freed || !y.own_tree || y.first !== y.last) return;
  const left = Number(big(y.first) - big(tree.dataset.low || "0")) / tree.dataset.width;
  if (left < 0 || left >= 1) return;
  for (const bar of tree.querySelectorAll(".bar"))
    bar.append(h("i", {class: "asked", title: "what the candidate asks for", style: `left:${100 * left}%;width:${100 / tree.dataset.width}%`}));
}

function moveWalk(by) {
  player.at = Math.max(0, Math.min(player.rows.length - 1, player.at + by));
  drawWalk();
  const row = document.querySelector(".walk-rows tr.at");
  if (row) row.scrollIntoView({block: "nearest"});
}

function play() {
  if (player.timer) { clearInterval(player.timer); player.timer = null; return; }
  if (player.at >= player.rows.length - 1) player.at = -1;
  player.timer = setInterval(() => {
    moveWalk(1);
    if (player.at >= player.rows.length - 1) { clearInterval(player.timer); player.timer = null; }
  }, 900);
}
