// Comforts of a question's page; without them it works as well.
const form = document.querySelector(".asking form");
const radios = [...form.querySelectorAll("[type=radio]")];

// What is chosen stands in the address at once, so that it outlives a reload and the way back.
form.addEventListener("change", () => {
  const answers = new URLSearchParams(new FormData(form));
  answers.append("frage", radios[0].name); // a question may be called so: its answer stays
  history.replaceState(null, "", `?${answers}`);
});

// Digits choose, Enter goes on: only where the hint says so (see quiz.css), and only while the
// focus is nowhere in particular or in the form. Where the focus has a meaning for Enter, it keeps it.
const told = matchMedia("(hover: hover) and (pointer: fine)");
addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.repeat || event.isComposing) return;
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  if (!told.matches || form.querySelector("#tasten").checked) return;
  const around = document.activeElement.contains(form);
  const chosen = radios[event.key - 1];
  if (chosen && (around || form.contains(document.activeElement))) {
    chosen.focus();
    chosen.click();
  } else if (event.key === "Enter" && around) {
    form.requestSubmit(form.querySelector("button"));
  }
});
