// Comforts of a question's page and of all answers; without them both work as well.
const form = document.querySelector(".asking form");
const radios = [...form.querySelectorAll("[type=radio]")];
const button = form.querySelector("button");
// Behind the last question's form comes the result, as behind all answers: it is posted.
const isPosted = form.method === "post";

// What is chosen stands in the address at once, so that it outlives a reload and the way back.
function remember(...more) {
  const sent = new FormData(form);
  const answers = new URLSearchParams(isPosted ? (sent.get("antworten") ?? "") : sent);
  const own = isPosted ? [...form.querySelectorAll("[name=tasten], [name=gezaehlt]"), ...radios] : [];
  for (const one of own) if (one.checked || one.type === "hidden") answers.append(one.name, one.value);
  // Appended, never set: a question may be called so, and its answer stays.
  if (radios.length) answers.append("frage", radios[0].name);
  for (const name of more) answers.append(name, "1");
  history.replaceState(null, "", `?${answers}`);
}
form.addEventListener("change", () => remember());

// A finished run is counted once. Who comes back here with the browser's own button must find an
// address that says so, as the links of the result do; without this such a run counts again.
if (isPosted) form.addEventListener("submit", () => remember("gezaehlt"));

// With a finger an answer is enough (see quiz.css); the link back, and Weiter for what is chosen, stay.
const taps = matchMedia("(hover: none) and (pointer: coarse)");
form.addEventListener("click", ({ target }) => {
  // Only then has the label chosen its answer, and is it seen.
  if (taps.matches && target.closest(".options label")) setTimeout(() => form.requestSubmit(button), 200);
});

// Digits choose, Enter goes on: only where the hint says so (see quiz.css), and only while the
// focus is nowhere in particular or in the form. Where the focus has a meaning for Enter, it keeps it.
const told = matchMedia("(hover: hover) and (pointer: fine)");
addEventListener("keydown", (event) => {
  if (!radios.length || event.defaultPrevented || event.repeat || event.isComposing) return;
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  if (!told.matches || form.querySelector("#tasten").checked) return;
  const around = document.activeElement.contains(form);
  const chosen = radios[event.key - 1];
  if (chosen && (around || form.contains(document.activeElement))) {
    chosen.focus();
    chosen.click();
  } else if (event.key === "Enter" && around) {
    form.requestSubmit(button);
  }
});
