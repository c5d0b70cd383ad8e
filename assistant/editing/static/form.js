// The form of one answer. What is typed is kept in this browser until it is saved: nothing typed is lost.

import * as preview from "./preview.js";
import * as server from "./server.js";
import { byId, make } from "./elements.js";

const TEXTS = ["title", "aspect", "source", "reviewed_by", "reviewed_on", "review_due", "body"];
const CLOSINGS = {
  medicines: "Change no medicine, diet or treatment without asking a doctor",
  "warning-signs": "Whom to call when these signs are there now",
  "source-differs": "The source does not say the same everywhere",
};

let open = null; // { ref, title, version, saved }: the answer in the form, and what its file says

const keptKey = (ref) => `desk:${ref}`;
const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);
const say = (words) => { byId("status").textContent = words; };

function typed() {
  const values = Object.fromEntries(TEXTS.map((name) => [name, byId(name).value]));
  values.questions = lines(byId("questions").value);
  values.closing = [...byId("closing").querySelectorAll("input:checked")].map((box) => box.value);
  values.state = byId("state").checked ? "draft" : "";
  return values;
}

const sent = () => ({ ref: open.ref, version: open.version, ...typed() });
const isChanged = () => JSON.stringify(typed()) !== open.saved;

function choose(select, choices, chosen) {
  const all = choices.includes(chosen) || !chosen ? choices : [chosen, ...choices];
  select.replaceChildren(...all.map((each) => make("option", each, { value: each })));
  select.value = chosen;
}

function fill(values) {
  choose(byId("aspect"), open.choices.aspect, values.aspect);
  choose(byId("source"), open.choices.source, values.source);
  for (const name of TEXTS) byId(name).value = values[name];
  byId("questions").value = values.questions.join("\n");
  byId("state").checked = values.state === "draft";
  byId("closing").replaceChildren(
    ...open.choices.closing.map((each) => {
      const box = make("input", "", { type: "checkbox", id: `closing-${each}`, value: each });
      box.checked = values.closing.includes(each);
      return make("label", "", { class: "switch", for: `closing-${each}` }, box, make("span", CLOSINGS[each] || each));
    }),
  );
}

function stand(answer) {
  Object.assign(open, { version: answer.version, choices: answer.choices });
  fill(answer);
  open.saved = JSON.stringify(typed());
}

function noteChanges() {
  const changed = isChanged();
  byId("unsaved").textContent = changed ? "Not saved yet. It is kept in this browser." : "Everything is saved.";
  byId("undo").disabled = !changed;
  try {
    if (changed) localStorage.setItem(keptKey(open.ref), JSON.stringify({ version: open.version, values: typed() }));
    else localStorage.removeItem(keptKey(open.ref));
  } catch {
    byId("unsaved").textContent = "Not saved yet, and this browser keeps nothing: save before you leave.";
  }
}

function kept(ref) {
  try {
    return JSON.parse(localStorage.getItem(keptKey(ref)));
  } catch {
    return null;
  }
}

export async function show(ref) {
  let answer;
  try {
    answer = await server.answer(ref);
  } catch (error) {
    say(error.message);
    return false;
  }
  open = { ref };
  byId("conflict").hidden = true;
  stand(answer);
  const before = kept(ref);
  if (before) fill({ ...answer, ...before.values });
  if (before && before.version !== answer.version) {
    // It was typed over an older file: saving it is refused until that is meant.
    open.version = before.version;
    conflict("The file of this answer was changed since you typed this.", answer);
  }
  byId("editor-title").textContent = byId("title").value || ref;
  byId("nothing-open").hidden = true;
  byId("form").hidden = byId("actions").hidden = false;
  noteChanges();
  say(before ? "Open, with what you typed before and did not save." : "Open.");
  await preview.now(sent);
  return true;
}

export function addWording(words) {
  const field = byId("questions");
  field.value = [...lines(field.value), words].join("\n");
  noteChanges();
  preview.soon(sent);
  field.focus();
  field.setSelectionRange(field.value.length - words.length, field.value.length);
  say("Added as the last wording. Read it, then save.");
}

// The file changed outside: shown at once when nothing was typed, and told of when something was.
export async function fileChanged() {
  if (!open) return;
  const answer = await server.answer(open.ref).catch(() => null);
  if (!answer || answer.version === open.version) return;
  if (isChanged()) {
    conflict("The file of this answer was changed meanwhile. What you typed is still here.", answer);
    return;
  }
  stand(answer);
  noteChanges();
  preview.soon(sent);
  say("The file was changed outside this page. The form shows it as it is now.");
}

function conflict(words, theirs) {
  open.theirs = theirs;
  byId("conflict-words").textContent = words;
  byId("theirs-title").textContent = "What the file says now";
  byId("keep-mine").hidden = byId("take-theirs").hidden = false;
  byId("theirs").textContent = `${theirs.title}\n\n${theirs.body}\n\n${theirs.questions.join("\n")}`;
  byId("conflict").hidden = false;
}

async function save() {
  const saving = sent();
  byId("save").disabled = true;
  say("Saving …");
  try {
    const answer = await server.save(saving);
    if (open.ref !== saving.ref) return;
    byId("conflict").hidden = true;
    stand(answer);
    noteChanges();
    byId("editor-title").textContent = answer.title;
    say(answer.lost_review ? "Saved. The review was taken out, because the words changed." : "Saved.");
    preview.soon(sent);
  } catch (error) {
    say(error.message);
    if (error.body?.theirs) {
      conflict(`${error.message} Nothing was overwritten, and what you typed is still here.`, error.body.theirs);
      byId("keep-mine").focus();
    }
  } finally {
    byId("save").disabled = false;
  }
}

export function start() {
  byId("form").addEventListener("input", () => {
    noteChanges();
    preview.soon(sent);
  });
  byId("form").addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  document.addEventListener("keydown", (event) => {
    if (!open || event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    save();
  });
  byId("undo").addEventListener("click", () => {
    fill(JSON.parse(open.saved));
    noteChanges();
    preview.soon(sent);
    byId("title").focus();
    say("The form shows what is saved.");
  });
  byId("keep-mine").addEventListener("click", () => {
    open.version = open.theirs.version;
    save();
  });
  byId("take-theirs").addEventListener("click", () => {
    const mine = typed();
    byId("conflict").hidden = true;
    stand(open.theirs);
    noteChanges();
    preview.soon(sent);
    // Nothing typed is lost: it can still be copied from here.
    byId("theirs").textContent = `${mine.title}\n\n${mine.body}\n\n${mine.questions.join("\n")}`;
    byId("theirs-title").textContent = "What you had typed";
    byId("keep-mine").hidden = byId("take-theirs").hidden = true;
    byId("conflict-words").textContent = "The form shows the file. What you had typed can be copied from here.";
    byId("conflict").hidden = false;
    byId("title").focus();
  });
}
