// The script of the console's pages: it posts forms to the API, renews the
// parts that the server renders, and keeps the event stream open. Nothing
// typed, opened or focused is lost when a part is renewed.

const body = document.body;
const words = new Map([...document.querySelectorAll("#words dt")].map((dt) => [dt.textContent, dt.nextElementSibling.textContent]));
const paged = body.dataset.as === "oncall"; // the page of who was paged about a text
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

let silence;

// Says what came of something, for a while: an old outcome misleads.
function say(text, bad = false) {
  const box = document.getElementById("said");
  if (!box) return;
  clearTimeout(silence);
  silence = setTimeout(() => { box.textContent = ""; }, bad ? 20000 : 8000);
  box.textContent = text || "";
  box.classList.toggle("bad", bad);
}

const problem = (kind) => words.get("problem." + kind) || words.get("problem.other");

// A UUID, also where the page is served on plain http and randomUUID is not.
function requestID() {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 15) | 64;
  b[8] = (b[8] & 63) | 128;
  const h = [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`;
}

// One call of the API. While the outcome is not known it is asked for again
// with the same request id, which makes the repeat harmless.
async function call(method, path, fields, tries = 4) {
  const payload = fields && JSON.stringify({ request_id: requestID(), ...fields });
  for (let n = 1; ; n++) {
    let kind = "offline";
    try {
      const headers = { ...(payload && { "Content-Type": "application/json" }), ...(paged && { "Tideover-Session": "oncall" }) };
      const got = await fetch("/api/v1" + path, { method, headers, body: payload });
      if (got.status === 401) return leave();
      const doc = got.status === 204 ? {} : await got.json().catch(() => ({}));
      if (got.ok) return { ok: true, doc };
      kind = String(doc.type || "other").split("/").pop();
      if (got.status !== 503) return { ok: false, kind };
    } catch { /* no connection */ }
    if (n >= tries) return { ok: false, kind };
    say(problem(kind), true);
    await wait(400 * n);
  }
}

function leave() {
  location.assign(paged ? "/oncall" : "/signin");
  return new Promise(() => {});
}

// ---- forms

function fieldsOf(form, button) {
  const out = {};
  for (const el of form.elements) {
    if (!el.name || el.tagName === "BUTTON") continue;
    if (el.dataset.type === "bool") out[el.name] = el.checked;
    else if (el.dataset.type === "number") out[el.name] = Number(el.value);
    else if (el.dataset.type === "word") out[el.name] = el.value === "true";
    else if (el.dataset.type === "list") {
      out[el.name] ||= [];
      if (el.checked) out[el.name].push(el.value);
    } else out[el.name] = el.value;
  }
  if (button?.name) out[button.name] = button.value;
  return out;
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.call) return;
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  form.setAttribute("aria-busy", "true");
  const [method, path] = form.dataset.call.split(" ");
  const fields = method === "DELETE" ? null : fieldsOf(form, event.submitter);
  const note = document.getElementById("note-form");
  if (note && "withNote" in form.dataset) await saveNote(note);
  const got = await call(method, path, fields);
  delete form.dataset.busy;
  form.removeAttribute("aria-busy");
  if (!got.ok) {
    say(problem(got.kind), true);
    return renew("snapshot");
  }
  if (form.dataset.done) say(words.get("say." + form.dataset.done));
  if (form.dataset.shows) {
    document.getElementById(form.dataset.shows).textContent = [got.doc.number, got.doc.callback_number, got.doc.location].filter(Boolean).join(" · ") || "–";
  }
  if ("clear" in form.dataset) form.reset();
  if (form.dataset.next) {
    const id = got.doc.claim?.case_id;
    location.assign(id ? form.dataset.next + id : form.dataset.next);
    return;
  }
  form.closest("details.escalate")?.removeAttribute("open");
  renew("snapshot");
});

// ---- the note saves itself

let noteTimer, noteRun = Promise.resolve();

function saveNote(form) {
  clearTimeout(noteTimer);
  noteRun = noteRun.then(async () => {
    const box = form.elements.text;
    if (form.dataset.saved === box.value || (form.dataset.saved === undefined && box.value === box.defaultValue)) return;
    const text = box.value, told = form.querySelector("[role=status]");
    const [method, path] = form.dataset.autosave.split(" ");
    const got = await call(method, path, { text, version: Number(form.dataset.version) }, 20);
    if (!got.ok) {
      told.textContent = problem(got.kind);
      return;
    }
    form.dataset.version = got.doc.note.version;
    form.dataset.saved = text;
    told.textContent = words.get("say.saved") + " " + new Date().toLocaleTimeString();
  });
  return noteRun;
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-autosave]");
  if (!form) return;
  form.querySelector("[role=status]").textContent = words.get("say.saving");
  clearTimeout(noteTimer);
  noteTimer = setTimeout(() => saveNote(form), 1500);
});

addEventListener("beforeunload", (event) => {
  const form = document.getElementById("note-form");
  const box = form?.elements.text;
  if (box && box.value !== (form.dataset.saved ?? box.defaultValue)) event.preventDefault();
});

// ---- parts

const keyOf = (node) => (node.nodeType === 1 ? node.dataset.key || node.id || "" : "");

// Makes `now` look like `next`. Keyed elements are kept whatever their place;
// what a person typed, chose or opened is left as it is.
function morph(now, next) {
  if (now.nodeType !== next.nodeType || now.nodeName !== next.nodeName) return now.replaceWith(next);
  if (now.nodeType !== 1) {
    if (now.nodeValue !== next.nodeValue) now.nodeValue = next.nodeValue;
    return;
  }
  if ("keep" in now.dataset) return;
  const own = now.nodeName === "DETAILS" ? ["open"] : ["INPUT", "SELECT"].includes(now.nodeName) ? ["checked", "value"] : [];
  for (const { name } of [...now.attributes]) if (!next.hasAttribute(name) && !own.includes(name) && name !== "aria-busy" && name !== "data-busy") now.removeAttribute(name);
  for (const { name, value } of next.attributes) if (now.getAttribute(name) !== value && !own.includes(name)) now.setAttribute(name, value);
  if (now.type === "checkbox" && document.activeElement !== now) now.checked = next.hasAttribute("checked");
  if (now.type === "hidden") now.value = next.getAttribute("value");
  if (["TEXTAREA", "SELECT"].includes(now.nodeName)) return;
  if (now.classList.contains("ticks")) return; // written each second by tick()
  const keyed = new Map([...now.childNodes].filter(keyOf).map((n) => [keyOf(n), n]));
  let at = now.firstChild;
  for (const want of [...next.childNodes]) {
    const known = keyOf(want) && keyed.get(keyOf(want));
    if (known) {
      if (known !== at) now.insertBefore(known, at);
      else at = at.nextSibling;
      morph(known, want);
    } else if (at && !keyOf(at) && !keyOf(want) && at.nodeName === want.nodeName) {
      const here = at;
      at = at.nextSibling;
      morph(here, want);
    } else now.insertBefore(want, at);
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

const asked = new Map();

async function fetchPart(part) {
  if (asked.get(part) === "busy") return void asked.set(part, "again");
  if (asked.get(part) === "again") return;
  asked.set(part, "busy");
  try {
    const got = await fetch(part.dataset.part);
    if (got.status === 401) return leave();
    if ((got.status === 403 || got.status === 404) && part.dataset.case) {
      const gone = document.getElementById("gone");
      gone.hidden = false;
      part.classList.add("over");
    } else if (got.ok && got.headers.get("Content-Type")?.startsWith("text/html")) {
      const doc = new DOMParser().parseFromString(await got.text(), "text/html");
      const next = doc.querySelector(`[data-part="${CSS.escape(part.dataset.part)}"]`);
      const thread = document.getElementById("thread"), atEnd = thread && thread.scrollTop + thread.clientHeight > thread.scrollHeight - 40;
      if (next) morph(part, document.adoptNode(next));
      if (atEnd) document.getElementById("thread")?.scrollTo({ top: 1e9 });
      if (paged) heard = performance.now();
      tick();
    }
  } catch { /* the stream shows that there is no connection */ }
  const again = asked.get(part) === "again";
  asked.delete(part);
  if (again) fetchPart(part);
}

const due = new Set();
let dueTimer;

// Renews the parts that an event concerns; a burst of events is one renewal.
function renew(kind) {
  for (const part of document.querySelectorAll("[data-part]")) if (part.dataset.on.split(" ").includes(kind)) due.add(part);
  dueTimer ||= setTimeout(() => {
    dueTimer = 0;
    const parts = [...due];
    due.clear();
    parts.forEach(fetchPart);
  }, 120);
}

// ---- clocks

let ahead = 0; // the server's clock less ours

function tick() {
  const now = Date.now() + ahead;
  for (const el of document.querySelectorAll(".ticks")) {
    const since = Date.parse(el.dataset.since);
    const s = Math.max(0, Math.floor((now - since) / 1000));
    if (Number.isNaN(s)) continue;
    const two = (n) => String(n).padStart(2, "0");
    const text = s >= 3600 ? `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}` : `${Math.floor(s / 60)}:${two(s % 60)}`;
    if (el.textContent !== text) el.textContent = text;
  }
  for (const el of document.querySelectorAll("[data-clock]")) {
    const at = new Date(el.dateTime);
    if (!Number.isNaN(at.getTime())) el.textContent = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  }
}

// ---- the stream

let source, heard = 0, backOff = 300, fresh = false;

function listen() {
  source?.close();
  source = new EventSource("/api/v1/events");
  const mine = source;
  for (const kind of ["snapshot", "queue", "case", "shift", "alert", "tick", "bye"]) source.addEventListener(kind, (e) => hear(kind, e));
  source.onerror = async () => {
    if (mine.readyState !== EventSource.CLOSED || mine !== source) return; // the browser tries again by itself
    const pause = backOff * (0.5 + Math.random());
    backOff = Math.min(backOff * 2, 5000);
    await wait(pause);
    const who = await fetch("/api/v1/shift").catch(() => null);
    if (who?.status === 401) return leave();
    if (mine === source) listen();
  };
}

function hear(kind, event) {
  heard = performance.now();
  backOff = 300;
  let doc = {};
  try {
    doc = JSON.parse(event.data);
  } catch { /* a stream cut in the middle */ }
  if (kind === "bye") return;
  if (kind === "tick") {
    ahead = Date.parse(doc.now) - Date.now() || 0;
    fresh = doc.fresh;
  }
  if (kind === "snapshot") fresh = (doc.wallboard ?? doc.queue)?.fresh === true;
  mark();
  renew(kind);
}

// Data are live while the stream speaks and says that the store answers.
function mark() {
  const live = heard > 0 && performance.now() - heard < (paged ? 9000 : 5500) && (fresh || paged);
  body.dataset.live = live ? "yes" : heard > 0 || performance.now() > 4000 ? "no" : "wait";
  if (!paged && heard > 0 && performance.now() - heard > 25000) {
    heard = performance.now() - 6000;
    listen();
  }
}

// ---- start

document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.nodeName || "");
  if (event.shiftKey && event.key === "E" && !typing && !event.ctrlKey && !event.metaKey) {
    const box = document.getElementById("escalate");
    if (!box) return;
    event.preventDefault();
    box.open = true;
    document.getElementById("escalate-oncall").focus();
  }
});

async function signIn() {
  const token = location.hash.slice(1);
  history.replaceState(null, "", location.pathname); // the secret leaves the address bar and the history
  const box = document.getElementById("signin");
  if (token) await redeem("/signin", token, box, (doc) => location.replace(doc.next || "/"));
}

// Posts the secret of a link that works once; a store that does not answer is
// asked again.
async function redeem(path, token, box, done) {
  for (let n = 1; ; n++) {
    const got = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token }) }).catch(() => null);
    const doc = (await got?.json().catch(() => null)) || {};
    if (got?.ok) return done(doc);
    box.textContent = problem(String(doc.type || "offline").split("/").pop());
    if (n >= 5 || (got && got.status !== 503)) return;
    await wait(700 * n);
  }
}

// The page of who was paged. Messengers look at links by themselves, so a
// link is used up by a person's press only; until then it stays in the
// address, so that nothing is lost by a reload.
function duty(door) {
  addEventListener("hashchange", () => location.reload());
  const token = location.hash.slice(1), thread = document.getElementById("oncall");
  if (!token) {
    if (thread) setInterval(() => renew("poll"), 2500);
    return;
  }
  thread?.remove();
  document.getElementById("fresh")?.remove();
  const form = document.getElementById("open-form"), box = document.getElementById("need-page");
  door.hidden = form.hidden = false;
  box.textContent = "";
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = document.getElementById("open-thread");
    button.disabled = true;
    await redeem("/oncall", token, box, (doc) => location.replace(doc.next));
    button.disabled = false;
  });
}

if (document.getElementById("failing")) setTimeout(() => location.reload(), 2000);
if (document.getElementById("signin")) signIn();
if (document.getElementById("open-page")) duty(document.getElementById("open-page"));
if (body.dataset.live !== "none" && document.getElementById("fresh")) {
  if (paged) renew("poll");
  else listen();
  setInterval(() => {
    tick();
    mark();
  }, 1000);
  tick();
  document.getElementById("thread")?.scrollTo({ top: 1e9 });
}
