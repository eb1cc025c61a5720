"use strict";
// How things are called on the page, and how elements are made.
function h(tag, attributes, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [event, f] of Object.entries(value)) e.addEventListener(event, f);
    else e.setAttribute(name, value === true ? "" : value);
  }
  e.append(...children.flat(3).filter((c) => c !== null && c !== undefined && c !== false));
  return e;
}

const hex = (n) => "0x" + n.toString(16);
const place = (pid, address) => `${pid}:${hex(address)}`;
const offsetsText = (first, last) =>
  first === "0" && last === "ffffffffffffffff" ? "0 to ULONG_MAX" : first === last ? "0x" + first : `0x${first} to 0x${last}`;
const plural = (n, one, many) => `${n.toLocaleString("en")} ${n === 1 ? one : many || one + "s"}`;
const big = (text) => BigInt("0x" + text);
const PAGE = 4096;

const anonName = (key) => (key ? "A" + key.slice(1) : "none");
const frameName = (state, key) => ((state.get(key) || {}).ksm ? "K" : "F") + key.slice(1);
const fileText = (o) => (o.file === undefined ? "" : `, page ${o.index} of ${o.file === null ? "no file any more" : "file " + o.file}`);
const pidOf = (state, mm) => (state.get(mm) || {pid: "?"}).pid;
const vmaName = (state, v) => `${pidOf(state, v.mm)}:${hex(v.start)}-${hex(v.end)}`;
const itemName = (state, i) => place(pidOf(state, i.mm), i.address);

// The page offset that a VMA gives an address, as the trees have it.
const offsetOf = (v, address) => (big(v.pgoff) + BigInt((address - v.start) / PAGE)).toString(16);
function vmaAt(state, pid, address) {
  for (const [key, v] of state)
    if (key[0] === "v" && v.start <= address && address < v.end && pidOf(state, v.mm) === pid) return v;
  return null;
}

function entryText(state, p) {
  if (p.kind === "present") return frameName(state, p.frame);
  if (p.kind === "migration") return "moving " + frameName(state, p.frame);
  if (p.kind === "swap") return "swap " + p.swap.slice(1);
  return {zero: "zero page", ksm_zero: "zero page (KSM)", guard: "guard"}[p.kind];
}

// An object in a few words, for lists of differences.
function describe(state, key, o) {
  switch (key[0]) {
  case "m": return `process ${o.pid}${o.exited ? ", which has exited and whose rmap_items ksmd has still to free" : ""}`;
  case "v": return `VMA ${vmaName(state, o)} ${o.flags.split(" ").includes("mg") ? "mergeable, " : ""}` +
      `${o.anon_vma ? anonName(o.anon_vma) : "no anon_vma"}, offsets from 0x${o.pgoff}`;
  case "a": return `anon_vma ${anonName(key)}${o.root && o.root !== key ? ", below " + anonName(o.root) : ""}`;
  case "p": return `entry ${place(pidOf(state, "m" + key.slice(1).split(".")[0]), o.address)} maps ${entryText(state, o)}`;
  case "f": return `frame ${frameName(state, key)}${o.ksm ? ", a KSM page" : fileText(o)}, mapped ${plural(o.mapcount, "time")}`;
  case "s": return `swap slot ${key.slice(1)}, named by ${plural(o.count, "entry", "entries")}`;
  case "i": return `rmap_item ${itemName(state, o)}: ${o.state}` +
      (o.record ? `, ${anonName(o.anon_vma)}, offset 0x${o.record.index} recorded` : "");
  }
  return "";
}
