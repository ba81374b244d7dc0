// Three comforts; every page works without them.

// A form that came back: take the reader to what has to be looked at again.
document.getElementById("fehler")?.focus();

// „Frag mich“: the line opens into the form of the page that it leads to, with a fresh key.
const line = document.querySelector(".ask a");
const plate = line?.lastElementChild;
const invitation = plate?.textContent;
let coming;

async function fetchForm() {
  const answer = await fetch(line.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const form = page.querySelector("main form");
  // This page may have a form with fields of the same names.
  for (const name of ["id", "for", "aria-describedby"]) {
    for (const one of form.querySelectorAll(`[${name}]`)) one.setAttribute(name, `frag-${one.getAttribute(name)}`);
  }
  form.hidden = true;
  line.after(form);
  return form;
}

function show(form, isOpen) {
  form.hidden = !isOpen;
  line.setAttribute("aria-expanded", isOpen);
  plate.textContent = isOpen ? "Schließen" : invitation;
  (isOpen ? form.querySelector("textarea") : line).focus();
}

line?.setAttribute("aria-expanded", "false");
line?.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  coming ??= fetchForm();
  coming.then((form) => show(form, form.hidden), () => location.assign(line.href));
});
line?.parentElement.addEventListener("keydown", (event) => {
  if (event.key === "Escape") coming?.then((form) => form.hidden || show(form, false));
});

// Free times: where the reader's clock shows another time, show that as well, as the server does
// once a zone is chosen, and let the zone travel along to the form and into the letters.
const zone = document.querySelector("select[name=zone]");
const reported = Intl.DateTimeFormat().resolvedOptions().timeZone;
// What Firefox and Tor tell who hide where they are. Whoever does live there can choose it.
const own = ["UTC", "Atlantic/Reykjavik"].includes(reported) ? "" : reported;
const times = document.querySelectorAll(".times time");
if (zone && own && !zone.value) {
  // Made once: a calendar of free times would wait for a hundred of them.
  const format = (parts) => new Intl.DateTimeFormat("de-DE", { timeZone: own, ...parts });
  const clocks = format({ hour: "2-digit", minute: "2-digit" });
  const days = format({ weekday: "long", day: "numeric", month: "long" });
  const dates = format({ day: "numeric" });
  for (const time of times) {
    const date = new Date(time.dateTime);
    const clock = clocks.format(date);
    if (time.dateTime.slice(11, 16) === clock) continue;
    const isOtherDay = parseInt(dates.format(date), 10) !== Number(time.dateTime.slice(8, 10));
    const yours = document.createElement("small");
    yours.textContent = `${clock} Uhr bei dir${isOtherDay ? `, ${days.format(date)}` : ""}`;
    const link = time.closest("a");
    link.append(yours);
    const address = new URL(link.href);
    address.searchParams.set("zone", own);
    link.href = address;
    if (![...zone.options].some((option) => option.value === own)) zone.add(new Option(own.split("/").pop().replaceAll("_", " "), own));
    zone.value = own;
  }
}
