// What makes the pages quicker; every one of them works without it. Loaded with `defer`, so the page
// is there. No code here makes HTML out of text: what is put into the page comes from the server.
"use strict";

(() => {
  const PAUSE_MS = 150;
  // After this the preview is said to be out of date.
  const LATE_MS = 2000;
  // Until the next try, unless the server says how long.
  const RETRY_SECONDS = 5;
  const each = (selector, act, within = document) => within.querySelectorAll(selector).forEach(act);

  // Light and dark, at once; the server reads the cookie for the next page.
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

  // An open menu closes with Esc, and when something else is clicked.
  const menus = (but) => [...document.querySelectorAll("details.menu[open]")].filter((menu) => !menu.contains(but));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus(null)) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => menus(event.target).forEach((menu) => { menu.open = false; }));

  // A form is sent once, until its page is seen again, or the answer was a file and no page.
  const ONCE_MS = 5000;
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    const form = event.target;
    if (form.ariaBusy === "true") event.preventDefault();
    form.ariaBusy = "true";
    setTimeout(() => form.removeAttribute("aria-busy"), ONCE_MS);
  });
  addEventListener("pageshow", () => each("form[aria-busy]", (form) => form.removeAttribute("aria-busy")));

  // The editor: a form that shows itself anew while somebody types.
  each("form[data-live]", (form) => {
    watch(form);
    keep(form);
  });

  function watch(form) {
    let timer = 0;
    let running = new AbortController();
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(look, PAUSE_MS);
    });
    // Asks again by itself where that may help; the next change asks in any case.
    async function look() {
      clearTimeout(timer);
      running.abort();
      const current = running = new AbortController();
      const late = setTimeout(() => stale("The server has not answered yet."), LATE_MS);
      const again = (why, seconds) => {
        stale(`${why} Trying again in ${seconds} s.`);
        timer = setTimeout(look, seconds * 1000);
      };
      try {
        const body = new URLSearchParams(new FormData(form));
        const answer = await fetch(form.dataset.live, { method: "POST", body, signal: current.signal, redirect: "error" });
        const text = await answer.text();
        const seconds = Number(answer.headers.get("Retry-After")) || RETRY_SECONDS;
        if (answer.ok) swap(new DOMParser().parseFromString(text, "text/html"));
        if (answer.ok) stale("");
        else if (answer.status === 429) again("Too many requests.", seconds);
        else if (answer.status >= 500) again("The server cannot answer now.", seconds);
        else if (answer.status === 403) stale("Your session has ended. What you typed is kept when you save.");
        else stale(`The server refused the form (status ${answer.status}).`);
      } catch {
        if (!current.signal.aborted) again("The server cannot be reached.", RETRY_SECONDS);
      } finally {
        clearTimeout(late);
      }
    }
    // Where the phones stand below the fields, the link to them leads to that of the channel in use.
    form.addEventListener("focusin", (event) => {
      const phone = event.target.closest(".channel-row")?.querySelector(".live");
      const link = form.querySelector(".save-bar .to-preview");
      if (phone && link) link.hash = phone.id;
    });
    // A field of a new part that is left empty is told of from then on.
    form.addEventListener("focusout", ({ target: field }) => {
      const is_new = field.closest(".component, .channel-form")?.querySelector(":scope > [data-new]");
      const left = form.elements.left;
      if (!is_new || !field.name?.startsWith("/") || field.value || left.value.split(" ").includes(field.name)) return;
      left.value = `${left.value} ${field.name}`.trim();
      clearTimeout(timer);
      timer = setTimeout(look, PAUSE_MS);
    });
    // A placeholder goes where the caret is, or was.
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

  // Says in the bar that is always in view that the previews do not show what is typed, and why; says
  // nothing once they do.
  function stale(why) {
    const bar = document.querySelector(".save-bar");
    let note = document.getElementById("stale");
    if (!why || !bar) return note?.remove();
    if (!note) {
      note = document.createElement("p");
      note.id = "stale";
      note.className = "flash refused";
      note.setAttribute("role", "status");
      bar.prepend(note);
    }
    note.textContent = `The preview is out of date. ${why}`;
  }

  // Takes over the parts that have changed. One that somebody is typing in stays.
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

  // What was typed survives a lost session or a closed page, in this tab: it is offered when the
  // editor of the same handoff is opened again. The page's own fields, such as its token, are not kept.
  function keep(form) {
    const key = `draft ${form.getAttribute("action")}`;
    const own = () => [...new FormData(form)].filter(([name]) => /^[/@]/.test(name));
    const text = () => new URLSearchParams(own()).toString();
    const atFirst = text();
    const kept = sessionStorage.getItem(key);
    form.addEventListener("input", () => sessionStorage.setItem(key, text()));
    form.addEventListener("submit", (event) => {
      // Buttons that only show the form again come back with what is typed.
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
    const words = document.createElement("span");
    words.textContent = "Changes from before were kept in this tab.";
    bar.append(words, button("Restore", restore), button("Discard", discard));
    form.before(bar);

    function button(label, act) {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "small";
      made.textContent = label;
      made.addEventListener("click", act);
      return made;
    }
    // The same form with the kept fields, to be shown by the server.
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
