// The phones: buttons and fields go to the stand-in as JSON, what happens comes
// back as parts of the page, rendered by the server.

const live = document.getElementById("live");

async function act(phone, what, body) {
  const trouble = phone.querySelector(".trouble");
  trouble.textContent = "";
  try {
    const res = await fetch(`/_phones/${encodeURIComponent(phone.dataset.number)}/${what}`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    if (!res.ok) trouble.textContent = (await res.json()).error;
    return res.ok;
  } catch {
    trouble.textContent = "The demo does not answer. Is it still running?";
    return false;
  }
}

for (const phone of document.querySelectorAll(".phone")) {
  phone.addEventListener("click", (e) => {
    const button = e.target.closest("button[data-act]");
    if (button) act(phone, button.dataset.act, button.dataset.keys ? { keys: button.dataset.keys } : {});
  });
  phone.addEventListener("submit", async (e) => {
    e.preventDefault();
    const input = e.target.querySelector("input");
    const words = input.value.trim();
    if (words && await act(phone, e.target.dataset.act, { [input.name]: words })) input.value = "";
  });
  // The keys of the computer are those of the phone that has the focus.
  phone.addEventListener("keydown", (e) => {
    if (e.target.matches("input") || e.ctrlKey || e.metaKey || e.altKey || !/^[0-9*#]$/.test(e.key)) return;
    e.preventDefault();
    act(phone, "press", { keys: e.key });
  });
  arrange(phone);
}

// arrange shows the buttons that the phone's state allows.
function arrange(phone) {
  const state = phone.querySelector("[data-can]");
  const can = state.dataset.can.split(" ");
  const focused = document.activeElement;
  for (const button of phone.querySelectorAll(".acts button")) button.hidden = !can.includes(button.dataset.act);
  if (focused?.hidden && phone.contains(focused)) phone.querySelector(".acts button:not([hidden])")?.focus();
  phone.classList.toggle("rings", can.includes("answer"));
  phone.classList.toggle("talks", state.dataset.phase === "in room");
}

// grow adds what is new, so that a screen reader reads only that, and follows
// the end unless somebody has scrolled up.
function grow(list, parts) {
  const log = list.parentElement;
  const last = Number(list.lastElementChild?.dataset.key ?? -1);
  const follows = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  for (const item of [...parts.querySelectorAll("li")]) if (Number(item.dataset.key) > last) list.append(item);
  while (list.childElementCount > 400) list.firstElementChild.remove();
  if (follows) log.scrollTop = log.scrollHeight;
}

function show({ id, html }) {
  const place = document.getElementById(id);
  if (!place) return;
  const parts = document.createElement("template");
  parts.innerHTML = html;
  if ("grows" in place.dataset) return grow(place, parts.content);
  place.replaceChildren(parts.content);
  if (place.classList.contains("state")) arrange(place.closest(".phone"));
}

for (const list of document.querySelectorAll("[data-grows]")) {
  if (!list.childElementCount) list.replaceChildren(); // :empty knows no blanks
  list.parentElement.scrollTop = list.parentElement.scrollHeight;
}

const events = new EventSource("/_phones/events");
events.addEventListener("part", (e) => show(JSON.parse(e.data)));
events.addEventListener("open", () => { live.textContent = "Live."; });
events.addEventListener("error", () => { live.textContent = "Not connected. Trying again…"; });
