// Fills the two panes: /pair?left=alice&right=bob
const chosen = new URLSearchParams(location.search);

function fill(pane, name) {
  const shown = name[0].toUpperCase() + name.slice(1);
  document.getElementById(`${pane}-title`).textContent = shown;
  const frame = document.getElementById(pane);
  frame.title = `${shown}'s conversation`;
  frame.src = `/?as=${encodeURIComponent(name)}`;
}

fill("first", chosen.get("left") || "alice");
fill("second", chosen.get("right") || "bob");
