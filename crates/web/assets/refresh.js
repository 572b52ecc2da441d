// Updates pages that change by themselves: fetches the page again while its tab is visible, and changes what differs. It
// never builds HTML from text. Without it, the page has a button.
"use strict";

(() => {
  const MAX_SECONDS = 60;
  // A page that nobody uses stops, so that it does not keep its session alive.
  const UNUSED_MS = 30 * 60 * 1000;
  const part = document.querySelector("[data-refresh]");
  if (!part) return;
  let timer = 0;
  let failures = 0;
  let isRunning = false;
  let usedAt = Date.now();
  const typedIn = new WeakSet();

  const isWatched = () => !document.hidden && Date.now() - usedAt < UNUSED_MS;
  const hideButtons = (hidden) => part.querySelectorAll("[data-manual]").forEach((button) => { button.hidden = hidden; });
  const schedule = (seconds) => {
    clearTimeout(timer);
    if (part.dataset.refresh) timer = setTimeout(update, seconds * 1000);
  };

  async function update() {
    if (isRunning || !isWatched()) return;
    isRunning = true;
    try {
      const response = await fetch(part.dataset.refresh, { redirect: "manual" });
      const next = response.ok && new DOMParser().parseFromString(await response.text(), "text/html").getElementById(part.id);
      if (next) {
        failures = 0;
        show(next);
      } else if (response.status === 429 || response.status >= 500) {
        tryLater(Number(response.headers.get("Retry-After")));
      } else {
        // Logged out, or the page does not exist any more: the button shows it.
        part.removeAttribute("data-refresh");
        hideButtons(false);
      }
    } catch {
      tryLater(0);
    } finally {
      isRunning = false;
    }
  }

  function tryLater(seconds) {
    failures += 1;
    hideButtons(false);
    schedule(Math.min(Math.max(seconds, Number(part.dataset.seconds) * 2 ** failures), MAX_SECONDS));
  }

  function show(next) {
    const focused = document.activeElement;
    change(part, next);
    if (focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true });
    hideButtons(Boolean(part.dataset.refresh));
    schedule(Number(part.dataset.seconds));
  }

  // Makes an element equal to another one. Elements that stay are kept, with their focus, scroll position and state.
  function change(node, next) {
    if (node.isEqualNode(next)) return;
    if (node.nodeType !== Node.ELEMENT_NODE) {
      node.nodeValue = next.nodeValue;
      return;
    }
    if (node.localName === "form" && isInUse(node)) return;
    for (const { name } of [...node.attributes]) if (name !== "open" && !next.hasAttribute(name)) node.removeAttribute(name);
    for (const { name, value } of next.attributes) if (name !== "open" && node.getAttribute(name) !== value) node.setAttribute(name, value);
    const old = [...node.childNodes];
    let place = node.firstChild;
    for (const wanted of [...next.childNodes]) {
      const known = old.findIndex((child) => child.nodeName === wanted.nodeName && key(child) === key(wanted));
      const child = known < 0 ? wanted : old.splice(known, 1)[0];
      if (child !== wanted) change(child, wanted);
      if (child === place) place = place.nextSibling;
      else node.insertBefore(child, place);
    }
    old.forEach((child) => child.remove());
  }

  // What an element is about. One about something else is another element, so that it does not change under the pointer.
  function key(node) {
    return node.id || node.dataset?.key || node.getAttribute?.("action") || node.getAttribute?.("href");
  }

  function isInUse(form) {
    return typedIn.has(form) || form.ariaBusy === "true" || form.contains(document.activeElement);
  }

  part.addEventListener("input", ({ target }) => { if (target.form) typedIn.add(target.form); });
  const continueUpdates = () => {
    if (isWatched()) schedule(failures ? Number(part.dataset.seconds) : 0);
  };
  document.addEventListener("visibilitychange", continueUpdates);
  for (const use of ["pointerdown", "keydown", "wheel"]) {
    addEventListener(use, () => {
      const wasWatched = isWatched();
      usedAt = Date.now();
      if (!wasWatched) continueUpdates();
    }, { passive: true });
  }
  hideButtons(true);
  schedule(Number(part.dataset.seconds));
})();
