// Talks to the desk's server. Every failure becomes an Error whose message is a sentence to show.

let token = "";

async function reach(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Error("The desk cannot be reached. Check that it is still running; what you typed stays here.");
  }
  let body = {};
  try {
    body = await response.json();
  } catch {
    // An answer that is not JSON says nothing that could be shown; its status decides below.
  }
  if (response.ok) return body;
  throw Object.assign(new Error(body.error || "The desk's server could not do that. Try again."), {
    status: response.status,
    body,
  });
}

export async function session() {
  const found = await reach("/desk/session");
  token = found.token;
  return found;
}

const post = (what, value) =>
  reach(`/desk/${what}`, {
    method: "POST",
    body: JSON.stringify(value),
    headers: { "Content-Type": "application/json", "X-Preview-Token": token },
  });

async function postAgain(what, value) {
  try {
    return await post(what, value);
  } catch (error) {
    if (error.status !== 403) throw error;
    // The server was started again since this page was loaded: fetch its new token and try once more.
    await session();
    return post(what, value);
  }
}

export const state = (after) => reach(`/desk/state?after=${after}`);
export const answer = (ref) => reach(`/desk/answer?ref=${encodeURIComponent(ref)}`);
export const questions = () => reach("/desk/questions");
export const preview = (value) => postAgain("preview", value);
export const speak = (value) => postAgain("speak", value);
export const save = (value) => postAgain("save", value);
