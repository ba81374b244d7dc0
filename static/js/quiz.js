// Comforts of a question's page and of all answers; without them both work as well.
const form = document.querySelector(".asking form");
const button = form.querySelector("button");
const radios = [...form.querySelectorAll("[type=radio]")];
const keys = form.querySelector("#tasten");
const came = location.search;

// What is chosen stands in the address at once, so that it outlives a reload and the way back.
// Appended, never set: a question may be called so, and its answer stays; the last one counts.
function remember(...more) {
  const address = new URLSearchParams(came);
  address.delete("tasten", "aus");
  if (keys?.checked) address.append("tasten", "aus");
  for (const one of radios) if (one.checked) address.append(one.name, one.value);
  for (const pair of more) address.append(...pair);
  if (radios.length) address.append("frage", radios[0].name);
  history.replaceState(null, "", `?${address}`);
}
form.addEventListener("change", () => remember());

// A finished run is counted once. Who comes back here with the browser's own button must find an
// address that says so, as the links of the result do; without this such a run counts again.
if (form.method === "post") form.addEventListener("submit", () => remember(["gezaehlt", "1"]));

// With a finger an answer is enough (see quiz.css), once its label has chosen it and it is seen.
const taps = matchMedia("(hover: none) and (pointer: coarse)");
form.addEventListener("click", ({ target }) => {
  if (taps.matches && target.closest(".options label")) setTimeout(() => form.requestSubmit(button), 200);
});

// Digits choose, Enter goes on: only where the hint says so (see quiz.css), and only while the
// focus is nowhere in particular or in the form. Where the focus has a meaning for Enter, it keeps it.
const told = matchMedia("(hover: hover) and (pointer: fine)");
addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.repeat || event.isComposing) return;
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  if (!told.matches || !keys || keys.checked) return;
  const around = document.activeElement.contains(form);
  const chosen = radios[event.key - 1];
  if (chosen && (around || form.contains(document.activeElement))) {
    chosen.focus();
    chosen.click();
  } else if (event.key === "Enter" && around) {
    form.requestSubmit(button);
  }
});
