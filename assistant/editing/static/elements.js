// Makes elements. Text is only ever set as text.

export const byId = (id) => document.getElementById(id);

export function make(tag, words = "", attributes = {}, ...children) {
  const element = document.createElement(tag);
  if (words) element.textContent = words;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// A list of what the check found; each names its file and line, then what to do.
export function showFindings(list, findings) {
  list.replaceChildren(
    ...findings.map((each) =>
      make("li", `${each.file ? `${each.file}, ` : ""}line ${each.line}: ${each.problem} ${each.remedy}`),
    ),
  );
}

export const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;
