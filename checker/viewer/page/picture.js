"use strict";
// The machine after a step: address spaces on the left, frames with their rmap_items in the middle, trees on the right.
const shown = {vmas: 60, frames: 80, items: 60, anon: 40, tree: 80}; // before "show all"
let showAll = false;

// What is drawn: the state, what is new in it, and which entries the candidate loses.
function view(n, candidate) {
  const state = stateAt(n), all = byLetter(state), d = differenceAt(n);
  const lost = new Map(), entries = new Map(), listed = new Map();
  for (const [, x] of all.x || []) if (x.strategy === candidate || x.strategy === header.reference) {
    const at = place(x.pid, x.address);
    if (x.strategy === candidate || !lost.has(at)) lost.set(at, x);
  }
  for (const [key, p] of all.p || []) {
    const mm = "m" + key.slice(1, key.indexOf("."));
    if (!entries.has(mm)) entries.set(mm, []);
    entries.get(mm).push({key, p, at: place(pidOf(state, mm), p.address)});
  }
  for (const list of entries.values()) list.sort((a, b) => a.p.address - b.p.address);
  for (const [key, i] of all.i || []) listed.set(itemName(state, i), {key, i});
  const mark = (key) => (d.fresh.has(key) ? " is-new" : d.changed.has(key) ? " is-changed" : "");
  return {n, state, all, d, lost, entries, listed, mark, candidate};
}

// Not more than a page can hold: first those that the step changed.
function some(list, most, what, again) {
  if (showAll || list.length <= most) return {list, more: null};
  const more = h("button", {on: {click: () => { showAll = true; again(); }}},
    `and ${plural(list.length - most, what)} more: show all`);
  return {list: list.slice(0, most), more};
}

function chainOf(v, vma) {
  const names = [];
  for (let c = v.state.get(vma.chain); c; c = v.state.get(c.next)) names.push(anonName(c.anon_vma));
  return names;
}

function drawVma(v, key, vma) {
  const flags = vma.flags.split(" ");
  const prot = (flags.includes("rd") ? "r" : "-") + (flags.includes("wr") ? "w" : "-") + (flags.includes("ex") ? "x" : "-");
  const chain = chainOf(v, vma);
  return h("div", {class: "box vma" + v.mark(key), "data-vma": vmaName(v.state, vma), "data-pgoff": vma.vm_pgoff,
    "data-flags": vma.flags},
    h("div", {class: "vma-head"},
      `${hex(vma.start)}-${hex(vma.end)} ${prot} `,
      flags.includes("mg") ? h("span", {class: "chip", title: "VM_MERGEABLE: ksmd scans it"}, "mergeable") : "",
      vma.file === null ? "" : h("span", {class: "chip"}, `file ${vma.file}`),
      h("span", {class: "dim", title: "VmFlags"}, ` ${flags.filter((f) => !["rd", "wr", "ex", "mr", "mw", "me", "mg"].includes(f)).join(" ")} `),
      vma.anon_vma ? h("span", {title: "its anon_vma, and its chain: the trees that it is in"},
        `${anonName(vma.anon_vma)} `, h("span", {class: "dim"}, `in ${chain.join(", ")}`))
        : h("span", {class: "dim"}, "no anon_vma yet")),
    ruler(v, vma));
}

function drawProcess(v, key, mm) {
  const mine = (v.all.v || []).filter(([, o]) => o.mm === key).sort((a, b) => a[1].start - b[1].start);
  const first = mine.filter(([k]) => v.mark(k)), others = mine.filter(([k]) => !v.mark(k));
  const cut = some(mine.length > shown.vmas && !showAll ? first.concat(others) : mine, shown.vmas, "VMA", () => show());
  return h("div", {class: "process", "data-pid": mm.pid},
    h("h3", {class: v.d.fresh.has(key) ? "new" : ""}, ` process ${mm.pid}`,
      mm.merge_any ? h("span", {class: "dim"}, " (merges everything: PR_SET_MEMORY_MERGE)") : ""),
    mine.length ? cut.list.map(([k, o]) => drawVma(v, k, o)) : h("p", {class: "dim"}, "nothing is mapped"), cut.more);
}

// The rmap_items of a stable node, in the order in which a walk takes them.
function itemsOf(v, node) {
  const items = [];
  for (let key = node.items; key && items.length < 100000; key = v.state.get(key).next) items.push([key, v.state.get(key)]);
  return items;
}

function drawItem(v, key, i, stores) {
  const pid = pidOf(v.state, i.mm), vma = vmaAt(v.state, pid, i.address);
  const stored = i.stored && i.stored[v.candidate];
  const now = vma ? "0x" + offsetOf(vma, i.address) : "nothing mapped";
  return h("tr", {class: "rmap-item" + v.mark(key), "data-item": itemName(v.state, i)},
    h("td", {}, itemName(v.state, i)), h("td", {}, anonName(i.anon_vma)),
    h("td", {title: i.record ? `recorded in step ${i.record.step}` : ""}, i.record ? `0x${i.record.index}` : "–",
      i.record ? h("span", {class: "dim"}, ` (step ${i.record.step})`) : ""),
    stores ? h("td", {}, stored === undefined ? "–" : "0x" + stored) : null,
    h("td", {class: i.record && now !== "0x" + i.record.index ? "differs" : "dim"}, now));
}

function drawFrame(v, key, f, mapped) {
  const node = f.node && v.state.get(f.node);
  const chosen = header.strategies.find((s) => s.name === v.candidate);
  const stores = chosen && chosen.stores !== "nothing" && !chosen.stores.startsWith("`linear_page_index");
  const items = node ? itemsOf(v, node) : [], cut = some(items, shown.items, "rmap_item", () => show());
  const by = mapped.map((e) => h("span", {class: "chip" + (v.lost.has(e.at) ? " is-lost" : "")}, e.at));
  return h("div", {class: "box frame" + v.mark(key), "data-frame": key, "data-mapcount": f.mapcount},
    h("div", {}, h("b", {}, frameName(v.state, key)), f.ksm ? " KSM page" : f.anon_vma ? ` of ${anonName(f.anon_vma)}, offset 0x${f.index}` : " of no anon_vma",
      h("span", {class: "dim"}, `, every byte ${hex(f.byte)}, mapped ${plural(f.mapcount, "time")}`,
        f.exclusive ? ", exclusive" : "", f.locked ? ", locked" : "", f.migrating ? `, ${plural(f.migrating, "migration entry", "migration entries")}` : "",
        f.swap ? `, in the swap cache (slot ${f.swap.slice(1)})` : "")),
    by.length ? h("div", {}, by.slice(0, 40), by.length > 40 ? ` and ${by.length - 40} more` : "") : null,
    f.ksm && !node ? h("div", {class: "dim"}, "no stable node: no rmap_item leads here") : null,
    items.length ? h("table", {},
      h("tr", {}, h("th", {}, "rmap_item"), h("th", {}, "tree of"), h("th", {}, "offset at merge"),
        stores ? h("th", {}, `stored by ${v.candidate}`) : null, h("th", {title: "the offset that the VMA at that address gives it now"}, "offset there now")),
      cut.list.map(([k, i]) => drawItem(v, k, i, stores))) : null, cut.more);
}

function drawFrames(v) {
  const mapped = new Map();
  for (const list of v.entries.values())
    for (const e of list) if (e.p.frame) {
      if (!mapped.has(e.p.frame)) mapped.set(e.p.frame, []);
      mapped.get(e.p.frame).push(e);
    }
  const rank = ([k, f]) => (f.ksm ? 0 : v.mark(k) ? 1 : 2);
  const list = (v.all.f || []).slice().sort((a, b) => rank(a) - rank(b) || a[0].slice(1) - b[0].slice(1));
  const cut = some(list, shown.frames, "frame", () => show());
  return h("div", {class: "frames"}, h("h3", {}, "frames"),
    cut.list.map(([k, f]) => drawFrame(v, k, f, mapped.get(k) || [])), cut.more,
    (v.all.s || []).map(([k, s]) => h("div", {class: "box" + v.mark(k)}, `swap slot ${k.slice(1)}: named by ` +
      `${plural(s.count, "entry", "entries")}, ${s.frame ? "its page is in the swap cache: " + frameName(v.state, s.frame) : "bytes " + hex(s.byte)}`)));
}

// The nodes of a tree in order, each with its depth.
function nodesOf(v, root) {
  const out = [], stack = [];
  let at = root, depth = 0;
  while (at || stack.length) {
    for (; at; at = v.state.get(at).left) stack.push([at, depth++]);
    const [key, d] = stack.pop();
    const c = v.state.get(key);
    out.push({key, c, depth: d});
    at = c.right;
    depth = d + 1;
  }
  return out;
}

function drawTree(v, key, a) {
  const nodes = nodesOf(v, a.tree), cut = some(nodes, shown.tree, "VMA", () => show());
  let low = null, high = null;
  for (const {c} of nodes) {
    if (low === null || big(c.first) < low) low = big(c.first);
    if (high === null || big(c.last) > high) high = big(c.last);
  }
  const width = low === null ? 1 : Number(high - low) + 1;
  const bar = (first, end, cls) => h("i", {class: cls, style: `left:${100 * Number(first - low) / width}%;width:${100 * (Number(end - first) + 1) / width}%`});
  return h("div", {class: "box tree" + v.mark(key), "data-anon-vma": anonName(key), "data-low": low === null ? "" : low.toString(16), "data-width": width},
    h("div", {}, h("b", {}, anonName(key)), h("span", {class: "dim"},
      a.root && a.root !== key ? ` child of ${anonName(a.parent)}, root ${anonName(a.root)}` : " a root",
      `, ${plural(nodes.length, "VMA")} in its tree`)),
    nodes.length ? h("table", {}, h("tr", {}, h("th", {}, "offsets"), h("th", {}, "VMA"), h("th", {}, ""), h("th", {title: "the largest offset below this node"}, "subtree to")),
      cut.list.map(({key: k, c, depth}) => {
        const vma = v.state.get(c.vma);
        return h("tr", {class: "avc" + v.mark(k), "data-avc": vma ? vmaName(v.state, vma) : ""},
          h("td", {}, "·".repeat(depth), offsetsText(c.first, c.last)), h("td", {}, vma ? vmaName(v.state, vma) : "?"),
          h("td", {}, h("div", {class: "bar"}, bar(big(c.first), big(c.last), ""))), h("td", {class: "dim"}, "0x" + c.subtree_last));
      })) : null, cut.more);
}

function drawTrees(v) {
  const list = (v.all.a || []).slice().sort((a, b) => a[0].slice(1) - b[0].slice(1));
  const cut = some(list, shown.anon, "anon_vma", () => show());
  const k = v.state.get("k");
  return h("div", {class: "trees"}, h("h3", {}, "anon_vmas and their interval trees"),
    list.length ? cut.list.map(([key, a]) => drawTree(v, key, a)) : h("p", {class: "dim"}, "none yet"), cut.more,
    h("h3", {}, "KSM"), h("p", {class: "dim", id: "ksm", "data-shared": k.pages_shared, "data-sharing": k.pages_sharing},
      `full_scans ${k.full_scans}, pages_shared ${k.pages_shared}, pages_sharing ${k.pages_sharing}, run ${k.run}, ` +
      `smart_scan ${k.smart_scan ? 1 : 0}, max_page_sharing ${k.max_page_sharing}`),
    k.flights.map(([name, is]) => h("div", {class: "box"}, h("b", {}, `in flight: ${name} `), is)));
}

// Lines from entries of KSM pages to their frames, and from every entry that is lost.
function drawLines() {
  const picture = document.getElementById("picture");
  const old = document.getElementById("lines");
  if (old) old.remove();
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.id = "lines";
  svg.setAttribute("aria-hidden", "true");
  const zero = picture.getBoundingClientRect();
  const cells = [...picture.querySelectorAll("td[data-frame-of]")].slice(0, 300);
  for (const cell of cells) {
    const frame = picture.querySelector(`.frame[data-frame="${cell.dataset.frameOf}"]`);
    const lost = cell.classList.contains("is-lost");
    if (!frame || (!lost && !cell.classList.contains("ksm"))) continue;
    const a = cell.getBoundingClientRect(), b = frame.getBoundingClientRect();
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    const x = a.right - zero.left, y = a.top + a.height / 2 - zero.top, u = b.left - zero.left, w = b.top + 14 - zero.top;
    path.setAttribute("d", `M${x} ${y}C${x + 40} ${y} ${u - 40} ${w} ${u} ${w}`);
    if (lost) path.setAttribute("class", "lost");
    svg.append(path);
  }
  picture.append(svg);
}

function drawPicture(v) {
  const processes = (v.all.m || []).filter(([, m]) => !m.exited).sort((a, b) => a[1].pid - b[1].pid);
  document.getElementById("picture").replaceChildren(
    h("div", {class: "processes"}, h("h3", {class: "dim"}, "address spaces"), processes.map(([key, m]) => drawProcess(v, key, m))),
    drawFrames(v), drawTrees(v));
  drawLines();
}
