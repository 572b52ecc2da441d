// Makes the pages faster to use. Every page also works without it. It is loaded with `defer`, so the page is complete
// when it runs. It never builds HTML from text; elements that it inserts come from the server.
"use strict";

(() => {
  // Wait for a pause in typing.
  const INPUT_PAUSE_MS = 150;
  // After this time, the preview is marked as out of date.
  const SLOW_MS = 2000;
  // Until the next attempt, unless the server sends Retry-After.
  const RETRY_SECONDS = 5;
  const each = (selector, act, within = document) => within.querySelectorAll(selector).forEach(act);

  // Changes the theme immediately. The server reads the cookie for the next page.
  each("[data-theme-form]", (form) => {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const button = form.elements.theme;
      const isDark = button.value === "dark";
      document.documentElement.dataset.theme = button.value;
      document.cookie = `theme=${button.value}; Path=/; Max-Age=31536000; SameSite=Lax`;
      button.value = isDark ? "light" : "dark";
    });
    const device = matchMedia("(prefers-color-scheme: dark)").matches;
    if (document.documentElement.dataset.theme === "system") form.elements.theme.value = device ? "light" : "dark";
  });

  // Closes an open menu with Esc or a click elsewhere.
  const menus = (but) => [...document.querySelectorAll("details.menu[open]")].filter((menu) => !menu.contains(but));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus(null)) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => menus(event.target).forEach((menu) => { menu.open = false; }));

  // Sends a form only once until its page is shown again, or for some time if the response is a download.
  const RESUBMIT_MS = 5000;
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    const form = event.target;
    if (form.ariaBusy === "true") event.preventDefault();
    form.ariaBusy = "true";
    setTimeout(() => form.removeAttribute("aria-busy"), RESUBMIT_MS);
  });
  addEventListener("pageshow", () => each("form[aria-busy]", (form) => form.removeAttribute("aria-busy")));

  // The editor: a form that is refreshed while the user types.
  each("form[data-live]", (form) => {
    watch(form);
    keep(form);
  });

  function messagesOf(form) {
    return JSON.parse(form.dataset.messages);
  }

  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  function watch(form) {
    const messages = messagesOf(form);
    let timer = 0;
    let running = new AbortController();
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(refresh, INPUT_PAUSE_MS);
    });
    // Retries by itself if that may help. The next input sends a request in any case.
    async function refresh() {
      clearTimeout(timer);
      running.abort();
      const current = running = new AbortController();
      const slow = setTimeout(() => showOutdated(messages, messages.slow), SLOW_MS);
      const retry = (reason, seconds) => {
        showOutdated(messages, fill(messages.retrying, { reason, seconds }));
        timer = setTimeout(refresh, seconds * 1000);
      };
      try {
        const body = new URLSearchParams(new FormData(form));
        const response = await fetch(form.dataset.live, { method: "POST", body, signal: current.signal, redirect: "error" });
        const text = await response.text();
        const seconds = Number(response.headers.get("Retry-After")) || RETRY_SECONDS;
        if (response.ok) swap(new DOMParser().parseFromString(text, "text/html"));
        if (response.ok) showOutdated(messages, "");
        else if (response.status === 429) retry(messages.busy, seconds);
        else if (response.status >= 500) retry(messages.failed, seconds);
        else if (response.status === 403) showOutdated(messages, messages.loggedOut);
        else showOutdated(messages, fill(messages.rejected, { status: response.status }));
      } catch {
        if (!current.signal.aborted) retry(messages.unreachable, RETRY_SECONDS);
      } finally {
        clearTimeout(slow);
      }
    }
    // On narrow screens, the link to the preview leads to the channel that is being edited.
    form.addEventListener("focusin", (event) => {
      const phone = event.target.closest(".channel-row")?.querySelector(".live");
      const link = form.querySelector(".save-bar .to-preview");
      if (phone && link) link.hash = phone.id;
    });
    // Findings about an empty field of a new channel or component are shown once the user has visited it.
    form.addEventListener("focusout", ({ target: field }) => {
      const isNew = field.closest(".component, .channel-form")?.querySelector(":scope > [data-new]");
      const left = form.elements.left;
      if (!isNew || !field.name?.startsWith("/") || field.value || left.value.split(" ").includes(field.name)) return;
      left.value = `${left.value} ${field.name}`.trim();
      clearTimeout(timer);
      timer = setTimeout(refresh, INPUT_PAUSE_MS);
    });
    // Inserts a placeholder at the caret.
    form.addEventListener("click", (event) => {
      const button = event.target.closest("[data-insert]");
      const field = button && document.getElementById(button.dataset.into);
      if (!field) return;
      event.preventDefault();
      field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
      field.focus();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  // Shows in the bar at the bottom that the previews are out of date, and why; removes the message if `reason` is
  // empty.
  function showOutdated(messages, reason) {
    const bar = document.querySelector(".save-bar");
    let note = document.getElementById("stale");
    if (!reason || !bar) return note?.remove();
    if (!note) {
      note = document.createElement("p");
      note.id = "stale";
      note.className = "flash error";
      note.setAttribute("role", "status");
      bar.prepend(note);
    }
    note.textContent = fill(messages.outdated, { reason });
  }

  // Replaces the elements that have changed, except the one with the focus.
  function swap(fresh) {
    each("[data-fragment], .notes", (part) => {
      const next = fresh.getElementById(part.id);
      if (!next || part.innerHTML === next.innerHTML || part.contains(document.activeElement)) return;
      const open = [...part.querySelectorAll("details")].map((details) => details.open);
      const scrolled = part.scrollTop;
      part.replaceChildren(...next.childNodes);
      each("details", (details, place) => { details.open = open[place] ?? false; }, part);
      part.scrollTop = scrolled;
    });
    each("form[data-live] [aria-describedby]", (field) => {
      if (!field.matches("input, textarea, select")) return;
      const notes = field.getAttribute("aria-describedby").split(" ").map((id) => document.getElementById(id));
      if (notes.some((note) => note?.querySelector(".error"))) field.ariaInvalid = "true";
      else field.removeAttribute("aria-invalid");
    });
  }

  // Keeps the input in this tab, so that it survives a lost session or a closed page, and offers it when the editor of
  // the same handoff is opened again. Fields of the page, such as the token, are not kept.
  function keep(form) {
    const key = `draft ${form.getAttribute("action")}`;
    const own = () => [...new FormData(form)].filter(([name]) => /^[/@]/.test(name));
    const text = () => new URLSearchParams(own()).toString();
    const atFirst = text();
    const kept = sessionStorage.getItem(key);
    form.addEventListener("input", () => sessionStorage.setItem(key, text()));
    form.addEventListener("submit", (event) => {
      // Buttons that do not save return to the form with the input.
      if (event.submitter?.dataset.saves === undefined) sessionStorage.setItem(key, text());
      else sessionStorage.setItem(`${key} saving`, "1");
    });
    if (sessionStorage.getItem(`${key} saving`)) {
      sessionStorage.removeItem(`${key} saving`);
      if (form.dataset.changed === undefined) sessionStorage.removeItem(key);
    } else if (kept && kept !== atFirst && form.dataset.changed === undefined) {
      offer(form, key, kept);
    }
  }

  function offer(form, key, kept) {
    const bar = document.createElement("div");
    bar.className = "flash kept";
    bar.setAttribute("role", "status");
    const messages = messagesOf(form);
    const label = document.createElement("span");
    label.textContent = messages.kept;
    bar.append(label, button(messages.restore, restore), button(messages.discard, discard));
    form.before(bar);

    function button(label, act) {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "small";
      made.textContent = label;
      made.addEventListener("click", act);
      return made;
    }
    // Posts the form with the kept fields, so that the server shows it.
    function restore() {
      const again = form.cloneNode(false);
      const add = (name, value) => {
        const field = document.createElement("input");
        field.type = "hidden";
        Object.assign(field, { name, value });
        again.append(field);
      };
      for (const [name, value] of new FormData(form)) if (!/^[/@]/.test(name)) add(name, value);
      for (const [name, value] of new URLSearchParams(kept)) add(name, value);
      add("op", "refresh");
      form.replaceWith(again);
      again.submit();
    }
    function discard() {
      sessionStorage.removeItem(key);
      bar.remove();
    }
  }
})();
