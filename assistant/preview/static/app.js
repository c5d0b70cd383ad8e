// The page: wires the conversation, the microphone, the text field and the menu to the server.

import * as api from "/static/api.js";
import { Announcer } from "/static/announcer.js";
import { handsFreeSwitch, titled } from "/static/hands_free_switch.js";
import { closeMenu, lookFor, showCommands, wireMenu } from "/static/menu.js";
import { Messages, inWords } from "/static/messages.js";
import { Playlist, clock, pause } from "/static/player.js";
import { Recorder } from "/static/recorder.js";

const $ = (id) => document.getElementById(id);
const WORKING = {
  typing: "The assistant is writing.",
  record_voice: "The assistant is preparing a voice note.",
  upload_voice: "The assistant is sending a voice note.",
  upload_document: "The assistant is sending a file.",
};
// Telegram clients show a chat action for five seconds.
const ACTION_MS = 5000;

const recorder = new Recorder();
const playlist = new Playlist();
const announcer = new Announcer($("announcer"));
let username = "";
// How much the assistant has said: an answer may be here before the server has confirmed the question.
let answers = 0;
let actionTimer = 0;
let recordingTimer = 0;

function say(sentence) {
  clearTimeout(actionTimer);
  if ($("status").textContent !== sentence) $("status").textContent = sentence;
}

function note(sentence) {
  $("notice-text").textContent = sentence;
  $("notice").hidden = false;
}

// Runs something that may fail; a failure is said as a sentence. Returns whether it worked.
async function attempt(action) {
  try {
    await action();
    return true;
  } catch (error) {
    say(error.message);
    return false;
  }
}

// Sends something, saying how far it has got. Returns whether it was sent.
async function deliver(sending, action) {
  const before = answers;
  say(sending);
  const sent = await attempt(action);
  if (sent && answers === before) say("Sent. Waiting for the answer.");
  return sent;
}

const send = (text) => deliver("Sending.", () => api.sendText(text));

const messages = new Messages($("messages"), {
  send,
  say,
  press: async (id, row, column, label) => {
    say(`${label}: waiting for the answer.`);
    if (await attempt(() => api.press(id, row, column))) handsFree.asked();
  },
  copy: (text) => attempt(async () => {
    await navigator.clipboard.writeText(text);
    say("Copied.");
  }),
  lookFor,
  // The message that a link to this bot stands for, or null for any other link.
  deepLink: (address) => {
    const found = /^https?:\/\/t\.me\/([A-Za-z0-9_]+)\/?(?:\?start=([A-Za-z0-9_-]{1,64}))?$/.exec(address);
    if (!found || found[1].toLowerCase() !== username.toLowerCase()) return null;
    return found[2] ? `/start ${found[2]}` : "/start";
  },
});

const handsFree = handsFreeSwitch(playlist, {
  begin: () => recorder.recording && discardRecording(),
  send: ({ blob, seconds }) => deliver("Sending what you said.", () => api.sendRecording(blob, seconds)),
  note,
  announce: (words) => announcer.say(words),
});

// --- what happens in the chat

function working(action) {
  answers += 1;
  say(WORKING[action] || "The assistant is working.");
  actionTimer = setTimeout(() => say(""), ACTION_MS);
  handsFree.working();
}

function newMessage(message) {
  $("welcome").hidden = true;
  messages.add(message);
  if (!message.from_bot) return handsFree.asked();
  answers += 1;
  say("");
  const play = messages.playerOf(message.id);
  if (handsFree.on) return handsFree.answered(message.text, play);
  if (play && $("aloud").checked && !recorder.recording) playlist.add(play);
  else announcer.say(inWords(message));
}

function changed(message) {
  messages.replace(message);
  answers += 1;
  say("");
  if (message.from_bot) announcer.say(`Changed. ${inWords(message)}`);
}

function happen(event) {
  if (event.kind === "message") newMessage(event.message);
  else if (event.kind === "edit") changed(event.message);
  else if (event.kind === "delete") messages.remove(event.message_id);
  else if (event.kind === "action") working(event.action);
  else if (event.kind === "callback_answer") (event.show_alert ? note : say)(event.text);
}

// --- recording

function showRecording() {
  const on = recorder.recording;
  $("record-label").textContent = on ? "Stop and send" : "Record a question";
  $("record").classList.toggle("recording", on);
  $("discard").hidden = !on;
  clearInterval(recordingTimer);
  $("record-time").textContent = "";
  if (on) recordingTimer = setInterval(() => ($("record-time").textContent = clock(recorder.seconds)), 500);
}

async function startRecording() {
  pause();
  say("Asking for the microphone.");
  if (await attempt(() => recorder.start())) {
    say("Recording. Press Stop and send when you have finished.");
  }
  showRecording();
}

async function stopRecording() {
  const { blob, seconds } = await recorder.stop();
  showRecording();
  await deliver("Sending your recording.", () => api.sendRecording(blob, seconds));
}

async function toggleRecording() {
  $("record").disabled = true;
  try {
    await (recorder.recording ? stopRecording() : startRecording());
  } finally {
    $("record").disabled = false;
    $("record").focus();
  }
}

async function discardRecording() {
  await recorder.stop();
  showRecording();
  say("The recording was discarded.");
  $("record").focus();
}

// --- keys

function closeNotice() {
  $("notice").hidden = true;
  $("text").focus();
}

// Escape ends the nearest thing, sound and listening before all else. Arrow up in the empty field goes to the newest
// message.
function pressKey(event) {
  if (event.key === "ArrowUp" && event.target === $("text") && !$("text").value) {
    event.preventDefault();
    messages.focusNewest();
  } else if (event.key !== "Escape" || event.defaultPrevented) return;
  else if (handsFree.active) handsFree.pause();
  else if (pause()) say("The sound is paused.");
  else if (!$("notice").hidden) closeNotice();
  else if ($("menu").open) closeMenu();
  else if ($("messages").contains(event.target)) $("text").focus();
}

// --- beginning, and beginning again after a restart

async function begin() {
  let found;
  try {
    found = await api.session();
  } catch (error) {
    say(error.message);
    setTimeout(begin, 3000);
    return;
  }
  username = found.username;
  titled(`${found.bot}: ${found.person}`);
  $("bot-name").textContent = found.bot;
  $("who").textContent = `You are ${found.person}. Only this computer takes part.`;
  $("another").href = found.person === "Bob" ? "/?as=alice" : "/?as=bob";
  $("another").textContent = found.person === "Bob" ? "Write as Alice" : "Write as Bob";
  $("description").textContent = found.description || "Press Start to begin.";
  showCommands(found.commands, send);
  messages.clear();
  found.messages.forEach((message) => messages.add(message));
  $("welcome").hidden = found.messages.length > 0;
  api.follow(found.after, {
    onEvent: happen,
    onRestart: begin,
    onState: (connected) => {
      if (!connected) say("The connection was lost. Trying again by itself.");
      else if ($("status").textContent.startsWith("The connection was lost")) say("Connected again.");
    },
  });
  await openDeepLink();
}

async function openDeepLink() {
  const address = new URL(location.href);
  const payload = address.searchParams.get("start");
  if (payload === null) return;
  address.searchParams.delete("start");
  history.replaceState(null, "", address);
  if (/^[A-Za-z0-9_-]{1,64}$/.test(payload)) await send(`/start ${payload}`);
  else say("This link is not complete. Press Start, or type your question.");
}

function wire() {
  $("start").addEventListener("click", async () => {
    if (await send("/start")) $("text").focus();
  });
  $("text-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = $("text").value;
    if (!text.trim()) {
      say("Type a question first, then press Send.");
      $("text").focus();
      return;
    }
    // Whoever types fast may be at the next question already.
    if ((await send(text)) && $("text").value === text) $("text").value = "";
  });
  $("record").addEventListener("click", toggleRecording);
  $("discard").addEventListener("click", discardRecording);
  $("attach").addEventListener("click", () => $("file").click());
  $("file").addEventListener("change", async () => {
    const [file] = $("file").files;
    $("file").value = "";
    if (!file) return;
    await deliver("Sending the file.", () => api.sendRecording(file, 0, file.name));
  });
  $("notice-close").addEventListener("click", closeNotice);
  wireMenu({ attempt, send });
  // What one asks with may lie over the conversation: nothing that is scrolled to stays behind it.
  let height = 0;
  new ResizeObserver(() => {
    const grown = $("ask").offsetHeight - height;
    const page = document.documentElement;
    const wasAtEnd = scrollY + innerHeight >= page.scrollHeight - Math.max(grown, 0) - 50;
    height += grown;
    page.style.setProperty("--asking", `${height}px`);
    if (wasAtEnd) messages.newest?.scrollIntoView({ block: "nearest" });
  }).observe($("ask"));
  document.addEventListener("keydown", pressKey);
  $("skip-newest").addEventListener("click", (event) => {
    event.preventDefault();
    messages.focusNewest();
  });
  try {
    $("aloud").checked = localStorage.getItem("aloud") === "yes";
    $("aloud").addEventListener("change", () => localStorage.setItem("aloud", $("aloud").checked ? "yes" : "no"));
  } catch {
    // Storage can be switched off in a browser: the switch then lasts as long as the page.
  }
}

wire();
begin();
