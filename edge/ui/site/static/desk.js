// Desks: news as they happen, keys, and forms that lose nothing while the hub is away.
// Everything works without this file too, by plain forms and loading the page again.

const body = document.body;
const state = document.querySelector("[data-state]");
const dirty = new WeakSet();

// What was typed into a form stays until it is sent: news never replace a part that holds such a form.
addEventListener("input", (event) => {
  if (event.target.form && !event.target.form.matches("[role=search]")) dirty.add(event.target.form);
});

function busy(part) {
  const form = [...part.querySelectorAll("form")].find((each) => dirty.has(each));
  const typing = part.contains(document.activeElement) &&
    document.activeElement.matches("input:not([type=hidden]), select, textarea");
  return Boolean(form) || typing;
}

function say(words, news = false) {
  if (state.textContent !== words) state.textContent = words;
  state.classList.toggle("news", news);
}

// What was refused stands in its form as the hub drew it again.
const typed = () => Boolean(document.querySelector("#said .refused")) || [...document.forms].some((form) => dirty.has(form));

// The log-in ended: what was typed stays here until it can be sent.
function loggedOut() {
  if (!typed()) {
    location.assign("/login");
    return;
  }
  if (state.querySelector("a")) return;
  say(body.dataset.loggedOutWords + " ", true);
  const way = document.createElement("a");
  way.href = "/login";
  way.textContent = body.dataset.logInWords;
  state.append(way);
}

// The way to the log-in leaves what was typed where it is.
document.addEventListener("click", (event) => {
  const way = event.target.closest('a[href="/login"]');
  if (way && typed()) way.target = "_blank";
});

// ---- News

let asked = false;
let asking = false;

async function refresh() {
  asked = true;
  if (asking || document.hidden) return;
  asking = true;
  try {
    while (asked) {
      asked = false;
      await load();
      // Many changes at once are one look.
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
  } catch {
    say(body.dataset.lostWords);
  } finally {
    asking = false;
  }
}

// The page of all desks, and one in the midst of a step, have no news but calls for staff.
const news = () => document.querySelector(".bench") && !new URLSearchParams(location.search).has("step");

async function load() {
  const address = location.href, main = document.querySelector("main"), all = news();
  const answer = await fetch(all ? address : "/desk/choose", { headers: { accept: "text/html" } });
  if (answer.redirected && new URL(answer.url).pathname === "/login" || answer.status === 401) {
    loggedOut();
    return;
  }
  // A refusal stays until somebody has read it; whose log-in ended is told beside it, too.
  if (!answer.ok || all && document.querySelector("#said .refused")) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  // What was sent meanwhile has brought another page: this answer is of the one before it.
  if (address === location.href && main === document.querySelector("main")) take(page, all ? "[data-live]" : "#calls");
}

function take(page, parts) {
  for (const part of document.querySelectorAll(parts)) {
    // What was just done is told long enough to be read, however soon it is news itself.
    if (part.id === "said" && performance.now() - told < 8000) continue;
    const fresh = page.getElementById(part.id);
    if (!fresh || stripped(fresh) === stripped(part)) continue;
    if (busy(part)) {
      if (part.dataset.version !== fresh.dataset.version) say(body.dataset.changedWords, true);
      continue;
    }
    const held = part.contains(document.activeElement) ? path(document.activeElement) : null;
    const open = new Map([...part.querySelectorAll("details")].map((each) => [named(each), each.open]));
    part.replaceWith(fresh);
    for (const each of fresh.querySelectorAll("details")) each.open = open.get(named(each)) ?? each.open;
    if (held) (fresh.querySelector(held) ?? fresh.querySelector("button"))?.focus();
  }
}

// By its words, not its place: news may bring another fold before it, or another person's. How many are in it is no name.
const named = (fold) => fold.querySelector("summary")?.textContent.replace(/: \d+$/, "");
// The ids of forms differ in every drawing; they are no news.
const stripped = (part) => part.innerHTML.replace(/name="once" value="[^"]*"/g, "").replace(/ open=""/g, "");
const path = (element) => {
  const action = element.closest("form")?.dataset.action;
  return action ? `[data-action="${action}"] button` : element.tagName.toLowerCase();
};

let lost = 0;
function listen() {
  const source = new EventSource(`/desk/events?at=${encodeURIComponent(body.dataset.place)}`);
  const alive = () => {
    clearTimeout(lost);
    // The hub speaks every five seconds at least.
    lost = setTimeout(() => say(body.dataset.lostWords), 10_000);
  };
  let known = "";
  source.onmessage = (event) => {
    alive();
    if (state.textContent === body.dataset.lostWords || state.querySelector("a")) say("");
    if (event.data !== known) refresh();
    known = event.data;
  };
  // Whoever logged in elsewhere meanwhile hears news again; whoever did not is told so.
  const again = () => { refresh(); setTimeout(listen, 2000); };
  source.addEventListener("ended", () => { source.close(); again(); });
  source.onerror = () => { if (source.readyState === EventSource.CLOSED) again(); };
  alive();
}
if (document.querySelector(".bench, .choose")) listen();
document.addEventListener("visibilitychange", () => refresh());

// ---- Sending

addEventListener("submit", (event) => {
  const form = event.target;
  if (form.hasAttribute("data-arrived")) {
    event.preventDefault();
    arrived(form);
    return;
  }
  if (form.hasAttribute("data-plain") || event.submitter?.hasAttribute("data-plain") || form.method !== "post") return;
  event.preventDefault();
  // A key that was held, or pressed twice, must not send away whoever was called this very moment,
  // let alone write a dose down for them.
  if (["next", "dose"].includes(form.dataset.action) && performance.now() - shown < 1000) return;
  send(form, event.submitter);
});
// Somebody goes to a kiosk: nothing that is being typed at this desk has to do with it.
async function arrived(form) {
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (new URL(answer.url).pathname === "/login") loggedOut();
    else if (answer.ok) {
      const list = form.closest("ul");
      form.closest("li").remove();
      if (!list.children.length) list.parentElement.remove();
    }
  } catch {
    say(body.dataset.lostWords);
  }
}

let shown = -Infinity;
let told = 0; // When what stands in "said" came: with this page, or with the last answer.

async function send(form, submitter) {
  if (form.dataset.sending) return;
  form.dataset.sending = "yes";
  const fields = new URLSearchParams(new FormData(form, submitter ?? undefined));
  for (let pause = 500; ; pause = Math.min(pause * 1.6, 5000)) {
    try {
      const answer = await fetch(form.action, { method: "POST", body: fields, signal: AbortSignal.timeout(15_000) });
      if (answer.status === 401 || new URL(answer.url).pathname === "/login") {
        delete form.dataset.sending;
        loggedOut();
        return;
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      // What was typed stays: it is shortened, or sent once more.
      const refused = page.querySelector("[data-form-refused]");
      if (refused) {
        delete form.dataset.sending;
        say(refused.dataset.formRefused);
        return;
      }
      if (!page.querySelector("[data-not-stored]") && page.querySelector("main")) {
        delete form.dataset.sending;
        show(answer, page);
        return;
      }
    } catch {
      // The hub is away: the form stays as it is and goes again, with the same id.
    }
    say(body.dataset.sendingWords);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function show(answer, page) {
  say("");
  shown = told = performance.now();
  const url = new URL(answer.url);
  // A refusal has no address of its own: the page below it stays the one to look at again.
  if (answer.redirected) history.replaceState(null, "", url.pathname + withoutNews(url));
  document.querySelector("main").replaceWith(page.querySelector("main"));
  document.title = page.title;
  const wrong = document.querySelector("[aria-invalid=true]");
  (wrong ?? document.querySelector("main [autofocus]") ?? document.querySelector("main button, main a"))?.focus();
  document.querySelector(".refused")?.scrollIntoView({ block: "center" });
}

function withoutNews(url) {
  const visit = url.searchParams.get("visit");
  return visit ? `?visit=${visit}` : "";
}
if (location.search.includes("did=")) history.replaceState(null, "", location.pathname + withoutNews(new URL(location.href)));

// ---- Keys

addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
  if (event.key === "Escape" && document.querySelector("[data-back]")) {
    document.querySelector("[data-back]").click();
    return;
  }
  const wanted = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!wanted) return;
  event.preventDefault();
  if (wanted.matches("input, select, textarea")) wanted.focus();
  else wanted.click();
});
document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) print(); });
