// The menu: the assistant's commands, answers to send as if from another chat, and who is here.

import * as api from "/static/api.js";

const $ = (id) => document.getElementById(id);
let shown = "";

function choice(words, act) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words;
  button.addEventListener("click", act);
  item.append(button);
  return item;
}

export function closeMenu() {
  $("menu").open = false;
  $("menu").querySelector("summary").focus();
}

export function lookFor(query) {
  $("menu").open = true;
  $("inline-query").value = query;
  $("inline-query").focus();
}

// `send` sends a text. The same commands are not shown anew: somebody may be on one of them.
export function showCommands(commands, send) {
  if (JSON.stringify(commands) === shown) return;
  shown = JSON.stringify(commands);
  $("no-commands").hidden = commands.length > 0;
  $("commands").replaceChildren(
    ...commands.map(({ command, description }) =>
      choice(`${description} (/${command})`, () => {
        closeMenu();
        send(`/${command}`);
      }),
    ),
  );
}

function showResults(results, attempt) {
  $("inline-status").textContent =
    results.length === 0 ? "Nothing was found. Try another word." : `${results.length} found. Choose one to send it.`;
  $("inline-results").replaceChildren(
    ...results.map(({ title, description }, index) =>
      choice(description ? `${title}: ${description}` : title, async () => {
        if (await attempt(() => api.share(index))) closeMenu();
      }),
    ),
  );
}

// `attempt` runs what may fail, and says so.
export function wireMenu({ attempt, send }) {
  $("menu").addEventListener("toggle", () => {
    if ($("menu").open) attempt(async () => showCommands((await api.session()).commands, send));
  });
  $("inline-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    $("inline-status").textContent = "Looking.";
    try {
      showResults((await api.inline($("inline-query").value)).results, attempt);
    } catch (error) {
      $("inline-status").textContent = error.message;
    }
  });
}
