// The desk: the list of answers, what the check finds, what people miss. The form and the preview have files of their own.

import * as form from "./form.js";
import * as server from "./server.js";
import { byId, count, make, showFindings } from "./elements.js";

const AGAIN_MS = 3000;
const SHOWN = {
  all: () => true,
  unreviewed: (answer) => !answer.is_reviewed,
  found: (answer) => answer.findings > 0,
  draft: (answer) => answer.is_draft,
  unhelpful: (answer) => answer.not_helped > 0,
};

let topics = [];
let current = "";

function facts(answer) {
  return [
    answer.is_draft ? "Draft" : "",
    answer.review,
    answer.findings ? count(answer.findings, "finding", "findings") : "",
    answer.asked ? `asked for ${count(answer.asked, "time", "times")}` : "",
    answer.helped ? `helped ${answer.helped}` : "",
    answer.not_helped ? `did not help ${answer.not_helped}` : "",
    answer.earlier_feedback ? `said of earlier texts ${answer.earlier_feedback}` : "",
  ]
    .filter(Boolean)
    .join(", ");
}

function showList() {
  const focused = document.activeElement?.dataset?.ref;
  const wanted = SHOWN[byId("show").value];
  const parts = topics.flatMap((topic) => {
    const answers = topic.answers.filter(wanted);
    const list = make("ul", "", { class: "stack" });
    list.append(...answers.map((answer) => make("li", "", {}, answerButton(answer))));
    return [make("h3", topic.title), answers.length ? list : make("p", "None.", { class: "quiet" })];
  });
  byId("answer-list").replaceChildren(...parts);
  if (focused) document.querySelector(`[data-ref="${CSS.escape(focused)}"]`)?.focus();
}

function answerButton(answer) {
  const button = make("button", "", { type: "button", class: "answer-button", "data-ref": answer.ref });
  button.append(make("span", answer.title), make("span", facts(answer), { class: "quiet" }));
  if (answer.ref === current) button.setAttribute("aria-current", "true");
  button.addEventListener("click", () => open(answer.ref));
  return button;
}

const named = (ref) => topics.flatMap((topic) => topic.answers).find((answer) => answer.ref === ref);

function showFacts() {
  const answer = named(current);
  byId("facts").textContent = answer ? `${current}. ${facts(answer)}` : current;
}

async function open(ref) {
  if (!(await form.show(ref))) return false;
  current = ref;
  showFacts();
  history.replaceState(null, "", `?answer=${encodeURIComponent(ref)}`);
  showList();
  byId("editor").focus();
  return true;
}

function showState(state) {
  const found = state.problems.length;
  byId("check-state").textContent = state.is_served
    ? `The content as it was at ${state.at} is served.`
    : `${count(found, "thing keeps", "things keep")} the newest content from being served. The last sound content is served meanwhile.`;
  showFindings(byId("check-findings"), state.problems);
  const later = [...state.unfinished, ...state.warnings];
  byId("check-later").hidden = !later.length;
  byId("check-later-title").textContent = `Also found: ${count(later.length, "thing", "things")} that can wait`;
  showFindings(byId("check-warnings"), later);
}

async function refresh() {
  const found = await server.session();
  topics = found.topics;
  showState(found.state);
  showList();
  showFacts();
  return found.state.number;
}

async function follow(number) {
  for (;;) {
    try {
      const state = await server.state(number);
      if (state.number === number) continue;
      number = await refresh();
      await form.fileChanged();
    } catch (error) {
      byId("check-state").textContent = error.message;
      await new Promise((done) => setTimeout(done, AGAIN_MS));
      number = -1;
    }
  }
}

async function showMissed() {
  let found;
  try {
    found = (await server.questions()).questions;
  } catch (error) {
    byId("missed-state").textContent = error.message;
    return;
  }
  byId("missed-state").textContent = found.length ? "" : "No such question is kept.";
  byId("missed-list").replaceChildren(...found.map(missedOne));
}

function missedOne(question, number) {
  const facts = [
    count(question.times, "time", "times"),
    `by ${count(question.people, "person", "people")}`,
    question.heard ? "heard, so perhaps not as it was said" : "",
    question.outcome === "choice" ? "some answers were offered" : "no answer fitted",
    `last on ${question.last}`,
  ];
  const select = make("select", "", { id: `wording-${number}`, "aria-describedby": `missed-${number}` });
  select.append(make("option", "Choose an answer", { value: "" }));
  for (const topic of topics) {
    const group = make("optgroup", "", { label: topic.title });
    group.append(...topic.answers.map((answer) => make("option", answer.title, { value: answer.ref })));
    select.append(group);
  }
  select.value = named(question.answer) ? question.answer : "";
  const add = make("button", "Add it as a wording", { type: "button", "aria-describedby": `missed-${number}` });
  add.addEventListener("click", async () => {
    if (!select.value) {
      byId("missed-state").textContent = "Choose the answer first that it should reach.";
      select.focus();
      return;
    }
    byId("missed-state").textContent = "";
    if (select.value === current || (await open(select.value))) form.addWording(question.words);
  });
  return make("li", "", { class: "missed-one" },
    make("strong", question.words, { id: `missed-${number}` }),
    make("span", facts.filter(Boolean).join(", "), { class: "quiet" }),
    make("label", "The answer that it should reach", { for: `wording-${number}` }),
    select,
    add,
  );
}

async function begin() {
  let number = 0;
  while (!number) {
    try {
      number = await refresh();
      if (!number) await new Promise((done) => setTimeout(done, 500));
    } catch (error) {
      byId("check-state").textContent = error.message;
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }
  await showMissed();
  const wanted = new URLSearchParams(location.search).get("answer");
  if (wanted) await open(wanted);
  follow(number);
}

byId("show").addEventListener("change", showList);
byId("chat-open").addEventListener("toggle", () => {
  if (byId("chat-open").open && !byId("chat-place").firstChild) {
    byId("chat-place").append(make("iframe", "", { src: "/", title: "Chat with the assistant", allow: "microphone" }));
  }
});
form.start();
begin();
