"use strict";
// The ruler of a VMA: a column for each page, as many as fit; what matters is never left out.
const columns = 40;

// Which pages are drawn, as [first, count] where count > 1 is a gap.
function chosenPages(v, vma, mine) {
  const pages = (vma.end - vma.start) / PAGE;
  const wanted = new Set();
  const want = (address) => { if (wanted.size < columns && vma.start <= address && address < vma.end) wanted.add((address - vma.start) / PAGE); };
  const pid = pidOf(v.state, vma.mm);
  for (const [, x] of v.lost) if (x.pid === pid) want(x.address);
  for (const e of mine) if (v.mark(e.key)) want(e.p.address);
  for (const {i} of v.listed.values()) if (i.mm === vma.mm && i.state === "stable") want(i.address);
  for (const e of mine) want(e.p.address);
  for (let n = 0; n < Math.min(pages, pages <= columns ? columns : 3); ++n) wanted.add(n);
  wanted.add(pages - 1);
  const out = [];
  let next = 0;
  for (const n of [...wanted].sort((a, b) => a - b)) {
    if (n > next) out.push([next, n - next]);
    out.push([n, 0]);
    next = n + 1;
  }
  return out;
}

function cellOfEntry(v, pid, address, e) {
  const at = place(pid, address), lost = v.lost.get(at);
  if (!e) return h("td", {class: "dim", "data-entry": at}, "·");
  const ksm = e.p.frame && (v.state.get(e.p.frame) || {}).ksm;
  const by = lost ? (lost.strategy === v.candidate ? v.candidate : "every walk, the reference included") : "";
  return h("td", {class: (ksm ? "ksm" : "") + (lost ? " is-lost" : "") + v.mark(e.key), "data-entry": at,
    "data-maps": entryText(v.state, e.p), "data-frame-of": e.p.frame,
    title: lost ? `lost by ${by} since step ${lost.since}` : `${at} maps ${entryText(v.state, e.p)}`},
    entryText(v.state, e.p));
}

function ruler(v, vma) {
  const pid = pidOf(v.state, vma.mm);
  const mine = (v.entries.get(vma.mm) || []).filter((e) => vma.start <= e.p.address && e.p.address < vma.end);
  const entries = new Map(mine.map((e) => [e.p.address, e]));
  const rows = {page: [], offset: [], maps: [], rmap_item: []};
  let items = false;
  for (const [n, gap] of chosenPages(v, vma, mine)) {
    if (gap) {
      rows.page.push(h("td", {class: "gap"}, "…"));
      rows.offset.push(h("td", {class: "gap"}, ""));
      rows.maps.push(h("td", {class: "gap", title: `${gap} pages are not drawn`}, `${gap} more`));
      rows.rmap_item.push(h("td", {class: "gap"}, ""));
      continue;
    }
    const address = vma.start + n * PAGE, offset = offsetOf(vma, address), page = (address / PAGE).toString(16);
    rows.page.push(h("td", {"data-page": place(pid, address)}, "0x" + page));
    rows.offset.push(h("td", {class: offset === page ? "" : "differs", "data-offset": place(pid, address),
      title: offset === page ? "the offset is address >> PAGE_SHIFT" : "the offset is not address >> PAGE_SHIFT"}, "0x" + offset));
    rows.maps.push(cellOfEntry(v, pid, address, entries.get(address)));
    const item = v.listed.get(place(pid, address));
    items ||= Boolean(item);
    rows.rmap_item.push(h("td", {class: "dim" + (item ? v.mark(item.key) : "")},
      !item ? "" : item.i.record ? `0x${item.i.record.index}` : item.i.state === "unstable" ? "unstable" : "–"));
  }
  const row = (name, title) => h("tr", {}, h("th", {title}, name.replace("_item", "_item")), rows[name]);
  return h("table", {class: "ruler"}, row("page", "address >> PAGE_SHIFT"),
    row("offset", "what the interval tree knows the page by: linear_page_index(vma, address)"),
    row("maps", "the page-table entry"),
    items ? row("rmap_item", "the rmap_item of this process and address, with the offset recorded at merge") : null);
}
