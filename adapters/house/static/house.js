// The few things that a page cannot do by itself. Everything works without them.
(() => {
  "use strict";

  const fresh = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const formOf = (event) => event.target.closest?.("form");
  //: What each line that is on its way says.
  const sent = new WeakMap();

  // Enter sends, Shift+Enter makes a new line; not while an input method composes a word.
  document.addEventListener("keydown", (event) => {
    const form = formOf(event);
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !form?.matches("[data-composer]")) return;
    if (event.target.tagName !== "TEXTAREA") return;
    event.preventDefault();
    form.requestSubmit();
  });

  // The next line may be written and sent while the last one is on its way; the same one twice is a double press.
  document.addEventListener("htmx:config:request", (event) => {
    const form = formOf(event);
    if (!form?.matches("[data-composer]")) return;
    const body = event.detail.ctx.request.body;
    if (sent.get(form) === body.get("text")) return event.preventDefault();
    sent.set(form, body.get("text"));
    event.detail.ctx.line = { text: body.get("text"), submission: body.get("submission"), arrived: false };
    form.elements.submission.value = fresh();
  });

  document.addEventListener("htmx:after:request", (event) => {
    const form = formOf(event);
    const line = event.detail.ctx.line;
    if (!line || event.detail.ctx.response?.status !== 200) return;
    line.arrived = true;
    if (form.elements.text.value === line.text) form.elements.text.value = "";
    form.elements.text.focus();
  });

  // What may have arrived or not is sent again under the same name, so that it is said once.
  document.addEventListener("htmx:finally:request", (event) => {
    const form = formOf(event);
    const line = event.detail.ctx.line;
    if (!line) return;
    if (sent.get(form) === line.text) sent.delete(form);
    if (!line.arrived && form.elements.text.value === line.text) form.elements.submission.value = line.submission;
  });

  // A pressed button goes away with its question: leave the keyboard where it was.
  let pressed = null;
  let last = { line: null, at: 0 };
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-press]")) return;
    pressed = event.target.closest(".line")?.id;
    last = { line: pressed, at: performance.now() };
  }, true);
  // The second half of a double click must not press what has just taken the first button's place.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-press] button");
    if (button && button.closest(".line")?.id === last.line && performance.now() - last.at < 700) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, true);
  const settle = () => {
    if (!pressed || document.activeElement !== document.body) return;
    document.getElementById(pressed)?.focus();
    pressed = null;
  };
  for (const lines of document.querySelectorAll(".lines")) {
    new MutationObserver(() => requestAnimationFrame(settle)).observe(lines, { childList: true, subtree: true });
  }

  const toast = document.getElementById("toast");
  const say = (text) => {
    const word = document.createElement("div");
    word.className = "word wrong";
    word.textContent = text;
    toast.replaceChildren(word);
  };
  document.addEventListener("htmx:error", (event) => {
    if (event.detail?.ctx?.response) return;
    if (formOf(event)) say(document.body.dataset.lost);
  });
  // The session is over: show the way in.
  document.addEventListener("over", () => location.reload());

  // What was said in passing goes after a while, unless somebody is on it; and is read out although it came with the page.
  const leave = () => {
    const word = toast.firstElementChild;
    if (!word) return;
    setTimeout(() => {
      if (word.isConnected && !word.matches(":hover")) word.remove();
    }, 9000);
  };
  new MutationObserver(leave).observe(toast, { childList: true });
  const first = toast.firstElementChild;
  if (first) {
    first.remove();
    setTimeout(() => toast.append(first), 150);
  }

  // The zone that the browser lives in, offered where none was chosen yet.
  for (const field of document.querySelectorAll("[data-zone]")) {
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if ([...field.list.options].some((option) => option.value === here)) field.value = here;
  }

  // A link that is to be taken elsewhere: marked for whoever copies it by hand, and a button for the others.
  document.querySelector("[data-copied]")?.select();
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copy);
      field.select();
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.done;
    });
  }

  // What can be done only once is not sent again by the second half of a double click.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-once]")) return;
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "yes";
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("[data-once]")) delete form.dataset.sent;
  });

  // Choosing a topic means choosing the topics.
  document.addEventListener("change", (event) => {
    if (event.target.name === "topic") document.querySelector('[name="topics"][value="chosen"]').checked = true;
    if (event.target.name === "topics" && event.target.value === "chosen") {
      document.querySelector("details.topics").open = true;
    }
  });
})();
