// Talks to the server that sent this page. Every failure becomes an Error whose message is a sentence to show.

export const person = new URLSearchParams(location.search).get("as") || "you";
const as = `as=${encodeURIComponent(person)}`;
let token = "";

async function read(response) {
  let body = {};
  try {
    body = await response.json();
  } catch {
    // An answer that is not JSON says nothing that could be shown; its status decides below.
  }
  if (response.ok) return body;
  const error = new Error(body.error || "The page's server could not do that. Try again.");
  error.status = response.status;
  throw error;
}

async function reach(path, options) {
  try {
    return await fetch(path, options);
  } catch {
    throw new Error("The assistant cannot be reached. Check that it is still running, then try again.");
  }
}

export async function session() {
  const found = await read(await reach(`/preview/session?${as}`));
  token = found.token;
  return found;
}

async function postOnce(path, body, type) {
  return read(await reach(path, { method: "POST", body, headers: { "Content-Type": type, "X-Preview-Token": token } }));
}

async function post(path, body, type) {
  try {
    return await postOnce(path, body, type);
  } catch (error) {
    if (error.status !== 403) throw error;
    // The server was started again since this page was loaded: fetch its new token and try once more.
    await session();
    return postOnce(path, body, type);
  }
}

const postJson = (what, value) => post(`/preview/${what}?${as}`, JSON.stringify(value), "application/json");

export const sendText = (text) => postJson("text", { text });
export const press = (messageId, row, column) => postJson("press", { message_id: messageId, row, column });
export const inline = (query) => postJson("inline", { query });
export const share = (index) => postJson("share", { index });

export function sendRecording(blob, seconds, name) {
  const named = name === undefined ? "" : `&name=${encodeURIComponent(name)}`;
  const type = blob.type || "application/octet-stream";
  return post(`/preview/recording?${as}&seconds=${Math.round(seconds)}${named}`, blob, type);
}

// Follows what happens in the chat. `onEvent` gets each event; `onRestart` is called when another server answers;
// `onState` gets true when connected and false when the connection is lost. The browser reconnects by itself.
export function follow(after, { onEvent, onRestart, onState }) {
  const source = new EventSource(`/preview/events?${as}&after=${after}`);
  source.addEventListener("hello", (event) => {
    if (JSON.parse(event.data).token === token) {
      onState(true);
    } else {
      source.close();
      onRestart();
    }
  });
  source.addEventListener("message", (event) => onEvent(JSON.parse(event.data)));
  source.addEventListener("error", () => {
    onState(false);
    if (source.readyState === EventSource.CLOSED) setTimeout(onRestart, 2000);
  });
}
