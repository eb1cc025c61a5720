"use strict";
// The run, as lines of JSON: a header, then one line for each step with what it changed (recorder.cpp, differences.h).
// A line is parsed when it is needed, and a state is made of the nearest one that was kept.
const lines = document.getElementById("data").textContent.trim().split("\n");
const header = JSON.parse(lines[0]);
const last = lines.length - 2; // the number of the last step; step 0 is before the first operation

const parsed = new Map();
function step(n) {
  let at = parsed.get(n);
  if (!at) {
    if (parsed.size > 3000) parsed.clear();
    parsed.set(n, at = JSON.parse(lines[n + 1]));
  }
  return at;
}

function apply(state, s) {
  for (const key of s.g || []) state.delete(key);
  for (const key in s.d) state.set(key, s.d[key]);
}

const every = 1000; // steps between states that are kept
const kept = [new Map()];
apply(kept[0], step(0));

// The state after step n: objects by their keys.
function stateAt(n) {
  const floor = Math.floor(n / every);
  while (kept.length <= floor) {
    const next = new Map(kept[kept.length - 1]);
    for (let i = (kept.length - 1) * every + 1; i <= kept.length * every; ++i) apply(next, JSON.parse(lines[i + 1]));
    kept.push(next);
  }
  const state = new Map(kept[floor]);
  for (let i = floor * every + 1; i <= n; ++i) apply(state, step(i));
  return state;
}

// What the step did: {now: new or changed keys, was: the state before}.
function differenceAt(n) {
  if (n === 0) return {fresh: new Set(), changed: new Set(), gone: [], was: new Map()};
  const was = stateAt(n - 1), s = step(n);
  const fresh = new Set(), changed = new Set();
  for (const key in s.d) (was.has(key) ? changed : fresh).add(key);
  return {fresh, changed, gone: s.g || [], was};
}

// Objects of a state by the letter of their keys, as [key, object].
function byLetter(state) {
  const all = {};
  for (const entry of state) (all[entry[0][0]] ||= []).push(entry);
  return all;
}

function hasWalk(n) { return Boolean(step(n).w && step(n).w.length); }

// The next step from n on, going around, for which `is` holds; -1 if there is none.
function nextStep(n, is) {
  for (let i = 0; i <= last; ++i) {
    const at = (n + i) % (last + 1);
    if (is(at)) return at;
  }
  return -1;
}
